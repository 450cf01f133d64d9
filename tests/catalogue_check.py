"""The catalogue is complete: every text in the code has its Vietnamese, and the compiled file is current.

python -m tests.catalogue_check            check (``make check``)
python -m tests.catalogue_check --update   take new texts in, compile (``make messages``)
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from babel.messages import Catalog
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from opsconsole import __version__

if TYPE_CHECKING:
    from opsconsole.inventory.fields import Field

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "opsconsole" / "locale" / "vi" / "LC_MESSAGES"
PO, MO = FOLDER / "opsconsole.po", FOLDER / "opsconsole.mo"

# Texts that stand in tables and reach ``_()`` as variables: (file, names of calls or assignments).
_PLACEHOLDER = re.compile(r"\{[a-z_0-9]*(?::[^}]*)?\}|%\([a-z_]+\)s")


def texts() -> Catalog:
    """All texts of the code, with where they stand."""
    catalog = Catalog(locale="vi", project="opsconsole", version="", fuzzy=False)
    found = extract_from_dir(
        str(ROOT / "opsconsole"),
        [("**.py", "python")],
        keywords={"_": None, "ngettext": (1, 2), "N_": None},
    )
    for file, _line, message, _comments, _context in found:
        catalog.add(message, locations=[(f"opsconsole/{file}", 0)])
    for file, message in _declared():
        catalog.add(message, locations=[(file, 0)])
    return catalog


def _declared() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Texts that are declared once and translated where they are shown: help of commands and
    options, titles and help of kinds and fields."""
    from opsconsole.cli import COMMANDS, cli
    from opsconsole.cli.speech import help_texts
    from opsconsole.inventory.fields import Code, Field
    from opsconsole.inventory.kind import TOMBSTONE
    from opsconsole.inventory.kinds import standard

    for _module, _attribute, help_text in COMMANDS.values():
        yield "opsconsole/cli/__init__.py", help_text
    context = click.Context(cli)
    for text in help_texts(cli, context):
        if text:
            yield "opsconsole/cli", text
    yield from _of_click()
    for kind in standard():
        yield f"opsconsole/inventory/kinds/{kind.name}.py", kind.title
        yield f"opsconsole/inventory/kinds/{kind.name}.py", kind.singular
        if isinstance(kind.key, Code):
            yield f"opsconsole/inventory/kinds/{kind.name}.py", kind.key.form
        for text in _helps((*kind.fields, Field(kind.ends_by, TOMBSTONE))):
            yield f"opsconsole/inventory/kinds/{kind.name}.py", text


# The modules of click with texts that somebody at a terminal can meet.
_CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def _of_click() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """The texts that click has of its own; it asks them from the same catalogue."""
    folder = Path(click.__file__).parent
    for name in _CLICK:
        with (folder / f"{name}.py").open("rb") as file:
            for _line, message, _comments, _context in extract(
                "python", file, keywords={"_": None, "ngettext": (1, 2)}
            ):
                yield f"click/{name}.py", message


def _helps(fields: Iterable[Field]) -> Iterator[str]:
    """The help of *fields* and of those inside them, at any depth; the words for forms of codes."""
    from opsconsole.inventory.fields import Code, Group, ListOf

    for field in fields:
        if field.help:
            yield field.help
        inner = field.type.item if isinstance(field.type, ListOf) else field.type
        if isinstance(inner, Code):
            yield inner.form
        if isinstance(inner, Group) and isinstance(inner.keyed, Code):
            yield inner.keyed.form
        if isinstance(field.type, Group):
            yield from _helps(field.type.fields)


def known() -> Catalog:
    """The catalogue as it stands."""
    if not PO.exists():
        return Catalog(locale="vi")
    with PO.open("rb") as file:
        return read_po(file, locale="vi")


def compiled(catalog: Catalog) -> bytes:
    """*catalog* as a compiled file."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def problems() -> Iterator[str]:
    """What is missing, left over, or translated with other placeholders."""
    code, catalog = texts(), known()
    for message in code:
        if not message.id:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        there = catalog.get(name)
        place = message.locations[0][0] if message.locations else ""
        translations = (
            []
            if there is None
            else [there.string]
            if isinstance(there.string, str)
            else list(there.string or ())
        )
        if not translations or not all(translations):
            yield f"{place}: no Vietnamese for {name!r}"
        elif any(set(_PLACEHOLDER.findall(each)) != set(_PLACEHOLDER.findall(name)) for each in translations):
            yield f"{place}: other placeholders in the Vietnamese of {name!r}"
        elif there is not None and there.fuzzy:
            yield f"{place}: the Vietnamese of {name!r} is marked fuzzy"
    for message in catalog:
        if message.id and code.get(message.id if isinstance(message.id, str) else message.id[0]) is None:
            yield f"{PO.name}: {message.id!r} is not in the code any more"
    if not MO.exists() or MO.read_bytes() != compiled(catalog):
        yield f"{MO.name} is not compiled from {PO.name}: run 'make messages'"


def update() -> None:
    """Take the texts of the code into the catalogue, keep translations, compile."""
    catalog, code = known(), texts()
    merged = Catalog(
        locale="vi",
        project="opsconsole",
        version=__version__,
        header_comment="# Vietnamese texts of opsconsole. The terms to use are in docs/glossary.md.",
        copyright_holder="opsconsole",
        msgid_bugs_address="opsconsole",
        last_translator="opsconsole",
        language_team="vi",
        # The file changes when a text does, not with every call.
        creation_date=catalog.creation_date,
        revision_date=catalog.creation_date,
        fuzzy=False,
    )
    for message in sorted(code, key=lambda each: each.id if isinstance(each.id, str) else each.id[0]):
        if not message.id:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        there = catalog.get(name)
        files = sorted({file for file, _line in message.locations})
        merged.add(message.id, there.string if there else "", locations=[(file, 0) for file in files])
    FOLDER.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, merged, width=110, omit_header=False, include_lineno=False, sort_output=True)
    MO.write_bytes(compiled(known()))


def main() -> int:
    if "--update" in sys.argv[1:]:
        update()
    found = list(problems())
    for problem in found:
        print(problem)
    print(f"catalogue: {len(found)} problems" if found else "catalogue: complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
