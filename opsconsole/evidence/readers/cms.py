"""Cisco Meeting Server: call detail records (XML) as a receiver writes them down, appended to one file.

The server posts ``<records session= callBridge=>`` with some ``<record type= time= recordIndex=>``; any
number of such documents may follow each other, with or without an XML declaration. A leg is a stay from
its ``connected`` to its end; one that never connected is a failure with its ``reason``. A gap in
``recordIndex`` means records that were lost on the way, a lower one a record that was sent twice.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from opsconsole.evidence.loglines import LineParser, bounded
from opsconsole.evidence.markup import text, xml
from opsconsole.evidence.reader import Event, Failure, LineFormat, Lost, Meeting, Stay, Unfit
from opsconsole.evidence.reports import checked
from opsconsole.evidence.times import Times

MAX_RECORD = 256 * 1024  # bytes of one record
_OPEN = re.compile(r"<records\b([^>]*)>")
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*[\"'“]([^\"'”]*)[\"'”]")
_RECORD = re.compile(r"<record\b.*?</record\s*>|<records\b[^>]*>", re.DOTALL)

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
        part = self.kept.get("part", "") + line.decode("utf-8", "replace") + "\n"
        self.kept["part"] = ""
        taken = number = 0
        for found in _RECORD.finditer(part):
            taken = found.end()
            if found[0].startswith("<records"):
                attributes = dict(_ATTRIBUTE.findall(found[0]))
                key = f"{attributes.get('callBridge', '')} {attributes.get('session', '')}"
                if self.kept.get("from") != key:
                    self.kept["from"] = key
                    self.kept.setdefault("index", {})
                continue
            for event in self._record(xml(found[0].encode()), position + number):
                number += 1
                yield event
        rest = part[taken:]
        if "<record" not in rest:
            rest = rest[-8:] if "<" in rest[-8:] else ""
        if len(rest) > MAX_RECORD:
            raise Unfit("a record longer than 256 KiB")
        self.kept["part"] = rest

    def _record(self, record: Element, position: int) -> Iterator[Event | dt.datetime]:
        at = Times(self.origin.stamps).at(record.get("time", ""))
        if at is None:
            raise Unfit("a record without a time")
        index: dict[str, Any] = self.kept.setdefault("index", {})
        source, number = self.kept.get("from", ""), record.get("recordIndex", "")
        if number.isdecimal() and len(number) < 16:
            last = index.get(source)
            if last is not None and int(number) <= last:
                return  # sent twice
            if last is not None and int(number) > last + 1:
                day = at.astimezone(self.origin.timezone).date().isoformat()
                yield Lost(day, int(number) - last - 1)
            index.pop(source, None)
            index[source] = int(number)
            bounded(index)
        yield at
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
        known = legs.setdefault(id_, {"at": at.isoformat()})
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
        title, number, since = self.kept.get("calls", {}).get(known.get("call", ""), ["", "", ""])
        name, party = known.get("name", ""), known.get("party", "")
        also = (party,) if name and party else ()
        if not name and not party:
            raise Unfit("the end of a call of which the beginning is not in this file")
        if "connected" not in known and not length:
            cause = REASONS.get(reason, "other") or "setup"
            yield Failure("", at, name or party, cause, position, also, known.get("call", ""), number, title)
            return
        joined = at - dt.timedelta(seconds=length)
        if "connected" in known:
            joined = min(dt.datetime.fromisoformat(known["connected"]), at)
        start = dt.datetime.fromisoformat(since) if since else joined
        yield checked(
            Stay(
                "",
                self.local(start),
                name or party,
                joined,
                at,
                position,
                also,
                known.get("call", ""),
                number,
                REASONS.get(reason, "other"),
                title,
            )
        )


READER = LineFormat("cms", CmsParser, "conference")
