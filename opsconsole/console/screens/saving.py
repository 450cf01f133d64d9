"""From an edit to the register: proposed, shown with the plan that follows, confirmed, written, applied.

The one way in which the console changes what is declared. The inverse of each edit is kept, so that
it can be taken back by the same way: proposed, shown, confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.console.feeds import Question
from opsconsole.console.widgets.plain import Line
from opsconsole.words import amount

if TYPE_CHECKING:
    from opsconsole.console.app import Console
    from opsconsole.inventory.apply import Applied
    from opsconsole.inventory.writeback import Edit, Proposal

TYPED_FROM = 20  # more things than this need their number typed
MOST_DIFF = 400  # lines of a diff that are shown


@dataclass(frozen=True, slots=True)
class Done:
    """An edit that was carried out: what it was, and the edits that take it back."""

    title: str
    inverse: tuple[Edit, ...]


def save(
    console: Console,
    title: str,
    edits: Sequence[Edit],
    inverse: Sequence[Edit],
    *,
    refused: Callable[[str], None],
    done: Callable[[], None],
) -> None:
    """Propose *edits*, and ask. *refused* is told why nothing can come of them, *done* is called when
    they were carried out; *inverse* takes them back."""
    if not console.may_write():
        return
    database, settings = console.feeds.database, console.settings
    asked = tuple(edits)

    def work(question: Question) -> Proposal:
        from opsconsole.inventory.writeback import propose

        return propose(database, settings, asked)

    def ask(proposal: Proposal) -> None:
        if proposal.empty and proposal.plan.empty:
            refused(_("The files say this already."))
            return
        if proposal.plan.stops:
            refused("\n".join(str(stop) for stop in proposal.plan.stops))
            return
        from opsconsole.console.screens.dialogs import ConfirmDialog

        number = len(asked) if len(asked) > TYPED_FROM else None
        dialog = ConfirmDialog(
            title,
            review_lines(proposal),
            _("Write and apply"),
            lambda reason: _carry_out(console, title, proposal, tuple(inverse), reason, refused, done),
            number,
        )
        dialog.add_class("large")
        console.push_screen(dialog)

    console.feeds.run("propose", work, ask, lambda error: refused(reason_of(error)))


def review_lines(proposal: Proposal) -> list[Line]:
    """The change of the files, and what an apply will then do."""
    from opsconsole.console.screens.plan import counts_text

    lines: list[Line] = [[("head", counts_text(proposal.plan))]]
    files = {file.name for file in proposal.files}
    others = sum(change.file not in files for change in proposal.plan.changes)
    if others:
        text = _("{count} of these changes stand in other files, which somebody else has changed.")
        lines.append([("warn", text.format(count=amount(others)))])
    lines.append("")
    diff = proposal.diff.splitlines()
    for line in diff[:MOST_DIFF]:
        tone = "head" if line.startswith(("+++", "---", "@@")) else ""
        tone = tone or {"+": "good", "-": "bad"}.get(line[:1], "")
        lines.append([(tone, line)])
    if len(diff) > MOST_DIFF:
        lines.append([("faint", _("… and {count} more").format(count=amount(len(diff) - MOST_DIFF)))])
    return lines


def _carry_out(
    console: Console,
    title: str,
    proposal: Proposal,
    inverse: tuple[Edit, ...],
    reason: str,
    refused: Callable[[str], None],
    done: Callable[[], None],
) -> None:
    database, settings = console.feeds.database, console.settings

    def work(question: Question) -> Applied:
        from opsconsole.actor import actor
        from opsconsole.inventory.apply import apply_plan
        from opsconsole.inventory.writeback import write

        write(proposal)
        return apply_plan(database, settings, actor=actor(), reason=reason, digest=proposal.plan.digest)

    def applied(result: Applied) -> None:
        if inverse:
            console.done.append(Done(title, inverse))
        console.say(
            _("Applied as revision {revision}: {what}").format(revision=result.revision, what=title), "good"
        )
        done()
        console.data_changed()

    def failed(error: Exception) -> None:
        text = reason_of(error)
        if _written(proposal):
            text += "\n" + _("The files are written; the page Plan shows and applies what they say.")
        refused(text)

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
        return "\n".join(problem.message for problem in error.problems)
    return error_text(error)


def undo(console: Console) -> None:
    """Take back what was done last from here."""
    if not console.done:
        console.say(_("Nothing was changed from here that could be taken back."), "warn")
        return
    last = console.done[-1]

    def done() -> None:
        if last in console.done:
            console.done.remove(last)

    save(
        console,
        _("Take back: {what}").format(what=last.title),
        last.inverse,
        (),
        refused=lambda text: console.say(text, "bad"),
        done=done,
    )


def inverse_of(edit: Any, before: dict[str, Any], unit: str, ended_by: str) -> Any:
    """The edit that gives the fields that *edit* (a Change) touches the values of *before* again; a
    tombstone is taken away, and the thing goes back to *unit*."""
    from opsconsole.inventory.writeback import Change

    fields = {name: before.get(name) for name in edit.fields if name != ended_by}
    if ended_by in edit.fields:
        fields[ended_by] = None
    return Change(edit.kind, edit.key, fields, unit=unit if edit.unit else None)
