"""Cisco Meeting Server: call detail records (XML) as a receiver writes them down, appended to one file.

The server posts ``<records session= callBridge=>`` with some ``<record type= time= recordIndex=>``; any
number of such documents may follow each other, with or without an XML declaration. A leg is a stay from
its ``connected`` to its end; one that never connected is a failure with its ``reason``. A gap in
``recordIndex`` means records that were lost on the way, a lower one a record that was sent twice. When
a call bridge began anew, its legs that were open had ended with the last record before.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from opsconsole.evidence.loglines import LineParser, bounded
from opsconsole.evidence.markup import text, xml
from opsconsole.evidence.reader import Event, Failure, LineFormat, Lost, Meeting, Stay, Unfit, Unreadable
from opsconsole.evidence.redact import redact
from opsconsole.evidence.reports import checked
from opsconsole.evidence.times import Times

MAX_RECORD = 256 * 1024  # bytes of one record
AGAIN, MOST_LOST = 10_000, 100_000  # records that may be sent once more, or be missing, at one time
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*[\"'“]([^\"'”]*)[\"'”]")
_TAG = re.compile(r"<records\b[^>]*>|<record\b|</record\s*>")
_CLOSED = re.compile(r"</record\s*>")
_BETWEEN = re.compile(r"<\?xml[^>]*>|</records\s*>|<!--.*?-->|[ \t\r\n\ufeff\0]+", re.DOTALL)

# What the reasons of callLegEnd mean; those of a call that simply ended are ''.
REASONS = {
    "apiInitiatedTeardown": "",
    "callEnded": "",
    "callMoved": "",
    "clientInitiatedTeardown": "",
    "localTeardown": "",
    "remoteTeardown": "",
    "confirmationTimeOut": "timeout",
    "timeout": "timeout",
    "ivrTimeout": "timeout",
    "sessionTimeout": "timeout",
    "noAnswer": "no-answer",
    "ringingTimeout": "no-answer",
    "remoteBusy": "busy",
    "remoteRejected": "refused",
    "deniedRequest": "refused",
    "accessDenied": "refused",
    "incorrectPasscode": "authentication",
    "ivrUnknownCall": "authentication",
    "authenticationFailure": "authentication",
    "participantLimitReached": "full",
    "insufficientCapacity": "full",
    "licenseLimit": "full",
    "dnsFailure": "unreachable",
    "connectionFailure": "unreachable",
    "tooManyCallRetries": "unreachable",
    "notFound": "unreachable",
    "networkError": "network",
    "mediaTimeout": "network",
    "encryptionRequired": "setup",
    "callSetupFailure": "setup",
    "error": "other",
}


class CmsParser(LineParser):
    """Its state: the record that is not complete yet, calls and legs that are open, the last index."""

    def line(self, line: bytes, position: int) -> Iterator[Event | dt.datetime]:
        kept: list[str] = self.kept.setdefault("part", [])
        text = line.decode("utf-8", "replace") + "\n"
        before = kept[-1][-16:] if kept else ""
        kept.append(text)
        size = self.kept["size"] = self.kept.get("size", 0) + len(text)
        closed = _CLOSED.search(before + text)
        if kept[0].lstrip().startswith("<record") and not closed:  # a record goes on: wait for its end
            if size > MAX_RECORD:
                self.kept.update(part=[], size=0)
                raise Unfit("a record longer than 256 KiB")
            return
        part = "".join(kept)
        self.kept.update(part=[], size=0)
        place = opened = -1
        end = 0  # of what was understood
        for number, tag in enumerate(_TAG.finditer(part)):
            place = position + number
            if tag[0].startswith("</"):
                if opened < 0:
                    yield _told("the end of a record of which the beginning is not there", tag[0], place)
                else:
                    yield from self._one(part[opened : tag.end()], place)
                opened, end = -1, tag.end()
                continue
            if opened >= 0:
                yield _told("a record that was cut off", part[opened : tag.start()], place)
            else:
                yield from _strange(part[end : tag.start()], place)
            opened, end = (tag.start(), tag.start()) if tag[0] == "<record" else (-1, tag.end())
            if opened < 0:
                yield from self._source(tag[0], place)
        rest = part[max(opened, end) :]
        if opened < 0:
            torn = rest.rfind("<")  # a tag may go on in the next line
            torn = torn if torn >= 0 and ">" not in rest[torn:] and len(rest) - torn < 2000 else len(rest)
            yield from _strange(rest[:torn], max(position, place))
            rest = rest[torn:]
        if len(rest) > MAX_RECORD:
            raise Unfit("a record longer than 256 KiB")
        if rest.strip():
            self.kept.update(part=[rest], size=len(rest))

    def _one(self, record: str, position: int) -> Iterator[Event | dt.datetime]:
        """The events of one record; why it cannot be read, where it cannot."""
        try:
            yield from self._record(xml(record.encode()), position)
        except Unfit as error:
            yield _told(str(error), record, position)

    def _source(self, tag: str, position: int) -> Iterator[Event]:
        """The records that follow are of another call bridge, or of another run of it."""
        attributes = dict(_ATTRIBUTE.findall(tag))
        bridge = attributes.get("callBridge", "")
        key = f"{bridge} {attributes.get('session', '')}"
        if self.kept.get("from") == key:
            return
        self.kept["from"] = key
        runs: dict[str, Any] = self.kept.setdefault("runs", {})
        before, runs[bridge] = runs.get(bridge), key
        bounded(runs)
        if before in (None, key):
            return
        legs: dict[str, Any] = self.kept.get("legs", {})
        for id_ in [id_ for id_, leg in legs.items() if leg.get("from") == before]:
            leg = legs.pop(id_)
            name = leg.get("name") or leg.get("party")
            if name and "connected" in leg:
                joined = dt.datetime.fromisoformat(leg["connected"])
                last = dt.datetime.fromisoformat(self.kept["last"].get(before, leg["connected"]))
                yield self._stay(leg, joined, max(last, joined), position, "unknown")

    def _record(self, record: Element, position: int) -> Iterator[Event | dt.datetime]:
        at = Times(self.origin.stamps).at(record.get("time", ""))
        if at is None:
            raise Unfit("a record without a time")
        index: dict[str, Any] = self.kept.setdefault("index", {})
        source, number = self.kept.get("from", ""), record.get("recordIndex", "")
        yield at
        if number.isdecimal() and len(number) < 16:
            before = index.get(source)
            if before is not None and before - AGAIN < int(number) <= before:
                return  # sent twice
            if before is None or int(number) - before <= MOST_LOST:  # else a damaged number
                if before is not None and int(number) > before + 1:
                    day = at.astimezone(self.origin.timezone).date().isoformat()
                    yield Lost(day, int(number) - before - 1)
                index.pop(source, None)
                index[source] = int(number)
                bounded(index)
        bounded(self.kept.setdefault("last", {}))[source] = at.isoformat()
        kind = record.get("type", "")
        for call in record.iter("call"):
            if call.get("id") and kind in ("callStart", "callEnd"):
                yield from self._call(kind, call, at, position)
        for leg in record.iter("callLeg"):
            if leg.get("id") and kind.startswith("callLeg"):
                yield from self._leg(kind, leg, at, position)

    def _call(self, kind: str, call: Element, at: dt.datetime, position: int) -> Iterator[Event]:
        calls: dict[str, Any] = self.kept.setdefault("calls", {})
        id_ = call.get("id", "")
        if kind == "callStart":
            number = text(call, "numericId") or text(call, "callCorrelator") or ""
            calls[id_] = [text(call, "name"), number, at.isoformat()]
            bounded(calls)
            return
        name, number, since = calls.pop(id_, ["", "", ""])
        started = dt.datetime.fromisoformat(since) if since else None
        seconds, peak = text(call, "durationSeconds"), text(call, "callLegsMaxActive")
        if started is None and seconds.isdecimal() and len(seconds) < 7:
            started = at - dt.timedelta(seconds=int(seconds))
        yield Meeting(
            id_,
            number,
            name,
            None,
            None,
            started,
            at,
            position,
            peak=int(peak) if peak.isdecimal() and len(peak) < 6 else None,
        )

    def _leg(self, kind: str, leg: Element, at: dt.datetime, position: int) -> Iterator[Event]:
        legs: dict[str, Any] = self.kept.setdefault("legs", {})
        id_ = leg.get("id", "")
        known = legs.setdefault(id_, {"from": self.kept.get("from", "")})
        bounded(legs)
        for field, names in (
            ("name", ("displayName",)),
            ("party", ("remoteParty", "remoteAddress")),
            ("call", ("call",)),
        ):
            for name in names:
                if value := text(leg, name):
                    known.setdefault(field, value[:200])
        if text(leg, "state") == "connected":
            known.setdefault("connected", at.isoformat())
        if kind != "callLegEnd":
            return
        legs.pop(id_, None)
        reason, seconds = text(leg, "reason"), text(leg, "durationSeconds")
        length = int(seconds) if seconds.isdecimal() and len(seconds) < 7 else 0
        name, party = known.get("name", ""), known.get("party", "")
        if not name and not party:
            raise Unfit("the end of a call of which the beginning is not in this file")
        if "connected" not in known and not length:
            title, number, _since = self._call_of(known)
            also = (party,) if name and party else ()
            cause = REASONS.get(reason, "other") or "setup"
            yield Failure("", at, name or party, cause, position, also, known.get("call", ""), number, title)
            return
        joined = at - dt.timedelta(seconds=length)
        if "connected" in known:
            joined = min(dt.datetime.fromisoformat(known["connected"]), at)
        yield self._stay(known, joined, at, position, REASONS.get(reason, "other"))

    def _call_of(self, leg: dict[str, str]) -> tuple[str, str, str]:
        """Title, number and start of the call that *leg* is of, '' where it is not known."""
        title, number, since = self.kept.get("calls", {}).get(leg.get("call", ""), ("", "", ""))
        return title, number, since

    def _stay(
        self, leg: dict[str, str], joined: dt.datetime, left: dt.datetime, position: int, ending: str
    ) -> Event:
        title, number, since = self._call_of(leg)
        start = dt.datetime.fromisoformat(since) if since else joined
        name, party = leg.get("name", ""), leg.get("party", "")
        also = (party,) if name and party else ()
        return checked(
            Stay(
                "",
                self.local(start),
                name or party,
                joined,
                left,
                position,
                also,
                leg.get("call", ""),
                number,
                ending,
                title,
            )
        )


def _told(reason: str, text: str, position: int) -> Unreadable:
    return Unreadable(reason, redact(text.strip()), position)


def _strange(text: str, position: int) -> Iterator[Unreadable]:
    """What stands between records and is nothing that belongs there."""
    if left := _BETWEEN.sub("", text):
        yield _told("neither a record nor what stands around records", left, position)


READER = LineFormat("cms", CmsParser, "conference")
