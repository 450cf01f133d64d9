"""What the console knows again after a restart: page, filters, orders, columns, views, theme, language.

One small file for each database and user, below ``$XDG_STATE_HOME``. It is convenience: a file that
cannot be read or is not what was written is passed over, and one that cannot be written is not missed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

Memory: TypeAlias = "dict[str, Any]"

_FORM = 1
_MOST_BYTES = 1_000_000


def file_for(database: str, visitor: str | None = None) -> Path | None:
    """The file for the database with the URL *database*; a password in it leaves no trace.

    *visitor* is who came in by a browser: everybody has a file; who has but the token, none.
    """
    if visitor == "token":
        return None
    base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    url = re.sub("//.*@", "//", database)
    name = hashlib.blake2b(
        f"{url}\nweb:{visitor}".encode() if visitor else url.encode(), digest_size=6
    ).hexdigest()
    return base / "opsconsole" / f"console-{name}.json"


class Remembered:
    """What is remembered, in memory and, with a *path*, in a file."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._written = ""
        self._data: dict[str, Any] = self._read()

    @property
    def kept(self) -> bool:
        """Whether anything outlives this process."""
        return self._path is not None

    def _read(self) -> dict[str, Any]:
        try:
            if self._path is None or self._path.stat().st_size > _MOST_BYTES:
                return {}
            found = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) and found.get("form") == _FORM else {}

    def text(self, name: str) -> str:
        """What is remembered under *name*, '' where nothing is."""
        found = self._data.get(name)
        return found if isinstance(found, str) else ""

    def keep_text(self, name: str, value: str) -> None:
        """Remember *value* under *name*."""
        self._data[name] = value

    def page(self, page: str) -> Memory:
        """How *page* was left."""
        return self._mapping("pages", page)

    def keep_page(self, page: str, memory: Mapping[str, Any]) -> None:
        """Remember how *page* is left."""
        self._section("pages")[page] = dict(memory)

    def views(self, page: str) -> dict[str, Memory]:
        """The saved views of *page*, by their names."""
        found = self._mapping("views", page)
        return {name: view for name, view in found.items() if isinstance(view, dict)}

    def keep_views(self, page: str, views: Mapping[str, Mapping[str, Any]]) -> None:
        """Remember the saved *views* of *page*."""
        self._section("views")[page] = {name: dict(view) for name, view in views.items()}

    def _section(self, name: str) -> dict[str, Any]:
        if not isinstance(self._data.get(name), dict):
            self._data[name] = {}
        section: dict[str, Any] = self._data[name]
        return section

    def _mapping(self, section: str, name: str) -> Memory:
        found = self._section(section).get(name)
        return dict(found) if isinstance(found, dict) else {}

    def save(self) -> None:
        """Write what is new, whole or not at all; a folder that cannot be written is no matter."""
        text = json.dumps({**self._data, "form": _FORM}, ensure_ascii=False, sort_keys=True)
        if self._path is None or text == self._written:
            return
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            temporary.replace(self._path)
            self._written = text
        except OSError:
            with suppress(OSError):
                temporary.unlink()
