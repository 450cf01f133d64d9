"""The declared part of the sample, unit by unit, and its YAML documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from opsconsole.sample.assets import ASSETS, Asset, equipment
from opsconsole.sample.conference import Names, Session, Site, pilots, sites_of
from opsconsole.sample.connections import Connection, connections_of
from opsconsole.sample.frame import Allocator, SampleUnit, apportion, sizes
from opsconsole.sample.hardware import Numbers
from opsconsole.sample.people import (
    PEOPLE,
    PERSONAL,
    SHARED,
    SYSTEM,
    Account,
    Person,
    mailboxes,
    office_name,
    staff,
)
from opsconsole.sample.services import SOURCE, Figure, of_unit
from opsconsole.sample.yamltext import Scalar, document, item
from opsconsole.text import fold

ITEMS_PER_FILE = 4000  # a document stays well below the loader's limit of bytes


@dataclass(frozen=True, slots=True)
class UnitSample:
    """All that is declared in one unit."""

    unit: SampleUnit
    people: list[Person]
    accounts: list[Account]
    assets: list[Asset]
    sites: list[Site]
    connections: list[Connection]
    figures: list[Figure]


def as_of(year: int) -> dt.date:
    """The day for which the sample of *year* is written."""
    return dt.date(year, 8, 6)


def register(units: Sequence[SampleUnit], seed: int, scale: float, year: int) -> Iterator[UnitSample]:
    """What each of *units* (in the order of ``frame.ordered``) declares.

    Addresses, serials and hardware addresses are unique over all units, so that they are handed
    out in this order: ask for all units even where only some are wanted.
    """
    above = {unit.code: unit for unit in units}
    counts = {
        what: sizes(units, means, seed, scale, what)
        for what, means in (("people", PEOPLE), ("assets", ASSETS), ("shared", SHARED))
    }
    personal = _personal(units, counts["people"], scale)
    centre = data_centre(units)
    piloted = pilots(units)
    addresses, offices, numbers, names = Allocator(), Allocator(), Numbers(), Names()
    day = as_of(year)
    for unit in units:
        code, parent = unit.code, above.get(unit.parent or "")
        people = staff(unit, counts["people"][code], seed, day)
        boxes = (personal[code], counts["shared"][code], round(SYSTEM * scale) if code == centre else 0)
        accounts = mailboxes(
            unit, people, boxes, offices.take(office_name(unit, parent)), addresses, seed, day
        )
        assets = equipment(
            unit, counts["assets"][code], people, numbers, seed, day, data_centre=code == centre
        )
        has_sites = unit.level != "commune" or unit.parent in piloted
        sites = sites_of(unit, parent, people, assets, names, seed) if has_sites else []
        connections, figures = connections_of(unit, seed), of_unit(unit, year, seed)
        yield UnitSample(unit, people, accounts, assets, sites, connections, figures)


def data_centre(units: Sequence[SampleUnit]) -> str:
    """The code of the unit that runs the province's servers: the department of information."""
    offices = [unit for unit in units if unit.level == "department"] or list(units)
    return next((u.code for u in offices if "thong tin va truyen thong" in fold(u.name)), offices[0].code)


def _personal(units: Sequence[SampleUnit], people: dict[str, int], scale: float) -> dict[str, int]:
    """Personal mailboxes of each unit: everyone above the communes, in these the mean's share."""
    found = {unit.code: people[unit.code] for unit in units if unit.level != "commune"}
    communes = [unit.code for unit in units if unit.level == "commune"]
    staffed = [people[code] for code in communes]
    total = min(round(PERSONAL["commune"] * scale * len(communes)), sum(staffed))
    shares = apportion(total, staffed)
    return found | dict(zip(communes, shares, strict=True))


# --- documents -----------------------------------------------------------------------------------


def documents(sample: UnitSample, stamp: str, day: str) -> Iterator[tuple[str, bytes]]:
    """(kind, with the number of the part where there are several; document) of one unit."""
    head = {"as_of": day, "sample": stamp, "unit": sample.unit.code}
    yield from _parts("people", map(person_item, sample.people), head, None)
    yield from _parts(
        "accounts", map(account_item, sample.accounts), head, {"type": "personal", "quota-mb": 500}
    )
    yield from _parts("assets", map(asset_item, sample.assets), head, {"status": "in-use"})
    if sample.sites:
        yield from _parts("sites", map(site_item, sample.sites), head, None)
    if sample.connections:
        yield from _parts("connections", map(connection_item, sample.connections), head, None)
    if sample.figures:
        yield from _parts("figures", map(figure_item, sample.figures), head, {"source": SOURCE})


def stated_document(figures: Iterable[Figure], stamp: str, day: str) -> bytes:
    """The document of what the province states, of no single unit."""
    defaults = {"source": SOURCE}
    return document("figures", map(figure_item, figures), as_of=day, sample=stamp, defaults=defaults)


def sessions_document(sessions: Iterable[Session], stamp: str, day: str) -> bytes:
    """The document of *sessions*."""
    return document("sessions", map(session_item, sessions), as_of=day, sample=stamp)


def _parts(
    kind: str, items: Iterable[str], head: dict[str, str], defaults: Mapping[str, Scalar] | None
) -> Iterator[tuple[str, bytes]]:
    every = list(items)
    for number, start in enumerate(range(0, len(every), ITEMS_PER_FILE), 1):
        part = kind if number == 1 else f"{kind}-{number}"
        yield part, document(kind, every[start : start + ITEMS_PER_FILE], defaults=defaults, **head)


def person_item(person: Person) -> str:
    """*person* as YAML."""
    left = {"date": person.left, "reason": person.reason or ""} if person.left else None
    return item(
        person.key,
        ((("name", person.name), ("position", person.position), ("phone", person.phone), ("left", left)),),
    )


def account_item(account: Account) -> str:
    """*account* as YAML; type and quota of a personal mailbox are the document's defaults."""
    office = account.type != "personal"
    closed = {"date": account.closed, "reason": account.reason or ""} if account.closed else None
    return item(
        account.address,
        (
            (
                ("type", account.type if office else None),
                ("name", account.name),
                ("owner", account.owner),
                ("aliases", account.aliases or None),
                ("opened", account.opened),
                ("quota-mb", 2000 if office else None),
                ("locked", True if account.locked else None),
                ("closed", closed),
            ),
        ),
    )


def asset_item(asset: Asset) -> str:
    """*asset* as YAML; in use is the document's default."""
    disposed = None
    if asset.disposed:
        day, reason, decision = asset.disposed
        disposed = {"date": day, "reason": reason, "decision": decision}
    return item(
        asset.tag,
        (
            (("class", asset.kind), ("model", asset.model), ("serial", asset.serial), ("mac", asset.mac)),
            (
                ("bought", asset.bought),
                ("used-from", asset.used_from),
                ("price", asset.price),
                ("warranty-until", asset.warranty_until),
            ),
            (
                ("status", asset.status if asset.status != "in-use" else None),
                ("custodian", asset.custodian),
                ("room", asset.room),
                ("note", asset.note),
            ),
            (("disposed", disposed),),
        ),
    )


def site_item(site: Site) -> str:
    """*site* as YAML."""
    return item(
        site.key,
        (
            (
                ("name", site.name),
                ("room", site.room),
                ("endpoint", site.endpoint),
                ("address", site.address),
            ),
            (
                ("bandwidth-mbps", site.bandwidth),
                ("seats", site.seats),
                ("distance-km", site.distance),
                ("district-km", site.district),
                ("central-km", site.central),
            ),
            (("aliases", site.aliases or None),),
            (("contact", site.contact), ("equipment", site.equipment or None)),
        ),
    )


def connection_item(connection: Connection) -> str:
    """*connection* as YAML."""
    return item(
        connection.key,
        (
            (
                ("sort", connection.sort),
                ("there", connection.there),
                ("since", connection.since),
                ("medium", connection.medium),
                ("bandwidth-mbps", connection.bandwidth),
                ("provider", connection.provider),
            ),
        ),
    )


def figure_item(figure: Figure) -> str:
    """*figure* as YAML; its source is the document's default."""
    return item(
        figure.key,
        (
            (("name", figure.name),),
            (
                ("indicator", figure.indicator),
                ("period", figure.period),
                ("value", figure.value),
                ("unit-of-measure", figure.unit_of_measure),
            ),
        ),
    )


def session_item(session: Session) -> str:
    """*session* as YAML."""
    cancelled = None
    if session.cancelled:
        cancelled = {"date": session.cancelled[0], "reason": session.cancelled[1]}
    return item(
        session.key,
        (
            (("title", session.title),),
            (
                ("kind", session.kind),
                ("start", f"{session.start:%Y-%m-%d %H:%M}"),
                ("end", f"{session.end:%Y-%m-%d %H:%M}"),
                ("host", session.host),
            ),
            (("sites", session.sites),),
            (("cancelled", cancelled),),
        ),
    )
