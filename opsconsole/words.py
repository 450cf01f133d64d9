"""The words for stored values (``in-use`` → in use): the one place that has them, for console and
command line alike, each marked for the catalogue.

Names of fields and kinds of the files stay as they are written where the file itself is meant.
"""

from __future__ import annotations

from typing import Any

from opsconsole.catalogue import N_, _
from opsconsole.catalogue import language as language_in_use
from opsconsole.text import date, number

WORDS: dict[str, str] = {
    # state of an asset
    "in-use": N_("in use"),
    "in-store": N_("in store"),
    "in-repair": N_("in repair"),
    "broken": N_("broken"),
    # class of an asset
    "desktop": N_("desktop"),
    "laptop": N_("laptop"),
    "tablet": N_("tablet"),
    "monitor": N_("monitor"),
    "printer": N_("printer"),
    "scanner": N_("scanner"),
    "photocopier": N_("photocopier"),
    "ups": N_("UPS"),
    "switch": N_("switch"),
    "router": N_("router"),
    "wifi": N_("Wi-Fi point"),
    "firewall": N_("firewall"),
    "server": N_("server"),
    "storage": N_("storage"),
    "camera": N_("camera"),
    "projector": N_("projector"),
    "codec": N_("codec"),
    "microphone": N_("microphone"),
    "television": N_("television"),
    "phone": N_("telephone"),
    "air-conditioner": N_("air conditioner"),
    "software": N_("software"),
    # type of a mailbox
    "personal": N_("personal"),
    "list": N_("list"),
    "monitoring": N_("monitoring"),
    "forward": N_("forward"),
    "locked": N_("locked"),
    "forwarding": N_("forwarding"),
    "account": N_("account"),
    "person": N_("person"),
    "working": N_("working"),
    "every": N_("every"),
    "shared": N_("shared"),
    "system": N_("system"),
    # kind of a session
    "central-province": N_("central–province"),
    "province-district": N_("province–district"),
    "district-commune": N_("district–commune"),
    "other": N_("other"),
    # state of a site at a roll call
    "expected": N_("expected"),
    "invited": N_("invited"),
    "connected": N_("connected"),
    "late": N_("late"),
    "lost": N_("lost connection"),
    "absent": N_("absent"),
    "excused": N_("excused"),
    # what a pre-flight of a site found
    "pass": N_("passes"),
    "slow": N_("slow"),
    "fail": N_("fails"),
    # kind of an endpoint
    "mcu": N_("MCU"),
    # what a mailbox can be used for, by a rule of counting
    "login": N_("login"),
    "webmail": N_("web mail"),
    "poll": N_("synchronisation by a device"),
    "sent": N_("message sent"),
    "received": N_("message received"),
    # unit of measure of an indicator, and which way is better
    "percent": N_("percent"),
    "count": N_("number"),
    "hours": N_("hours"),
    "ratio": N_("ratio"),
    "up": N_("more is better"),
    "down": N_("less is better"),
    # how a target is met, and its course over the year
    "at-least": N_("at least"),
    "at-most": N_("at most"),
    "exactly": N_("exactly"),
    "level": N_("the same all year"),
    "linear": N_("evenly by day"),
    "working-days": N_("evenly by working day"),
    "last-year": N_("as the year before went"),
    # what becomes of targets when units are merged
    "add": N_("added up"),
    "strictest": N_("the strictest holds"),
    "mean": N_("their mean holds"),
    "lapse": N_("lapse"),
    # level of a unit, of a target
    "all": N_("all levels"),
    "province": N_("province"),
    "department": N_("department"),
    "district": N_("district"),
    "commune": N_("commune"),
    # what a plan does, what a change was
    "create": N_("new"),
    "update": N_("changed"),
    "transfer": N_("moved"),
    "end": N_("ended"),
    "revive": N_("revived"),
    "protect": N_("protected"),
    "unprotect": N_("no longer protected"),
    # state of a run
    "due": N_("due"),
    "running": N_("running"),
    "ok": N_("done"),
    "failed": N_("failed"),
    "interrupted": N_("interrupted"),
    "skipped": N_("left out"),
    # part of a unit that went another way
    "whole": N_("whole"),
    "part": N_("part"),
    "rest": N_("rest"),
    # what a unit is connected to, and by what
    "lan": N_("local network"),
    "internet": N_("internet"),
    "dedicated": N_("network of the administration"),
    "fibre": N_("fibre"),
    "copper": N_("copper"),
    "radio": N_("radio"),
    "mobile": N_("mobile"),
    # what a rate is of
    "travel-km": N_("travel, a kilometre"),
    "travel-day": N_("travel, a day"),
    "travellers": N_("people who travel"),
    "VND": N_("VND"),
    "VND/km": N_("VND/km"),
    "VND/person": N_("VND a person"),
    "persons/site": N_("people a site"),
    # what the months of an indicator are
    "calendar": N_("calendar months"),
    "15th-to-14th": N_("from the 15th to the 14th"),
    # what the source of a target is to it
    "own-plan": N_("plan of the province"),
    "national": N_("national document"),
    "other-province": N_("plan of another province"),
    "results-elsewhere": N_("results of other provinces"),
    "own-result": N_("result of the province before"),
    # how exact a reported figure is
    "about": N_("about"),
    "nearly": N_("nearly"),
    "over": N_("over"),
    "undefined": N_("not defined"),
    "ambiguous": N_("ambiguous"),
    # sort of a check of figures
    "sum": N_("sum"),
    "bounds": N_("bounds"),
    "equal": N_("equality"),
    "balance": N_("balance"),
    "monotone": N_("order"),
    "defined": N_("definition"),
    # links of the chain of changes
    "revision": N_("revision"),
    "change": N_("change"),
    "anchor": N_("anchor"),
    "register": N_("register"),
    "access": N_("request to see people"),
    # why a site could not join or dropped out
    "cause.busy": N_("busy"),
    "cause.no-answer": N_("no answer"),
    "cause.unreachable": N_("unreachable"),
    "cause.refused": N_("call refused"),
    "cause.authentication": N_("wrong password or PIN"),
    "cause.network": N_("connection lost"),
    "cause.media": N_("no picture or sound"),
    "cause.full": N_("no free port"),
    "cause.timeout": N_("timed out"),
    "cause.setup": N_("call could not be set up"),
    "cause.other": N_("other cause"),
    # what became of a meeting, by a server's word
    "meeting.ended": N_("ended"),
    "meeting.running": N_("still running when it was written"),
    "meeting.never-started": N_("never started"),
    "meeting.empty": N_("nobody came"),
    "meeting.failed": N_("could not start"),
    "meeting.unknown": N_("ended for an unknown reason"),
    "meeting.lost": N_("its ending was not seen"),
    # problems of the overview
    "jobs": N_("jobs late or failed"),
    "orphans": N_("things found in no file any more"),
    "conflicts": N_("figures in conflict ('opsconsole check')"),
    "unmatched.address": N_("unknown mail addresses"),
    "unmatched.closed": N_("closed mailboxes still in use"),
    "unmatched.failed": N_("failed logins at unknown addresses"),
    "unmatched.site": N_("unknown names of sites"),
    "unmatched.session": N_("unknown sessions"),
    "unreadable": N_("lines of logs that could not be read"),
    "gaps": N_("log files cut before they were read"),
    "days": N_("days without mail logs (unknown, not idle)"),
    "needs.alerts": N_("alerts that stand"),
    "needs.sites": N_("sites that did not answer last"),
    "needs.endpoints": N_("endpoints that do not answer"),
    "needs.certificates": N_("certificates that end soon or have ended"),
    "needs.handovers": N_("handovers that nobody has taken over"),
    "needs.warranties": N_("warranties that end within 90 days"),
}

# What one thing of a kind is called, and several of them.
THINGS: dict[str, tuple[str, str]] = {
    "units": (N_("unit"), N_("units")),
    "reorganisations": (N_("reorganisation"), N_("reorganisations")),
    "people": (N_("person"), N_("people")),
    "assets": (N_("asset"), N_("assets")),
    "accounts": (N_("account"), N_("mailboxes")),
    "sites": (N_("site"), N_("conference sites")),
    "sessions": (N_("session"), N_("sessions")),
    "rules": (N_("rule"), N_("rules of counting")),
    "workdays": (N_("working day"), N_("declared working days")),
    "indicators": (N_("indicator"), N_("indicators")),
    "targets": (N_("target"), N_("targets")),
    "figures": (N_("figure"), N_("reported figures")),
    "connections": (N_("connection"), N_("connections of units")),
    "rates": (N_("rate"), N_("rates")),
    "systems": (N_("system"), N_("shared systems")),
    "checks": (N_("check"), N_("checks of figures")),
}

# What a reorganisation does to a unit.
UNIT_CHANGES: dict[str, str] = {
    "split": N_("split"),
    "merge": N_("merged"),
    "recode": N_("new code"),
    "rename": N_("new name"),
    "retype": N_("new type"),
    "transfer": N_("new parent"),
    "create": N_("created"),
    "dissolve": N_("dissolved"),
    "revert": N_("reverted"),
}

# Counters of the runs of jobs.
COUNTERS: dict[str, str] = {
    "events": N_("uses or stays"),
    "files": N_("files"),
    "lines": N_("lines"),
    "problems": N_("problems"),
    "unmatched": N_("unmatched"),
    "unreadable": N_("unreadable"),
    "new": N_("new"),
    "superseded": N_("superseded"),
    "unchanged": N_("unchanged"),
    "year": N_("year"),
    "cpu_percent": N_("processor"),
    "memory_percent": N_("memory"),
    "disk_percent": N_("disk"),
    "not_answering": N_("namely"),
    "above_threshold": N_("above the threshold"),
    "open": N_("answering"),
    "down": N_("not answering"),
    "file": N_("file"),
    "bytes": N_("bytes"),
    "rows": N_("rows"),
    "removed": N_("removed"),
    "changes": N_("changes"),
    "revisions": N_("revisions"),
    "revision": N_("revision"),
    "anchors": N_("anchors"),
    "orphans": N_("orphans"),
    "stops": N_("in the way"),
    "create": N_("new"),
    "update": N_("changed"),
    "end": N_("ended"),
    "transfer": N_("moved"),
    "revive": N_("back again"),
    "job_run_removed": N_("runs purged"),
    "host_metric_removed": N_("measurements thinned out"),
    "host_metric_hour_removed": N_("hours thinned out"),
    "host_metric_day_removed": N_("days purged"),
    "probe_result_removed": N_("answers purged"),
    "unmatched_removed": N_("unmatched purged"),
    "evidence_gap_removed": N_("gaps purged"),
    "preflight_result_removed": N_("pre-flights purged"),
    "conference_mark_removed": N_("marks purged"),
    "edit_journal_removed": N_("edits purged"),
    "access_log_removed": N_("requests to see people purged"),
    "alert_removed": N_("alerts purged"),
}

# Labels of the fields of the kinds, by name in YAML.
FIELDS: dict[str, str] = {
    "address": N_("Address"),
    "aliases": N_("Aliases"),
    "bandwidth-mbps": N_("Bandwidth, Mb/s"),
    "baseline": N_("Baseline"),
    "bought": N_("Bought"),
    "class": N_("Class"),
    "contact": N_("Contact"),
    "custodian": N_("Custodian"),
    "direction": N_("Direction"),
    "agenda": N_("Agenda"),
    "line": N_("Line"),
    "operator": N_("Operator"),
    "rate-mbps": N_("Bandwidth a site, Mb/s"),
    "recurrence": N_("Occurrence"),
    "uid": N_("Calendar entry"),
    "distance-km": N_("Distance, km"),
    "end": N_("End"),
    "endpoint": N_("Endpoint"),
    "equipment": N_("Equipment"),
    "from": N_("From"),
    "host": N_("Host"),
    "indicator": N_("Indicator"),
    "kind": N_("Kind"),
    "level": N_("Level"),
    "locked": N_("Locked"),
    "mac": N_("MAC"),
    "model": N_("Model"),
    "name": N_("Name"),
    "meeting": N_("Number on the server"),
    "note": N_("Note"),
    "opened": N_("Opened"),
    "owner": N_("Owner"),
    "parent": N_("Parent"),
    "phone": N_("Telephone"),
    "position": N_("Position"),
    "price": N_("Price, VND"),
    "quota-mb": N_("Quota, MB"),
    "former": N_("Former addresses"),
    "forwards": N_("Forwarded to"),
    "room": N_("Room"),
    "seats": N_("Seats"),
    "serial": N_("Serial number"),
    "sites": N_("Sites"),
    "source": N_("Source"),
    "start": N_("Start"),
    "status": N_("State"),
    "title": N_("Subject"),
    "type": N_("Type"),
    "unit": N_("Unit"),
    "used-from": N_("Put to use"),
    "value": N_("Value"),
    "warranty-until": N_("Warranty until"),
    "when-merged": N_("When merged"),
    "works": N_("Worked"),
    "year": N_("Year"),
    "units": N_("Units"),
    "reorganisations": N_("Reorganisations"),
    "people": N_("People"),
    "assets": N_("Assets"),
    "accounts": N_("Mailboxes"),
    "sessions": N_("Sessions"),
    "rules": N_("Rules of counting"),
    "workdays": N_("Declared working days"),
    "indicators": N_("Indicators"),
    "targets": N_("Targets"),
    "figures": N_("Reported figures"),
    "checks": N_("Checks of figures"),
    "connections": N_("Connections of units"),
    "rates": N_("Rates"),
    "systems": N_("Shared systems"),
    "district-km": N_("Distance to the district, km"),
    "central-km": N_("Distance to the capital, km"),
    "sort": N_("Sort"),
    "there": N_("Connected"),
    "since": N_("Since"),
    "medium": N_("Medium"),
    "provider": N_("Provider"),
    "stated": N_("Stated on"),
    "replaces": N_("Replaces"),
    "page": N_("Page"),
    "place": N_("Place"),
    "quote": N_("Quotation"),
    "basis": N_("Sort of source"),
    "pace": N_("Pace"),
    "period": N_("Period"),
    "unit-of-measure": N_("Unit of measure"),
    "inexact": N_("How exact"),
    "meaning": N_("What it counts"),
    "key": N_("Id"),
    "withdrawn": N_("Withdrawn"),
    "effective": N_("In force from"),
    "decision": N_("Decision"),
    "decided": N_("Decided on"),
    "reverts": N_("Reverts"),
    "changes": N_("Changes"),
    "ends": N_("Ends"),
    "left": N_("Left"),
    "closed": N_("Closed"),
    "disposed": N_("Disposed"),
    "cancelled": N_("Cancelled"),
    "name-en": N_("Name, English"),
    "version": N_("Version"),
    "events": N_("What is use"),
    "leave-out": N_("Left out"),
    "by": N_("Counted by"),
    "days": N_("Days that count"),
    "window-days": N_("Window, days"),
    "least-share-of-days": N_("Least share of days"),
    "least-days": N_("Least days"),
    "least-days-each-week": N_("Least days a week"),
    "idle-days": N_("Idle after, days"),
    "rate": N_("Rate of"),
    "unit-of-measure-en": N_("Unit of measure, English"),
    "reason": N_("Reason"),
    "date": N_("Date"),
    "successor": N_("Successor"),
    "short": N_("Short name"),
    "short-en": N_("Short name, English"),
    "measure": N_("Measured by"),
    "rule": N_("Rule"),
    "numerator": N_("Numerator"),
    "denominator": N_("Denominator"),
    "levels": N_("Levels"),
    "period-rule": N_("Its months"),
    "formula": N_("Formula"),
    "formula-en": N_("Formula, English"),
    "section": N_("Section"),
    "parts": N_("Parts"),
    "part": N_("Part"),
    "whole": N_("Whole"),
    "share": N_("Share"),
    "least": N_("Least"),
    "most": N_("Most"),
    "opening": N_("Opening"),
    "received": N_("Received"),
    "resolved": N_("Resolved"),
    "closing": N_("Closing"),
    "decimals": N_("Decimals"),
}


# What people call a stored value beside its word, of both languages, folded: looked for, never shown.
CALLED: dict[str, str] = {
    "desktop": "pc computer may tinh de ban may vi tinh",
    "laptop": "pc computer notebook may tinh xach tay may vi tinh",
    "tablet": "may tinh bang",
}


def word(value: str | None) -> str:
    """The word for a stored *value*, itself where there is none."""
    if not value:
        return ""
    return _(WORDS[value]) if value in WORDS else value


def label(field: str) -> str:
    """The label of a field or kind called *field* in YAML."""
    return _(FIELDS[field]) if field in FIELDS else field.replace("-", " ").capitalize()


def thing(kind: str) -> str:
    """What one thing of the kind called *kind* in YAML is called; *kind* where there is no word."""
    return _(THINGS[kind][0]) if kind in THINGS else kind


def things(kind: str) -> str:
    """What several things of the kind called *kind* in YAML are called."""
    return _(THINGS[kind][1]) if kind in THINGS else kind


def unit_changes(changes: str) -> str:
    """What happened to a unit: *changes* is a list with commas, as ``split,retype``."""
    return ", ".join(_(UNIT_CHANGES[each]) if each in UNIT_CHANGES else each for each in changes.split(","))


def counter(name: str, value: float | int | str) -> str:
    """A counter of a run with its value: ``lines 1.204``; an unknown *name* as it is."""
    words = _(COUNTERS[name]) if name in COUNTERS else name
    if isinstance(value, str) or name == "year":  # a year is a name, not a quantity
        return f"{words} {value}"
    if name.endswith("_percent"):
        return f"{words} {figure(value, 1)} %"
    return f"{words} {figure(value)}"


def day(value: str | None) -> str:
    """A stored day (or moment) as dd/mm/yyyy, nothing for None."""
    if not value:
        return ""
    try:
        return date(value)
    except ValueError:
        return value


def moment(value: str | None) -> str:
    """A stored local moment as dd/mm/yyyy HH:MM."""
    return f"{day(value)} {value[11:16]}" if value else ""


def figure(value: float | int | None, decimals: int | None = None) -> str:
    """A number as the language in use writes it; a dash for None."""
    return number(value, language_in_use(), decimals)


def amount(value: int | None) -> str:
    """A number, nothing for None."""
    return "" if value is None else figure(value)


def yes_no(value: int | None) -> str:
    """A flag in words."""
    return _("yes") if value else _("no")


# --- values of fields ----------------------------------------------------------------------------

_DAYS = {
    *("bought", "used-from", "warranty-until", "opened", "effective", "decided", "from", "date", "since"),
    "stated",
}
_MOMENTS = {"start", "end", "recurrence"}
_CHOICES = {
    "accounts",
    "basis",
    "class",
    "direction",
    "endpoint",
    "events",
    "inexact",
    "kind",
    "level",
    "levels",
    "meaning",
    "medium",
    "pace",
    "period-rule",
    "rate",
    "share",
    "sort",
    "status",
    "type",
    "unit-of-measure",
    "when-merged",
}
_AMOUNTS = {"price", "quota-mb"}
_FLAGS = {"locked", "follows", "works"}


def value_text(field: str, value: Any) -> str:
    """The *value* of a *field* (its name in YAML) for people; nothing for an empty one."""
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(value_text(field, each) for each in value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {value_text(name, each)}" for name, each in value.items()) + "}"
    if field in _FLAGS:
        return yes_no(value)
    if isinstance(value, str):
        return _text_of(field, value)
    if isinstance(value, float) or field in _AMOUNTS:
        return figure(value)
    return str(value)


def _text_of(field: str, value: str) -> str:
    if field in _DAYS:
        return day(value)
    if field in _MOMENTS:
        return moment(value)
    return word(value) if field in _CHOICES else value
