"""The timeline in the store: the derived tables unit_era, unit_link and unit_holder."""

from __future__ import annotations

from opsconsole.store.database import Reader, Writer
from opsconsole.text import fold, sort_key
from opsconsole.units.era import Era, Link
from opsconsole.units.timeline import Timeline

_ERA = (
    "id",
    "code",
    "valid_from",
    "valid_to",
    "name",
    "type",
    "level",
    "parent",
    "begun_by",
    "ended_by",
    "restores",
)
_LINK = ("from_id", "to_id", "at", "share", "follows", "change", "reorganisation")
_HOLDER = ("unit_id", "valid_from", "valid_to", "holder_id")


def load(reader: Reader) -> Timeline:
    """The timeline as the last apply left it, with two queries; empty before the first."""
    eras = [
        Era(*row)
        for row in reader.rows(f"SELECT {', '.join(_ERA)} FROM unit_era WHERE province = :province")  # noqa: S608
    ]
    links = [
        Link(from_id, to_id, at, share, bool(follows), change, reorganisation)
        for from_id, to_id, at, share, follows, change, reorganisation in reader.rows(
            f"SELECT {', '.join(_LINK)} FROM unit_link WHERE province = :province"  # noqa: S608
        )
    ]
    return Timeline(eras, links)


def write(writer: Writer, timeline: Timeline) -> None:
    """Replace what the store holds of units by *timeline*, in the transaction of *writer*."""
    province = writer.province
    for table in ("unit_holder", "unit_link", "unit_era"):
        writer.execute(f"DELETE FROM {table} WHERE province = :province")  # noqa: S608
    writer.insert(
        "unit_era",
        ("province", *_ERA, "fold", "sort_key"),
        (
            (
                province,
                era.id,
                era.code,
                era.start,
                era.end,
                era.name,
                era.type,
                era.level,
                era.parent,
                era.begun_by,
                era.ended_by,
                era.restores,
                fold(f"{era.code} {era.name}"),
                sort_key(era.name),
            )
            for era in timeline.eras.values()
        ),
    )
    writer.insert(
        "unit_link",
        ("province", *_LINK),
        (
            (
                province,
                link.from_id,
                link.to_id,
                link.at,
                link.share,
                int(link.follows),
                link.change,
                link.reorganisation,
            )
            for link in timeline.links
        ),
    )
    writer.insert("unit_holder", ("province", *_HOLDER), ((province, *row) for row in timeline.holders()))
