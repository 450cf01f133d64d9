"""What a value was measured from, as an observation keeps it, and what has changed since.

The only place that compares a value with what it was: who measures and who explains ask here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from opsconsole.catalogue import _
from opsconsole.indicators.declared import Indicator
from opsconsole.indicators.ground import Ground
from opsconsole.indicators.measures.registry import Result
from opsconsole.indicators.periods import Period


class Kept(Protocol):
    """An observation as far as it is compared."""

    @property
    def version(self) -> int: ...
    @property
    def rule(self) -> str: ...
    @property
    def numerator(self) -> float: ...
    @property
    def denominator(self) -> float | None: ...
    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def inputs(self) -> dict[str, Any]: ...


def inputs(result: Result, revision: int) -> dict[str, Any]:
    """What *result* was measured from, at *revision* of the register."""
    return {
        "revision": revision,
        "register": f"{result.register % 2**64:016x}",
        "evidence": f"{result.evidence % 2**64:016x}",
        "known": result.known,
        "asked": result.asked,
        **({} if result.stated is None else {"stated": dict(result.stated)}),
    }


def provenance(ground: Ground, system: str, period: Period) -> dict[str, Any]:
    """Evidence files with their positions, working days without evidence, and messages lost, of *system*
    ('': nothing, the register is enough). The value of the province keeps it: those of units and
    levels are measured from the same and do not repeat it."""
    if not system:
        return {}
    coverage, files_of = ground.coverage, ground.once(_files)
    files = [file for source in coverage.sources(system) for file in files_of.get(source, [])]
    found: dict[str, Any] = {"files": files, "lost": coverage.lost(system, period.first, period.over)}
    if system == "mail":
        known = coverage.known(system, period.first, period.over)
        working = ground.workdays.masks(period.first, period.over)
        missing = {month: mask & ~known.get(month, 0) for month, mask in working.items()}
        found["missing"] = [
            f"{month}-{bit + 1:02d}"
            for month, mask in missing.items()
            for bit in range(31)
            if mask >> bit & 1
        ]
    return found


def _files(ground: Ground) -> dict[str, list[list[Any]]]:
    """Source → its files as [number, path, position]."""
    found: dict[str, list[list[Any]]] = {}
    for source, number, path, position in ground.reader.rows(
        "SELECT source, id, path, position FROM source_file WHERE province = :province ORDER BY id"
    ):
        found.setdefault(source, []).append([number, path, position])
    return found


def what_changed(
    indicator: Indicator, result: Result, kept: Kept, now: Mapping[str, Any] | None = None
) -> str:
    """What has changed since *kept* was measured, now that *result* is, in words; '' where nothing has.
    *now* are the ``inputs`` of *result*, where they are at hand."""
    rule = indicator.rule.label if indicator.rule else ""
    before, now = kept.inputs, now or inputs(result, 0)
    reasons = []
    if kept.version != indicator.version:
        changed = _("indicator version {old} is now {new}")
        reasons.append(changed.format(old=kept.version, new=indicator.version))
    if kept.rule != rule:
        reasons.append(_("rule {old} is now {new}").format(old=kept.rule or "–", new=rule or "–"))
    if before.get("register") != now["register"]:
        reasons.append(_("the register changed"))
    if "known" in before and (before["known"], before.get("asked")) != (now["known"], now["asked"]):
        changed = _("evidence for {known} of {asked}, before for {had} of {were}")
        reasons.append(
            changed.format(
                known=now["known"],
                asked=now["asked"],
                had=before["known"],
                were=before.get("asked"),
            )
        )
    if before.get("evidence") != now["evidence"]:
        reasons.append(_("the evidence changed"))
    figures = (result.numerator, result.denominator, result.value, result.low, result.high)
    had = (kept.numerator, kept.denominator, kept.value, kept.low, kept.high)
    if not reasons and figures != had:
        reasons.append(_("counted anew"))
    return "; ".join(reasons)


def with_files(why: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """*why* something changed, with the evidence files that were read further between *then* and *now*
    (as ``provenance`` gives them); '' stays ''."""
    if not why or then.get("files") == now.get("files"):
        return why
    before = {number: position for number, _path, position in then.get("files", [])}
    grown = [
        f"{path} {before.get(number, 0)} → {position}"
        for number, path, position in now.get("files", [])
        if before.get(number) != position
    ]
    return "; ".join(filter(None, (why, _("files read since: {files}").format(files=", ".join(grown)))))
