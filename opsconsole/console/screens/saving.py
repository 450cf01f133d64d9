"""From an edit to the register: proposed, shown with the plan that follows, confirmed, written, applied.

The one way in which the console changes what is declared. Where somebody else changed the same field
of a file meanwhile, both values are shown and one is chosen; nothing is overwritten unseen. Each edit
is noted in the journal (``inventory.journal``), so that it can be taken back, and done again, by the
same way: proposed, shown, confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from opsconsole.catalogue import _
from opsconsole.console.feeds import Question
from opsconsole.console.widgets.plain import Line
from opsconsole.words import amount, label

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.inventory.apply import Applied
    from opsconsole.inventory.journal import Entry, Note
    from opsconsole.inventory.kind import Kind
    from opsconsole.inventory.meanwhile import Clash, Meeting, Said
    from opsconsole.inventory.writeback import Edit, FileEdit, Proposal

TYPED_FROM = 20  # more things than this need their number typed
MOST_DIFF = 400  # lines of a diff that are shown
MOST_THEIRS = 8  # fields changed by others that are named

Opened: TypeAlias = "Mapping[tuple[str, str], Said]"


@dataclass(frozen=True, slots=True)
class Wish:
    """*edits* that somebody wants carried out under *title*.

    *refused* is told why nothing can come of them, *done* is called when they were carried out.
    *opened* is what the files said when the edits began: who changed the same fields since is not
    overwritten. *turns* is the entry of the journal that this takes back or does again.
    """

    title: str
    edits: tuple[Edit, ...]
    refused: Callable[[str], None]
    done: Callable[[], None]
    opened: Opened
    turns: Entry | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """What came of looking: the meeting with others' changes; without one that has to be decided, the
    proposal and what the journal will say of it."""

    meeting: Meeting
    now: Opened
    names: Mapping[str, str]
    proposal: Proposal | None = None
    note: Note | None = None


def save(
    console: Console,
    title: str,
    edits: Sequence[Edit],
    *,
    refused: Callable[[str], None],
    done: Callable[[], None],
    opened: Opened | None = None,
    turns: Entry | None = None,
) -> None:
    """Propose *edits*, and ask; see ``Wish``."""
    if console.may_write():
        _propose(console, Wish(title, tuple(edits), refused, done, opened or {}, turns))


def _propose(console: Console, wish: Wish) -> None:
    database, settings = console.feeds.database, console.settings
    today, person = console.today().isoformat(), console.person

    def work(question: Question) -> _Found:
        from opsconsole.inventory import journal
        from opsconsole.inventory.kinds import standard
        from opsconsole.inventory.meanwhile import eras_asked, meet, said
        from opsconsole.inventory.writeback import propose_in

        with database.read() as reader:
            places = [(edit.kind, edit.key) for edit in wish.edits]
            files = {place: each.file for place, each in wish.opened.items()}
            now = said(reader, settings, [(*place, files.get(place, "")) for place in places])
            asked = eras_asked(reader, wish.edits, today)
            meeting = meet(wish.edits, wish.opened, now, standard(), asked)
            names = _unit_names(reader, meeting)
            if not meeting.quiet:
                return _Found(meeting, now, names)
            proposal = propose_in(reader, settings, wish.edits)
            note = journal.note(
                reader,
                settings,
                proposal,
                wish.edits,
                now,
                person=person,
                title=wish.title,
                turns=wish.turns,
            )
            return _Found(meeting, now, names, proposal, note)

    console.say(_("Reading the inventory …"))
    console.feeds.run(
        "propose",
        work,
        lambda found: _answer(console, wish, found),
        lambda error: wish.refused(reason_of(error)),
    )


def _answer(console: Console, wish: Wish, found: _Found) -> None:
    """Decide what others changed, else show what would be written."""
    meeting = found.meeting
    console.say("")
    if meeting.gone:
        keys = ", ".join(key for _kind, key in meeting.gone[:5])
        text = _("{keys}: in no file any more; somebody deleted it meanwhile. What you typed is kept here.")
        if wish.turns is not None:
            text = _("{keys}: in no file any more; somebody deleted it since. Nothing was changed.")
        wish.refused(text.format(keys=keys))
        return
    if meeting.clashes:
        from opsconsole.console.screens.meeting import MeetingDialog

        def chosen(theirs: list[tuple[str, str, str]]) -> None:
            from opsconsole.inventory.meanwhile import resolved

            left = tuple(resolved(wish.edits, theirs))
            if left:
                _propose(console, replace(wish, edits=left, opened={**wish.opened, **found.now}))
            else:
                wish.done()
                console.say(_("Theirs stays everywhere: nothing was changed from here."), "good")

        console.push_screen(MeetingDialog(meeting, found.names, chosen))
        return
    proposal = found.proposal
    if proposal is None:
        return
    if proposal.empty and proposal.plan.empty:
        wish.refused(_("The files say this already."))
        return
    if proposal.plan.stops:
        from opsconsole.console.screens.limits import show_limits

        show_limits(console, proposal.plan.stops, lambda: _ask(console, wish, found, proposal))
        return
    _ask(console, wish, found, proposal)


def _ask(console: Console, wish: Wish, found: _Found, proposal: Proposal) -> None:
    from opsconsole.console.screens.dialogs import ConfirmDialog

    past_limits = bool(proposal.plan.stops)
    number = len(wish.edits) if len(wish.edits) > TYPED_FROM or past_limits else None
    dialog = ConfirmDialog(
        wish.title,
        [*_theirs(found.meeting.theirs, found.names), *review_lines(proposal, wish.edits)],
        _("Write and apply"),
        lambda reason: _carry_out(console, replace(wish, reason=reason), found, proposal),
        number,
        reason=wish.reason,
        reason_needed=past_limits,
    )
    dialog.add_class("large")
    console.push_screen(dialog)


def _theirs(changed: Sequence[Clash], names: Mapping[str, str]) -> list[Line]:
    """What others changed meanwhile in fields that nobody here touched."""
    lines: list[Line] = []
    if changed:
        lines.append([("warn", _("Changed in the files by somebody else meanwhile, and kept:"))])
    for each in changed[:MOST_THEIRS]:
        was, now = side(each, each.was, names), side(each, each.now, names)
        lines.append([("warn", f"  {each.key} · {label(each.field)}: {was} → {now}")])
    if len(changed) > MOST_THEIRS:
        lines.append([("faint", _("… and {count} more").format(count=amount(len(changed) - MOST_THEIRS)))])
    return [*lines, ""] if lines else []


def side(clash: Clash, value: object, names: Mapping[str, str]) -> str:
    """A value of a field as people read it; a dash where it is not there."""
    from opsconsole.inventory.kinds import standard

    if clash.field == "unit" and isinstance(value, str):
        return f"{names.get(value, value)} ({value.partition('@')[0]})"
    return field_text(standard()[clash.kind], clash.field, value) or "–"


def field_text(kind: Kind, name: str, value: Any) -> str:
    """A written value of a field of *kind* as people read it; '' where it is not there."""
    from opsconsole.inventory.meanwhile import value_of
    from opsconsole.words import value_text

    field = next((each for each in kind.fields if each.name == name), None)
    if field is not None and value is not None:
        value = value_of(field.type, value)
    return value_text(name, value)


def _unit_names(reader: object, meeting: Meeting) -> dict[str, str]:
    from opsconsole.store.database import Reader

    assert isinstance(reader, Reader)  # noqa: S101 - for the checker: imported late
    eras = {
        value
        for each in (*meeting.clashes, *meeting.theirs)
        if each.field == "unit"
        for value in (each.was, each.now, each.mine)
        if isinstance(value, str)
    }
    sql = "SELECT name FROM unit_era WHERE province = :province AND id = :id"
    return {era: str(reader.value(sql, {"id": era}) or era) for era in eras}


def review_lines(proposal: Proposal, edits: Sequence[Edit]) -> list[Line]:
    """The change of the files by *edits*, and what an apply will then do: that, and what others have
    written into the files and nobody applied yet."""
    from opsconsole.console.plantree import counts_text

    lines: list[Line] = [[("head", counts_text(proposal.plan))]]
    asked = {(edit.kind, edit.key) for edit in edits}
    others = sum((change.kind, change.key) not in asked for change in proposal.plan.changes)
    if others:
        text = _("{count} of these changes stood in the files before, by somebody else; y applies them too.")
        lines.append([("warn", text.format(count=amount(others)))])
    lines += [[("bad", _("past a limit: {stop}").format(stop=stop.message))] for stop in proposal.plan.stops]
    return [*lines, "", *diff_lines(proposal)]


def diff_lines(proposal: Proposal) -> list[Line]:
    """The change of the files as a diff, cut where it is long."""
    lines: list[Line] = []
    diff = [line for file in proposal.files for line in _diff_of(file)]
    lines += diff[:MOST_DIFF]
    if len(diff) > MOST_DIFF:
        lines.append([("faint", _("… and {count} more").format(count=amount(len(diff) - MOST_DIFF)))])
    return lines


def _diff_of(file: FileEdit) -> list[Line]:
    """The change of one file, its name in one line above."""
    lines: list[Line] = [[("head", file.name), ("warn", "  " + _("new file") if file.old is None else "")]]
    for line in file.diff.splitlines()[2:]:  # the two lines with its name
        tone = "faint" if line.startswith("@@") else {"+": "good", "-": "bad"}.get(line[:1], "")
        lines.append([(tone, line)])
    return [*lines, ""]


def _carry_out(console: Console, wish: Wish, found: _Found, proposal: Proposal) -> None:
    database, settings = console.feeds.database, console.settings
    allow = [stop.allow for stop in proposal.plan.stops]

    note = found.note
    if note is None:
        return

    def work(question: Question) -> Applied:
        from opsconsole.actor import actor
        from opsconsole.inventory.carrying import carry_out

        return carry_out(database, settings, proposal, note, actor=actor(), reason=wish.reason, allow=allow)

    def applied(done: Applied) -> None:
        text = _("Applied as revision {revision}: {what}").format(revision=done.revision, what=wish.title)
        console.say(text, "good")
        wish.done()
        console.data_changed()
        console.journal_changed()

    def failed(error: Exception) -> None:
        from opsconsole.inventory.writeback import ChangedMeanwhile

        if isinstance(error, ChangedMeanwhile):  # look again: what others wrote is kept or asked about
            _propose(console, replace(wish, opened={**found.now, **wish.opened}))
            return
        text = reason_of(error)
        if _written(proposal):
            more = _("The files are written; the page Plan applies what they say, Ctrl+Z takes it back.")
            text += f"\n{more}"
        wish.refused(text)
        console.journal_changed()

    console.feeds.run("propose", work, applied, failed)


def _written(proposal: Proposal) -> bool:
    """Whether the files say what was proposed, though it was not applied."""
    try:
        return all(file.path.read_bytes() == file.new for file in proposal.files)
    except OSError:
        return False


def reason_of(error: Exception) -> str:
    """Why an edit was not taken: each problem on its line."""
    from opsconsole.console.app import error_text
    from opsconsole.strictyaml import ProblemsFound

    if isinstance(error, ProblemsFound):
        return "\n".join(str(problem) for problem in error.problems)
    return error_text(error)
