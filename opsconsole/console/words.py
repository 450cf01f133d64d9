"""The words for stored values (``in-use`` → in use), marked for the catalogue."""

from __future__ import annotations

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
    "shared": N_("shared"),
    "system": N_("system"),
    # kind of a session
    "central-province": N_("central–province"),
    "province-district": N_("province–district"),
    "district-commune": N_("district–commune"),
    "other": N_("other"),
    # kind of an endpoint
    "mcu": N_("MCU"),
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
    # problems of the overview
    "jobs": N_("jobs late or failed"),
    "orphans": N_("things found in no file any more"),
    "unmatched.address": N_("unknown mail addresses"),
    "unmatched.closed": N_("closed mailboxes still in use"),
    "unmatched.failed": N_("sources of failed logins at unknown addresses"),
    "unmatched.site": N_("unknown names of sites"),
    "unmatched.session": N_("unknown sessions"),
    "unreadable": N_("lines of logs that could not be read"),
    "gaps": N_("log files cut before they were read"),
    "days": N_("days without mail logs (unknown, not idle)"),
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
    "distance-km": N_("Distance, km"),
    "end": N_("End"),
    "endpoint": N_("Endpoint"),
    "equipment": N_("Equipment"),
    "host": N_("Host"),
    "indicator": N_("Indicator"),
    "kind": N_("Kind"),
    "level": N_("Level"),
    "locked": N_("Locked"),
    "mac": N_("MAC"),
    "model": N_("Model"),
    "name": N_("Name"),
    "note": N_("Note"),
    "opened": N_("Opened"),
    "owner": N_("Owner"),
    "phone": N_("Telephone"),
    "position": N_("Position"),
    "price": N_("Price, VND"),
    "quota-mb": N_("Quota, MB"),
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
    "year": N_("Year"),
    "units": N_("Units"),
    "reorganisations": N_("Reorganisations"),
    "people": N_("People"),
    "assets": N_("Assets"),
    "accounts": N_("Mailboxes"),
    "sessions": N_("Sessions"),
    "rules": N_("Rules of counting"),
    "indicators": N_("Indicators"),
    "targets": N_("Targets"),
    "figures": N_("Reported figures"),
}


def word(value: str | None) -> str:
    """The word for a stored *value*, itself where there is none."""
    if not value:
        return ""
    return _(WORDS[value]) if value in WORDS else value


def label(field: str) -> str:
    """The label of a field or kind called *field* in YAML."""
    return _(FIELDS[field]) if field in FIELDS else field.replace("-", " ").capitalize()


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


SPARKS = "▁▂▃▄▅▆▇"  # the full block would grow into the line above


def sparkline(values: list[float | None], most: float | None = None) -> str:
    """*values* as a row of bars from 0 to *most*; ``·`` is 0 and ``?`` a value that is not known."""
    top = most or max((value for value in values if value is not None), default=0) or 1
    marks = []
    for value in values:
        if value is None:
            marks.append("?")
        elif value <= 0:
            marks.append("·")
        else:
            marks.append(SPARKS[min(len(SPARKS) - 1, int(value / top * (len(SPARKS) - 1) + 0.5))])
    return "".join(marks)


def bar(share: float | None, mark: float | None, width: int) -> str:
    """A bar of *width* cells filled by *share* (0 to 1), with a stroke at *mark*."""
    filled = 0 if share is None else max(0, min(width, round(share * width)))
    cells = ["━"] * filled + ["╌"] * (width - filled)
    if mark is not None and width:
        cells[max(0, min(width - 1, round(mark * width) - 1))] = "┃"
    return "".join(cells)
