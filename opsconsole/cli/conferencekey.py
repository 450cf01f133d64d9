"""Which session a command below ``opsconsole conference`` means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame, narrate
from opsconsole.errors import Refused

if TYPE_CHECKING:
    from opsconsole.operations.conference.sessions import Session
    from opsconsole.store.database import Reader

KEY = click.argument("key", required=False)


def the_session(frame: Frame, reader: Reader, key: str | None) -> Session:
    """The session *key*; without one that which is on, or comes next. Raises Refused."""
    from opsconsole.operations.conference.sessions import current, session
    from opsconsole.store.clock import now

    zone = frame.settings.timezone
    if key:
        return session(reader, key, zone)
    found = current(reader, zone, now())
    if found is None:
        raise Refused(_("no session is declared; 'opsconsole conference plan' makes one"))
    narrate(_("session {key}: {title}").format(key=found.key, title=found.title))
    return found
