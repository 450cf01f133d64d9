"""What config.yaml says about trying the sites of a session before it begins (``preflight:``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from opsconsole.catalogue import _
from opsconsole.endpoints import endpoint
from opsconsole.settings.values import Getters
from opsconsole.strictyaml import Map


@dataclass(frozen=True, slots=True)
class Preflight:
    """*server* is the address of the meeting server ('' where there is none): it is tried itself, and
    stands for sites that join by software and have no address of their own. The job tries a session
    once, within the *minutes_before* its start. A step that takes longer than *timeout_seconds* has
    failed, a round trip above *slow_ms* milliseconds is slow."""

    server: str = ""
    minutes_before: int = 60
    slow_ms: int = 300
    timeout_seconds: int = 3


def read(top: Map | None, getters: Getters) -> Preflight:
    """The section ``preflight:`` of the settings *top*."""
    node, base = getters.map(top, "preflight"), Preflight()
    getters.known(node, {"server", "minutes_before", "slow_ms", "timeout_seconds"})
    return Preflight(
        getters.get(node, "server", base.server, _server, _("an address such as https://meet.example.vn")),
        getters.get(node, "minutes_before", base.minutes_before, _up_to(1440), _("1 to 1440 minutes")),
        getters.get(node, "slow_ms", base.slow_ms, _up_to(10_000), _("1 to 10000 milliseconds")),
        getters.get(node, "timeout_seconds", base.timeout_seconds, _up_to(7), _("1 to 7 seconds")),
    )


def _server(value: str) -> str:
    return endpoint(value).text


def _up_to(most: int) -> Callable[[str], int]:
    def convert(value: str) -> int:
        if not re.fullmatch(r"[1-9]\d{0,5}", value, re.ASCII) or int(value) > most:
            raise ValueError
        return int(value)

    return convert
