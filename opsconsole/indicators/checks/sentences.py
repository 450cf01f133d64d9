"""Findings in words: the arithmetic with its numbers, and why a verdict is what it is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from opsconsole.catalogue import _
from opsconsole.indicators.checks.arithmetic import rounded, span
from opsconsole.indicators.checks.finding import Finding, Term, amount, listed
from opsconsole.text import date


def sentence(finding: Finding) -> str:
    """*finding* as a sentence or two, in the language in use."""
    reason = _reason(finding)
    if finding.reason in ("missing", "mixed", "zero", "course", "empty") or finding.sort == "defined":
        return reason or _("it is known what each figure counts")
    arithmetic = _SENTENCES[finding.sort](finding)
    return f"{arithmetic}; {reason}" if reason else arithmetic


def _reason(finding: Finding) -> str:
    """Why *finding* is neither ok nor a conflict, '' where it is one of them."""
    if finding.reason == "missing":
        return "; ".join(_missing(term) for term in finding.terms if term.missing)
    if finding.reason == "meaning":
        return "; ".join(_doubt(term) for term in finding.terms if term.meaning)
    if finding.reason == "inexact":
        rough = ", ".join(term.shown for term in finding.terms if term.inexact)
        return _("stated roughly, so that it cannot be checked: {values}").format(values=rough)
    if finding.reason == "opening":
        return _("an opening balance of {implied} is implied and stated nowhere").format(
            implied=amount(finding.implied)
        )
    return {
        "mixed": _("percentages and counts cannot be compared"),
        "zero": _("nothing is a share of 0"),
        "course": _("the figures do not run from one day on to different days"),
        "empty": _("the least that is allowed is more than the most: nothing would pass"),
    }.get(finding.reason, "")


def _missing(term: Term) -> str:
    words = {
        "absent": _("'{operand}' is not in the register"),
        "withdrawn": _("figure '{operand}' was withdrawn"),
        "unmeasured": _("nothing is measured for '{operand}'; 'opsconsole measure' measures a year"),
        "several": _("'{operand}' is measured for several units of this code; name one by its id"),
    }
    return words[term.missing].format(operand=term.operand)


def _doubt(term: Term) -> str:
    words = {
        "undefined": _("what '{operand}' counts is undefined: {note}"),
        "ambiguous": _("what '{operand}' counts is ambiguous: {note}"),
    }
    return words.get(term.meaning, words["undefined"]).format(operand=term.operand, note=term.note)


def _sum(finding: Finding) -> str:
    values = {
        "parts": listed(finding.of("parts")),
        "expected": amount(finding.expected),
        "stated": amount(finding.stated),
    }
    if finding.difference and finding.verdict == "ok":
        return _("{parts} = {expected}; stated: {stated}, which rounding allows").format(**values)
    return _("{parts} = {expected}; stated: {stated}").format(**values)


def _ratio(finding: Finding) -> str:
    decimals = finding.decimals or 0
    due = None if finding.expected is None else rounded(finding.expected, decimals)
    return _("{part} / {whole} = {expected}, rounded {rounded}; stated: {stated}").format(
        part=listed(finding.of("part")),
        whole=listed(finding.of("whole")),
        expected=amount(finding.expected, "%"),
        rounded=amount(due, "%"),
        stated=amount(finding.stated, "%"),
    )


def _bounds(finding: Finding) -> str:
    values = {
        "values": listed(finding.of("figures"), ", "),
        "stated": amount(finding.stated),
        "least": listed(finding.of("least")),
        "most": listed(finding.of("most")),
    }
    if finding.difference:
        if finding.difference > 0:
            return _("{stated} is more than {most}, the most that is allowed").format(**values)
        return _("{stated} is less than {least}, the least that is allowed").format(**values)
    if not finding.of("most"):
        return _("{values}: {least} at least").format(**values)
    if not finding.of("least"):
        return _("{values}: {most} at most").format(**values)
    return _("{values}: from {least} to {most}").format(**values)


def _equal(finding: Finding) -> str:
    values = {"values": listed(finding.of("figures"), ", ")}
    if finding.difference:
        return _("the same figure is stated differently: {values}").format(**values)
    return _("stated alike: {values}").format(**values)


def _balance(finding: Finding) -> str:
    values = {
        "opening": listed(finding.of("opening")),
        "received": listed(finding.of("received")),
        "resolved": listed(finding.of("resolved")),
        "expected": amount(finding.expected),
        "stated": amount(finding.stated),
    }
    if len(finding.of("closing")) > 1:
        values["stated"] = f"{listed(finding.of('closing'))} = {values['stated']}"
    if finding.of("opening"):
        return _(
            "{opening} carried over + {received} received − {resolved} resolved = {expected} left; "
            "stated: {stated}"
        ).format(**values)
    return _("{received} received − {resolved} resolved = {expected} left; stated: {stated}").format(**values)


def _monotone(finding: Finding) -> str:
    if finding.difference:
        ordered = sorted(finding.terms, key=lambda term: span(term.period)[1])
        earlier, later = next(
            pair
            for pair in pairwise(ordered)
            if (pair[0].value, pair[1].value) == (finding.expected, finding.stated)
        )
        return _(
            "{stated} ({period}) is less than {expected} ({earlier}), though counted from the same day on"
        ).format(
            stated=amount(later.value),
            period=_period(later.period),
            expected=amount(earlier.value),
            earlier=_period(earlier.period),
        )
    return _("does not fall: {values}").format(values=listed(finding.terms, ", "))


def _period(period: str) -> str:
    first, _slash, last = period.partition("/")
    return f"{date(first)}–{date(last)}" if last else period


_SENTENCES: dict[str, Callable[[Finding], str]] = {
    "sum": _sum,
    "ratio": _ratio,
    "bounds": _bounds,
    "equal": _equal,
    "balance": _balance,
    "monotone": _monotone,
}
