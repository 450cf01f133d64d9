"""Help: everyday work in a few lines, and every key that does something here, from the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import Action
from opsconsole.console.columns import fit
from opsconsole.console.keytext import key_text, keys_in
from opsconsole.console.pagenames import KIND_LISTS, page_title
from opsconsole.console.widgets.plain import Line
from opsconsole.words import word

if TYPE_CHECKING:
    from opsconsole.console.queries.filtering import FilterField

_SCOPES = {
    "grid": N_("In a list"),
    "tree": N_("In a tree"),
    "app": N_("Everywhere"),
    "list": N_("In a long list"),
    "things": N_("In a list of declared things"),
}

# What staff do every day, and how; {name} stands for the key of the action of that name.
WORK: tuple[tuple[str, str, bool], ...] = (  # the last: whether it writes
    (
        N_("A commune's PCs"),
        N_(
            "{app.page.units} {app.filter} and its name, Enter; {units.assets_of} shows its assets; "
            "{app.filter} pc leaves the PCs"
        ),
        False,
    ),
    (
        N_("Move them"),
        N_(
            "{grid.mark} marks several; {list.edit}, and F4 in the line of the unit searches the new one; "
            "F10 shows the plan, y applies it"
        ),
        True,
    ),
    (
        N_("Somebody leaves"),
        N_(
            "{app.page.mailboxes} {app.filter} and the name, Enter; {mailboxes.leaves} closes the mailboxes "
            "and hands over the rest"
        ),
        True,
    ),
    (
        N_("Why a target is behind"),
        N_(
            "{app.page.targets}, on the target Enter explains its value, {targets.units_of} shows all units; "
            "of one unit: {app.page.units} {app.filter} and its name, Enter, {units.targets_of}"
        ),
        False,
    ),
    (
        N_("Units of an earlier day"),
        N_("{app.day} asks for the day: districts and communes are shown as they were"),
        False,
    ),
    (
        N_("Roll call"),
        N_(
            "{app.page.sessions} and the session ({sessions.new_session} plans one), {sessions.board} its "
            "board: {board.present} present, {board.absent} absent, {board.minutes} minutes"
        ),
        True,
    ),
    (
        N_("The month's report"),
        N_(
            "{app.page.reports} and the report, {reports.period_before} {reports.next_period} the month, "
            "Enter shows it, {reports.write_draft} writes it into files to print, {reports.issue} issues it"
        ),
        True,
    ),
)
_LABEL = 22
_KEYS = 14


def help_lines(
    actions: Iterable[Action], fields: Mapping[str, FilterField] | None = None, *, read_only: bool = False
) -> list[Line]:
    """The keys of *actions*, those of the page first, where somebody begins everyday work; *fields* are
    those that a filter may name here."""
    by_scope: dict[str, list[Action]] = {}
    for action in actions:
        by_scope.setdefault(action.scope, []).append(action)
    own = [scope for scope in by_scope if scope not in _SCOPES]
    keys = [line for scope in own for line in _keys_of(_(page_title(scope)), by_scope[scope])]
    work = _work(read_only)
    lines = [*work, *keys] if "overview" in own else [*keys, *work]
    for scope in ("things", "list", "tree", "grid", "app"):
        if scope in by_scope:
            lines += _keys_of(_(_SCOPES[scope]), by_scope[scope])
    lines += [
        [("head", _("Filter"))],
        "  " + _("All words must be found, in any order; diacritics do not matter: hoa binh finds Hòa Bình."),
        "  " + _("Words between quotation marks belong together."),
        "  " + _("Fields can be named: unit:148 kind:printer price:>10m bought:<2016 !status:broken"),
        *_fields(fields or {}),
        "",
        [("head", _("Forms"))],
        "  " + _("E changes, n declares, D ends. In a form F4 chooses or searches, F10 shows the plan;"),
        "  " + _("y then writes and applies it, and Ctrl+Z takes it back in the same way."),
        "  " + _("L on a mailbox or a person: a leaver's mailboxes, equipment and duties at once."),
        "",
        [("head", _("Go to"))],
        "  " + _("A page (assets, tai san), perhaps with a filter after it; a unit code (05128),"),
        "  " + _("the tag of an asset, an address, the id of a session or site."),
    ]
    return lines


def _work(read_only: bool) -> list[Line]:
    lines: list[Line] = [[("head", _("Everyday work"))]]
    for what, how, writes in WORK:
        if not (writes and read_only):
            lines.append([("key", "  " + fit(_(what), _LABEL) + "  "), ("", keys_in(_(how)))])
    return [*lines, ""]


def _keys_of(title: str, actions: Iterable[Action]) -> list[Line]:
    lines: list[Line] = [[("head", title)]]
    for action in actions:
        lines.append([("key", "  " + fit(_way(action), _KEYS) + "  "), ("", _(action.label))])
    return [*lines, ""]


def _way(action: Action) -> str:
    """Its keys; of an action without one, what is typed instead."""
    if keys := " ".join(key_text(key) for key in action.keys_now):
        return keys
    return f":{action.argument}" if action.argument in KIND_LISTS else keys_in("{app.palette}")


def _fields(fields: Mapping[str, FilterField]) -> list[Line]:
    """The fields that a filter may name here, and the words of those that have a few."""
    if not fields:
        return []
    named = [f"{name} ({', '.join(field.also)})" if field.also else name for name, field in fields.items()]
    lines: list[Line] = ["  " + _("Here: {fields}").format(fields=", ".join(named))]
    for name, field in fields.items():
        if field.sort == "choice" and field.values:
            words = ", ".join(dict.fromkeys(word(value) for value in field.values))
            lines.append([("key", "  " + fit(f"{name}:", _KEYS) + "  "), ("", words)])
    return lines
