"""The minutes of a session: who came when, what happened, what was corrected, and whose word it is.

``minutes`` gathers, in words of the language in use; ``markdown`` writes them out. Other forms
(DOCX, PDF) are made of the same value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _, ngettext
from opsconsole.operations.conference.board import Board, Row, bridged
from opsconsole.operations.conference.preflight import cause_text
from opsconsole.operations.conference.rollcall import Mark, corrected, standing
from opsconsole.text import safe
from opsconsole.words import figure, word


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its head, and its rows of as many cells."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the minutes: paragraphs, then a list, then a table; what is empty is left out."""

    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of session *key*. *facts* are (label, text)."""

    key: str
    title: str
    subject: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    closing: str


def minutes(seen: Board, zone: ZoneInfo, now: dt.datetime, province: str = "") -> Minutes:
    """The minutes of the session *seen*, as everything is known at *now*."""
    one = seen.session
    writer = _Writer(seen, zone, now)
    sections = [writer.attendance()]
    for section in (
        writer.agenda(),
        writer.incidents(),
        writer.handovers(),
        writer.checks(),
        writer.disagreements(),
        writer.corrections(),
    ):
        if section is not None:
            sections.append(section)
    return Minutes(
        one.key,
        _("Minutes of a videoconference"),
        safe(one.title),
        tuple(writer.facts(province)),
        tuple(sections),
        writer.closing(),
    )


def disagreements(seen: Board, zone: ZoneInfo, now: dt.datetime) -> tuple[str, ...]:
    """Where roll call and server do not say the same, a sentence for each site."""
    section = _Writer(seen, zone, now).disagreements()
    return section.items if section is not None else ()


class _Writer:
    def __init__(self, seen: Board, zone: ZoneInfo, now: dt.datetime) -> None:
        self.seen, self.zone, self.now = seen, zone, now
        self.over = seen.ended or (seen.session.end if seen.over(now) else now)
        # What was said with a state: a remark where the site stands by that mark, else an incident.
        self.reasons = {
            mark.number: safe(mark.said) for mark in seen.marks if mark.sort == "state" and mark.said
        }

    def clock(self, at: dt.datetime | None) -> str:
        """*at* as a local time of day, with the day where it is another than the session's."""
        if at is None:
            return "–"
        here = at.astimezone(self.zone)
        if here.date() == self.seen.session.start.date():
            return f"{here:%H:%M}"
        return f"{here:%H:%M %d/%m/%Y}"

    def facts(self, province: str) -> list[tuple[str, str]]:
        one, seen = self.seen.session, self.seen
        planned = f"{one.start:%d/%m/%Y %H:%M} – " + self.clock(one.end)
        facts = [(_("Session"), one.key), (_("Between"), word(one.kind)), (_("Announced"), planned)]
        if one.cancelled:
            facts.append((_("Cancelled"), one.cancelled))
        held = f"{self.clock(seen.begun)} – {self.clock(seen.ended)}" if seen.begun else _("no record")
        facts.append((_("Held"), held))
        host = seen.row(one.host)
        if host is not None:
            facts.append((_("Chaired from"), _site_text(host)))
        if one.operator:
            facts.append((_("Operator"), safe(one.operator_name or one.operator)))
        facts.append((_("Attendance"), self.summary()))
        return facts

    def summary(self) -> str:
        expected = [row for row in self.seen.rows if row.invited]
        came = sum(row.came for row in expected)
        if not self.seen.known:
            return _("no attendance was recorded")
        text = _("{came} of {count} sites took part").format(came=figure(came), count=figure(len(expected)))
        states: dict[str, int] = {}
        for row in expected:
            state = self.seen.state(row, self.now)
            if not (row.came and state in ("absent", "excused")):  # the server has it: told further down
                states[state] = states.get(state, 0) + 1
        late = sum(row.presence.late or self.seen.state(row, self.now) == "late" for row in expected)
        parts = []
        if late:
            parts.append(_("{count} late").format(count=figure(late)))
        for state in ("absent", "excused", "lost"):
            if states.get(state):
                parts.append(f"{figure(states[state])} {word(state)}")
        dropped = sum(row.drops > 0 for row in expected)
        if dropped:
            parts.append(
                ngettext("{n} dropped out in between", "{n} dropped out in between", dropped).format(
                    n=figure(dropped)
                )
            )
        others = sum(row.came and not row.invited for row in self.seen.rows)
        if others:
            parts.append(_("{count} not invited").format(count=figure(others)))
        return text + (" (" + ", ".join(parts) + ")" if parts else "")

    def attendance(self) -> Section:
        rows = []
        for number, row in enumerate(self.seen.rows, 1):
            spans = [(joined, left or self.over) for joined, left in row.spans]
            times = "; ".join(f"{self.clock(a)}–{self.clock(b)}" for a, b in bridged(spans))
            length = figure(round(row.seconds(self.over) / 60)) if row.came else ""
            state = word(self.seen.state(row, self.now))
            remarks = []
            if row.host:
                remarks.append(_("chairs"))
            if not row.invited:
                remarks.append(_("not invited"))
            if row.presence.late and self.seen.state(row, self.now) != "late":
                remarks.append(word("late"))
            if row.drops:
                remarks.append(
                    ngettext("dropped out {n} time", "dropped out {n} times", row.drops).format(
                        n=figure(row.drops)
                    )
                )
            if said := self.reasons.get(row.presence.mark):
                remarks.append(said)
            source = {"server": _("server"), "roll": _("roll call")}.get(row.source, "")
            name, unit = safe(row.site.name), safe(row.site.unit)
            rows.append((figure(number), name, unit, state, times, length, source, ", ".join(remarks)))
        head = (
            _("No."), _("Site"), _("Unit"), _("State"), _("Present"), _("Minutes"), _("Source"), _("Remark"),
        )  # fmt: skip
        return Section(_("Attendance"), (self.summary() + ".",), table=Table(head, tuple(rows)))

    def agenda(self) -> Section | None:
        items = tuple(safe(item) for item in self.seen.session.agenda)
        return Section(_("Agenda"), items=items) if items else None

    def incidents(self) -> Section | None:
        items = []
        told = {row.presence.mark for row in self.seen.rows}
        events = [
            mark
            for mark in standing(self.seen.marks)
            if mark.sort == "note" or (mark.number in self.reasons and mark.number not in told)
        ]
        for mark in sorted(events, key=lambda mark: (mark.about, mark.number)):
            row = self.seen.row(mark.site) if mark.site else None
            about = (
                f" [{_site_text(row)}]" if row is not None else f" [{safe(mark.site)}]" if mark.site else ""
            )
            state = f" {word(mark.state)}:" if mark.state else ""
            items.append(f"{self.clock(mark.about)}{about}{state} {safe(mark.said)} ({safe(mark.actor)})")
        if not items:
            return None
        return Section(_("Course and incidents"), items=tuple(items))

    def handovers(self) -> Section | None:
        items = []
        for mark in self.seen.marks:
            if mark.sort == "handover":
                text = _("{time} {actor} handed over: {said}")
            elif mark.sort == "takeover":
                text = _("{time} {actor} took over")
            else:
                continue
            items.append(
                text.format(time=self.clock(mark.about), actor=safe(mark.actor), said=safe(mark.said))
            )
        return Section(_("Handovers"), items=tuple(items)) if items else None

    def checks(self) -> Section | None:
        tried = [row.tried for row in self.seen.rows if row.tried is not None]
        if not tried:
            return None
        failed = [row for row in self.seen.rows if row.tried is not None and row.tried.result.state == "fail"]
        at = dt.datetime.fromisoformat(tried[0].run.replace("Z", "+00:00"))
        text = _("Before the session, at {time}: {passed} of {count} sites could be reached.").format(
            time=self.clock(at), passed=figure(len(tried) - len(failed)), count=figure(len(tried))
        )
        items = tuple(
            f"{_site_text(row)}: {cause_text(row.tried.result.cause)}" for row in failed if row.tried
        )
        return Section(_("Pre-flight"), (text,), items)

    def disagreements(self) -> Section | None:
        items = []
        for row, sort in self.seen.disagreements:
            presence = row.presence
            server = self.clock(row.server[0][0]) if row.server else ""
            text = {
                "came": _("{site}: the roll call says {state}, the server has it from {server} on"),
                "absent": _("{site}: the roll call has it from {roll} on, the server has no record of it"),
                "time": _("{site}: from {roll} on by the roll call, from {server} on by the server"),
            }[sort]
            items.append(
                text.format(
                    site=_site_text(row),
                    state=word(presence.state),
                    server=server,
                    roll=self.clock(presence.first),
                )
            )
        title = _("Where roll call and server disagree")
        return (
            Section(title, (_("The times above are the server's where it has a record."),), tuple(items))
            if items
            else None
        )

    def corrections(self) -> Section | None:
        items = []
        for original, later in corrected(self.seen.marks):
            what = self.mark_text(original)
            if later.sort == "retract":
                text = _("{what} – taken back by {actor} at {time}")
            else:
                text = _("{what} – corrected by {actor} at {time}: {new}")
            line = text.format(
                what=what, actor=safe(later.actor), time=self.clock(later.at), new=self.mark_text(later)
            )
            if later.sort == "retract" and later.said:
                line += f" ({safe(later.said)})"
            items.append(line)
        return Section(_("Corrections (the original stays)"), items=tuple(items)) if items else None

    def mark_text(self, mark: Mark) -> str:
        """A mark in words."""
        row = self.seen.row(mark.site) if mark.site else None
        where = f"{_site_text(row)}: " if row is not None else f"{safe(mark.site)}: " if mark.site else ""
        what = {
            "begun": _("session begun"),
            "ended": _("session ended"),
            "handover": _("handed over"),
            "takeover": _("taken over"),
        }.get(mark.sort, word(mark.state) if mark.sort == "state" else "")
        said = f"“{safe(mark.said)}”" if mark.said else ""
        text = " ".join(part for part in (what, said) if part)
        return f"{where}{text} {self.clock(mark.about)} ({safe(mark.actor)})"

    def closing(self) -> str:
        marks, servers = len(self.seen.marks), sum(len(row.server) for row in self.seen.rows)
        return _("From {marks} and {stays}; written {at}.").format(
            marks=ngettext("{n} mark of the roll call", "{n} marks of the roll call", marks).format(
                n=figure(marks)
            ),
            stays=ngettext("{n} stay recorded by servers", "{n} stays recorded by servers", servers).format(
                n=figure(servers)
            ),
            at=f"{self.now.astimezone(self.zone):%d/%m/%Y %H:%M}",
        )


def _site_text(row: Row) -> str:
    return safe(row.site.name)


# --- as text ---------------------------------------------------------------------------------------------


def markdown(written: Minutes) -> str:
    """*written* as Markdown (tables as GitHub and Pandoc read them). Data cannot make markup of its own."""
    lines = [f"# {_md(written.title)}", "", f"**{_md(written.subject)}**", ""]
    lines += [f"- {_md(label)}: {_md(text)}" for label, text in written.facts]
    for section in written.sections:
        lines += ["", f"## {_md(section.title)}", ""]
        for paragraph in section.paragraphs:
            lines += [_md(paragraph), ""]
        lines += [f"- {_md(item)}" for item in section.items]
        if section.table is not None and section.table.rows:
            lines += [
                "| " + " | ".join(map(_md, section.table.head)) + " |",
                "|" + "---|" * len(section.table.head),
            ]
            lines += ["| " + " | ".join(map(_md, row)) + " |" for row in section.table.rows]
        while lines and not lines[-1]:
            lines.pop()
    lines += ["", _md(written.closing), ""]
    return "\n".join(lines)


_MARKS = str.maketrans({char: "\\" + char for char in "\\`*_[]<>#|~"})


def _md(text: str) -> str:
    return text.translate(_MARKS)


def plain(written: Minutes, without: tuple[int, ...] = ()) -> str:
    """*written* as text for a terminal, its table in columns but for those at the places *without*."""
    lines = [written.title.upper(), written.subject, ""]
    label_width = max(len(label) for label, _text in written.facts) + 2
    lines += [f"{label + ':':{label_width}} {text}" for label, text in written.facts]
    for section in written.sections:
        lines += ["", section.title.upper()]
        lines += list(section.paragraphs)
        lines += [f"  - {item}" for item in section.items]
        if section.table is not None:
            lines += _columns([section.table.head, *section.table.rows], without)
    return "\n".join([*lines, "", written.closing])


def _columns(rows: Sequence[tuple[str, ...]], without: tuple[int, ...]) -> list[str]:
    shown = [place for place in range(len(rows[0])) if place not in without]
    filled = [place for place in shown if any(row[place] for row in rows[1:])]
    widths = {place: max(len(row[place]) for row in rows) for place in filled}
    return ["  ".join(row[place].ljust(widths[place]) for place in filled).rstrip() for row in rows]
