"""Help: every key that does something here, from the registry of actions."""

from __future__ import annotations

from collections.abc import Iterable

from opsconsole.catalogue import N_, _
from opsconsole.console.actions import Action, key_text
from opsconsole.console.columns import fit
from opsconsole.console.pagenames import page_title
from opsconsole.console.widgets.plain import Line

_SCOPES = {
    "grid": N_("In a list"),
    "tree": N_("In a tree"),
    "app": N_("Everywhere"),
    "list": N_("In a long list"),
    "things": N_("In a list of declared things"),
}


def help_lines(actions: Iterable[Action]) -> list[Line]:
    """The keys of *actions*, those of the page first."""
    by_scope: dict[str, list[Action]] = {}
    for action in actions:
        by_scope.setdefault(action.scope, []).append(action)
    order = [scope for scope in by_scope if scope not in _SCOPES] + [
        s for s in ("things", "list", "tree", "grid", "app") if s in by_scope
    ]
    lines: list[Line] = []
    for scope in order:
        title = _SCOPES.get(scope) or page_title(scope)
        lines.append([("head", _(title))])
        for action in by_scope[scope]:
            keys = " ".join(_(key_text(key)) for key in action.keys_now)
            lines.append([("key", "  " + fit(keys, 14)), ("", _(action.label))])
        lines.append("")
    lines += [
        [("head", _("Filter"))],
        "  " + _("All words must be found, in any order; diacritics do not matter: hoa binh finds Hòa Bình."),
        "  " + _("Words between quotation marks belong together."),
        "  " + _("Fields can be named: unit:148 kind:printer price:>10m bought:<2016 !status:broken"),
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
