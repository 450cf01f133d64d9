"""Logs of mail systems that are read a line at a time: what their parsers share.

For servers whose logs are small beside those of Postfix and Dovecot, or whose lines need what stood
before them. Samples of lines that could not be read are not kept here: these logs hold secrets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from opsconsole.evidence.reader import Event, Origin, Unfit
from opsconsole.evidence.repeats import Repeats
from opsconsole.evidence.stamps import Form, Moment, Moments
from opsconsole.evidence.tally import Names, Tally


class MailLines(ABC):
    """The reading of one file. A format says what one line is (``line``)."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.kept: dict[str, Any] = {**(origin.state or {})}
        self._moments = Moments(origin)
        self._repeats = Repeats(str(self.kept.pop("repeats", "")))
        self._names = _Names(str(origin.options.get("domain", "")))

    def state(self) -> Mapping[str, Any]:
        """What a later line needs of the ones before."""
        repeats = self._repeats.state()
        return {**self.kept, **self._moments.state(), **({"repeats": repeats} if repeats else {})}

    def feed(self, data: bytes, position: int) -> Iterable[Event]:
        """The events of whole lines."""
        tally = Tally(samples=False)
        for line in data.removesuffix(b"\n").split(b"\n"):
            text = line.replace(b"\0", b"").strip(b"\r\xef\xbb\xbf")
            if not text.strip():
                continue
            try:
                self.line(text, tally)
            except Unfit as error:
                tally.unreadable(str(error), line)
        return tally.events(data, position, self._names)

    @abstractmethod
    def line(self, line: bytes, tally: Tally) -> None:
        """Count what *line* says. Raises Unfit where it cannot be read."""

    def moment(self, minute: bytes, form: Form) -> Moment:
        """What *minute* (see ``Moments``) means. Raises Unfit where it is no time."""
        found = self._moments.of(minute, form)
        if found is None:
            raise Unfit("no time stamp")
        return found

    def new(self, identity: bytes) -> bool:
        """Whether *identity* was not among the last ones: a line that is written twice counts once."""
        return bool(self._repeats.new([b"session=<" + identity]))


class _Names(Names):
    """Addresses that may have blanks around them."""

    def __missing__(self, address: bytes) -> str:
        bare = address.strip()
        return self[bare] if bare != address else super().__missing__(address)
