"""Renderers: one module a format, each with ``write(document, folder, stem) -> files``."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path

from opsconsole.catalogue import _, speaking
from opsconsole.errors import Refused
from opsconsole.reports.model import FORMATS, Document

MODULES = {
    "docx": "docx",
    "pdf": "pdf",
    "xlsx": "xlsx",
    "html": "html",
    "md": "markdown",
    "csv": "comma",
    "json": "plain",
}


def write(
    document: Document,
    folder: Path,
    stem: str,
    formats: Iterable[str],
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[Path, str]:
    """Write *document* in *formats* into *folder*, files named *stem* and what the format adds.

    Gives the files with their formats. Raises OSError as the system says it.
    """
    chosen = list(formats)
    unknown = [name for name in chosen if name not in MODULES]
    if unknown:
        raise Refused(
            _("there is no format '{name}'; known: {names}").format(name=unknown[0], names=", ".join(FORMATS))
        )
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[Path, str] = {}
    for place, name in enumerate(chosen):
        if progress:
            progress(name, place, len(chosen))
        module = importlib.import_module(f"opsconsole.reports.render.{MODULES[name]}")
        with speaking(document.language):
            found |= dict.fromkeys(module.write(document, folder, stem), name)
    if progress:
        progress("written", len(chosen), len(chosen))
    return found
