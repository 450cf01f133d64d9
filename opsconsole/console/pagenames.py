"""The names of the pages of the console: what there is, what it is called, how a word means one.

Nothing here draws, so that the command line knows the pages without the drawing library.
"""

from __future__ import annotations

import difflib

from opsconsole.catalogue import N_, _
from opsconsole.text import fold

# The pages in the order of their number keys; name → title.
PAGES: dict[str, str] = {
    "overview": N_("Overview"),
    "units": N_("Units"),
    "assets": N_("Assets"),
    "mailboxes": N_("Mailboxes"),
    "sessions": N_("Sessions"),
    "targets": N_("Targets"),
    "jobs": N_("Jobs"),
    "plan": N_("Plan"),
    "reports": N_("Reports"),
    "audit": N_("Audit"),
}


# What the tabs of a narrow terminal say where the title is too long: with these, all ten fit into 80 columns.
SHORT: dict[str, str] = {
    "overview": N_("short|Overview"),
    "mailboxes": N_("short|Mail"),
    "sessions": N_("short|Sessions"),
    "jobs": N_("short|Jobs"),
    "audit": N_("short|Audit"),
}

# Pages that are opened from another one and have no number; name → (title, the page that is marked).
BESIDES: dict[str, tuple[str, str]] = {
    "board": (N_("Live board"), "sessions"),
    "opened": (N_("Opened report"), "reports"),
    "alerts": (N_("Alerts"), "overview"),
    "shared": (N_("Figures of the systems"), "overview"),
    "edits": (N_("Edits"), "plan"),
}

# Lists of declared things that have no page of their own; name → (kind, title, the page that is marked).
KIND_LISTS: dict[str, tuple[str, str, str]] = {
    "people": ("people", N_("People"), "units"),
    "sites": ("sites", N_("Conference sites"), "units"),
    "connections": ("connections", N_("Connections of units"), "units"),
    "reorganisations": ("reorganisations", N_("Reorganisations"), "units"),
    "goals": ("targets", N_("Targets as declared"), "targets"),
    "figures": ("figures", N_("Reported figures"), "targets"),
    "indicators": ("indicators", N_("Indicators"), "targets"),
    "rules": ("rules", N_("Rules of counting"), "targets"),
    "rates": ("rates", N_("Rates"), "targets"),
    "checks": ("checks", N_("Checks of figures"), "targets"),
    "systems": ("systems", N_("Shared systems"), "overview"),
    "workdays": ("workdays", N_("Declared working days"), "jobs"),
}
BESIDES |= {name: (title, above) for name, (_kind, title, above) in KIND_LISTS.items()}

# The page that lists things of a kind.
PAGE_OF_KIND: dict[str, str] = {
    "units": "units",
    "assets": "assets",
    "accounts": "mailboxes",
    "sessions": "sessions",
    **{kind: name for name, (kind, _title, _above) in KIND_LISTS.items()},
}


def page_title(name: str) -> str:
    """The title of the page called *name*, as the catalogue has it."""
    return PAGES.get(name) or BESIDES[name][0]


# Pages that show nothing by themselves: somebody has to come from another one.
_NOT_ALONE = {"opened"}


def short_title(name: str) -> str:
    """The title of the numbered page *name* for a narrow terminal, in the language in use."""
    return _(SHORT[name]).removeprefix("short|") if name in SHORT else _(PAGES[name])


def places() -> tuple[str, ...]:
    """The names of all pages that can be begun with, those with a number first."""
    return tuple(name for name in (*PAGES, *BESIDES) if name not in _NOT_ALONE)


def page_called(text: str) -> str | None:
    """The page whose name (in either language, or in the code) begins with *text*, folded."""
    wanted = fold(text)
    if len(wanted) < 2:
        return None
    names: dict[str, str] = {}
    titles = PAGES | {name: title for name, (title, _above) in BESIDES.items()}
    for name, title in titles.items():
        for each in (name, title, _(title)):
            names.setdefault(fold(each), name)
    if wanted in names:
        return names[wanted]
    found = {page for name, page in names.items() if name.startswith(wanted)}
    return found.pop() if len(found) == 1 else None


def near(text: str) -> str:
    """The name of a place that *text* may have meant, '' where nothing is like it."""
    wanted = fold(text)
    names = {fold(each): name for name in places() for each in (name, page_title(name), _(page_title(name)))}
    found = difflib.get_close_matches(wanted, names, 1)
    return names[found[0]] if found else ""
