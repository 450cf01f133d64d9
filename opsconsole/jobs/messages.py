"""What is sent of alerts: one message's subject, text and JSON, the same each time it is tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _, ngettext
from opsconsole.settings.alerts import event_words
from opsconsole.store.clock import local
from opsconsole.text import safe

MOST_LINES = 100
"""More parts of a digest are counted, not named."""


@dataclass(frozen=True, slots=True)
class Part:
    """That one alert was raised, or is over: ``what``. ``at`` and ``opened_at`` are instants as the store
    writes them."""

    alert: int
    what: str
    event: str
    subject: str
    detail: str
    opened_at: str
    at: str

    @property
    def title(self) -> str:
        """Event and subject in words; safe to show."""
        title = _("{event}: {subject}").format(event=event_words(self.event), subject=safe(self.subject))
        return _("over: {title}").format(title=title) if self.what == "over" else title

    def lines(self, zone: ZoneInfo) -> list[str]:
        """What there is to say of it, for people."""
        at = local(self.at, zone)
        if self.what == "over":
            since = local(self.opened_at, zone)
            return [
                f"{at}  {self.title}",
                "  " + _("it had begun {since}: {detail}").format(since=since, detail=safe(self.detail)),
            ]
        return [f"{at}  {self.title}", f"  {safe(self.detail)}"]

    @property
    def data(self) -> dict[str, Any]:
        """The part for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Message:
    """What goes over one channel at once. ``id`` stays the same however often it is tried, so that a
    receiver can tell a repetition."""

    id: str
    province: str
    parts: tuple[Part, ...]
    zone: ZoneInfo

    @property
    def subject(self) -> str:
        """One line that says what it is about."""
        head = f"[opsconsole {self.province}]"
        if not self.parts:
            return f"{head} " + _("a test of the alerts")
        if len(self.parts) == 1:
            return f"{head} {self.parts[0].title}"[:200]
        raised = sum(part.what == "raised" for part in self.parts)
        over = len(self.parts) - raised
        said = [ngettext("{n} alert", "{n} alerts", raised).format(n=raised)] if raised else []
        said += [ngettext("{n} over", "{n} over", over).format(n=over)] if over else []
        return f"{head} " + ", ".join(said)

    @property
    def text(self) -> str:
        """The message for people."""
        if not self.parts:
            lines = [_("This is a test: alerts of opsconsole come this way. Nothing happened.")]
        else:
            lines = [line for part in self.parts[:MOST_LINES] for line in part.lines(self.zone)]
            more = len(self.parts) - MOST_LINES
            if more > 0:
                lines.append(ngettext("… and {n} more", "… and {n} more", more).format(n=more))
            lines += ["", _("'opsconsole alerts' shows what stands now, 'opsconsole jobs log JOB' a run.")]
        return "\n".join(lines) + "\n"

    @property
    def data(self) -> dict[str, Any]:
        """The message as it is posted; ``text`` is what chat servers show."""
        return {
            "version": 1,
            "id": self.id,
            "province": self.province,
            "subject": self.subject,
            "text": f"{self.subject}\n{self.text}",
            "test": not self.parts,
            "parts": [part.data for part in self.parts[:MOST_LINES]],
            "more": max(0, len(self.parts) - MOST_LINES),
        }


def message(identity: str, province: str, parts: Sequence[Part], zone: ZoneInfo) -> Message:
    """The message *identity* of *parts*, oldest first."""
    return Message(identity, province, tuple(sorted(parts, key=lambda each: (each.at, each.alert))), zone)
