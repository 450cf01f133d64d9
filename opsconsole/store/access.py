"""Who sees people: lists of them, and how one of them uses a mailbox, only for those who are named in
config.yaml; every request is written down before anything is shown, those that are refused too.

The log is a chain (``accesschain``).
"""

from __future__ import annotations

import grp
import json
import os
import pwd
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from opsconsole.actor import actor
from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.settings import Access, Settings
from opsconsole.store.accesschain import append
from opsconsole.store.clock import instant_text, now
from opsconsole.store.database import Database, Reader, Writer


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: *what* was asked for, with *detail* (JSON), and whether it was *given*."""

    sequence: int
    at: str
    actor: str
    what: str
    detail: str
    given: bool

    @property
    def data(self) -> dict[str, Any]:
        """The request for JSON."""
        return {**asdict(self), "detail": json.loads(self.detail)}


def may_see(access: Access, name: str) -> bool:
    """Whether the user *name* of this system is one of those named, or in a group that is."""
    if name in access.users:
        return True
    try:
        groups = os.getgrouplist(name, pwd.getpwnam(name).pw_gid)
    except KeyError:
        return False
    for group in groups:
        try:
            if grp.getgrgid(group).gr_name in access.groups:
                return True
        except KeyError:
            continue
    return False


def ask(database: Database, settings: Settings, what: str, detail: Mapping[str, Any]) -> None:
    """Note that whoever is at the keyboard asks for *what* (a command or a screen) with *detail*.

    Returns when that is allowed and written down. Raises Refused where it is not allowed, which is
    written down as well.
    """
    name = actor()
    given = may_see(settings.people, name)
    with database.write() as writer:
        note(writer, name, what, detail, given=given)
    if not given:
        raise Refused(
            _(
                "'{what}' shows people, and '{name}' is not among those who may see them; who administers "
                "this copy names them in config.yaml, access: {{people: {{users: [{name}]}}}}. "
                "The request was noted"
            ).format(what=what, name=name)
        )


def note(writer: Writer, name: str, what: str, detail: Mapping[str, Any], *, given: bool) -> None:
    """Write a request down."""
    text = json.dumps(dict(detail), ensure_ascii=False, sort_keys=True)
    append(writer, (instant_text(now()), name, what, text, int(given)))


def asked(reader: Reader, limit: int = 50) -> list[Asked]:
    """The newest requests, newest first."""
    return [
        Asked(sequence, at, name, what, detail, bool(given))
        for sequence, at, name, what, detail, given in reader.rows(
            "SELECT sequence, at, actor, what, detail, given FROM access_log WHERE province = :province"
            " ORDER BY sequence DESC LIMIT :limit",
            {"limit": limit},
        )
    ]
