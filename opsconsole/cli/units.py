"""``opsconsole units``: the administrative tree as of a date, and what units came from and became."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _, language, ngettext
from opsconsole.cli.days import DAY, today
from opsconsole.cli.frame import Frame, say, say_json
from opsconsole.cli.speech import Group
from opsconsole.errors import Refused
from opsconsole.text import date, number
from opsconsole.words import UNIT_CHANGES, unit_changes, word

if TYPE_CHECKING:
    from opsconsole.store.database import Reader
    from opsconsole.units.era import Era
    from opsconsole.units.held import Held
    from opsconsole.units.succession import Mapped
    from opsconsole.units.timeline import Timeline

_LEVELS = ("province", "department", "district", "commune")
_as_of = click.option("--as-of", type=DAY, metavar="DATE", help="The day asked about (default: today).")
_json = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")


@click.group(cls=Group, help="The administrative tree as of a date.")
def units() -> None:
    pass


@units.command(help="One unit on a day: what is above and below it, what it holds.")
@click.argument("code")
@_as_of
@_json
@click.pass_obj
def show(frame: Frame, code: str, as_of: dt.date | None, as_json: bool) -> None:
    from opsconsole.units.held import held_on, total

    day = _day(frame, as_of)
    with frame.database.read() as reader:
        timeline = _timeline(reader)
        era = timeline.resolve(code, day)
        held = held_on(reader, day)
    tree = timeline.tree(day)
    above, below = tree.ancestors(code), tree.children(code)
    own = total(held, [era.id])
    all_ = total(held, [era.id, *(each.id for _depth, each in tree.walk(code))])
    if as_json:
        say_json(
            {
                "as_of": day,
                "unit": era.data,
                "above": [each.data for each in above],
                "below": [each.data for each in below],
                "came_from": [link.data for link in timeline.predecessors(era.id)],
                "became": [link.data for link in timeline.successors(era.id)],
                "holds": own.data,
                "holds_with_all_below": all_.data,
            }
        )
        return
    say(f"{era.code}  {era.name}")
    _line(_("type"), f"{era.type} ({word(era.level)})")
    _line(_("stands"), _span(era))
    if above:
        _line(_("above"), " › ".join(map(_name, above)))
    origins = [timeline.eras[link.from_id] for link in timeline.predecessors(era.id)]
    if origins:
        _line(_("came from"), ", ".join(map(_name, origins)) + _by(era.begun_by))
    became = [timeline.eras[link.to_id] for link in timeline.successors(era.id)]
    if became:
        _line(_("became"), ", ".join(map(_name, became)) + _by(era.ended_by))
    _line(_("holds"), _counts(own) + ("; " + _("with all below") + " " + _counts(all_) if below else ""))
    if below:
        _line(_("below"), ngettext("{count} unit", "{count} units", len(below)).format(count=len(below)))
        for each in below:
            say(f"    {each.code:<8} {each.name}")


@units.command(name="list", help="The units of a day, as a tree or of one level.")
@click.option("--level", type=click.Choice(_LEVELS), help="Only units of this level.")
@click.option("--under", metavar="CODE", help="Only units below this one, at any depth.")
@_as_of
@_json
@click.pass_obj
def list_(frame: Frame, level: str | None, under: str | None, as_of: dt.date | None, as_json: bool) -> None:
    day = _day(frame, as_of)
    with frame.database.read() as reader:
        timeline = _timeline(reader)
    top = timeline.resolve(under, day).code if under else None
    found = [(depth, era) for depth, era in timeline.tree(day).walk(top) if level in (None, era.level)]
    if level is not None:
        found = sorted(((0, era) for _depth, era in found), key=lambda each: each[1].code)
    if as_json:
        say_json({"as_of": day, "count": len(found), "units": [era.data for _depth, era in found]})
        return
    for depth, era in found:
        say(f"{'  ' * depth}{era.code:<8} {era.name}")
    say(
        ngettext("{count} unit on {day}", "{count} units on {day}", len(found)).format(
            count=number(len(found), language()), day=date(day)
        )
    )
    if not found and not level and timeline.days and day < timeline.days[0]:
        say(_("units are known from {day} on").format(day=date(timeline.days[0])))


@units.command(help="Where the units that ever carried a code come from, and what became of them.")
@click.argument("code")
@_json
@click.pass_obj
def trace(frame: Frame, code: str, as_json: bool) -> None:
    with frame.database.read() as reader:
        timeline = _timeline(reader)
    family = timeline.trace(code)
    if as_json:
        say_json(
            {
                "code": code,
                "units": [era.data for era in family.eras],
                "links": [link.data for link in family.links],
            }
        )
        return
    for era in family.eras:
        links = [link for link in family.links if link.to_id == era.id]
        if not links:
            how = _by(era.begun_by) or " " + _("as first recorded")
            say(f"{date(era.start)}  {_name(era)}{how}")
            continue
        origins = ", ".join(
            _name(timeline.eras[link.from_id]) + ("" if link.share == "whole" else f" ({_share(link.share)})")
            for link in links
        )
        happened = {change for link in links for change in link.change.split(",")}
        what = unit_changes(",".join(change for change in UNIT_CHANGES if change in happened))
        say(f"{date(era.start)}  {_name(era)} ← {origins}: {what}{_by(era.begun_by)}")
    for era in family.eras:
        if era.end is None:
            say(_("stands still: {unit}").format(unit=_name(era)))


@units.command(name="map", help="Units of one day as they are on another day, later or earlier.")
@click.argument("codes", nargs=-1, required=True, metavar="CODE…")
@click.option("--from", "day_a", type=DAY, required=True, metavar="DATE", help="The day of the codes.")
@click.option("--to", "day_b", type=DAY, required=True, metavar="DATE", help="The other day.")
@_json
@click.pass_obj
def map_(frame: Frame, codes: tuple[str, ...], day_a: dt.date, day_b: dt.date, as_json: bool) -> None:
    with frame.database.read() as reader:
        timeline = _timeline(reader)
    mapping = timeline.map_units(codes, day_a.isoformat(), day_b.isoformat())
    if as_json:
        say_json(mapping.data)
        return
    for row in mapping.rows:
        say(_mapped(row))
    for target in mapping.targets:
        others = [_name(row.source) for row in mapping.others if row.target == target]
        if others:
            say(
                _("{unit} holds {others} too, which was not asked for").format(
                    unit=_name(target), others=", ".join(others)
                )
            )
    if mapping.splits:
        say(
            _("split, so that figures before and after do not compare: {units}").format(
                units=", ".join(map(_name, mapping.splits))
            )
        )


# --- words ------------------------------------------------------------------------------------


def _day(frame: Frame, as_of: dt.date | None) -> str:
    return (as_of or today(frame)).isoformat()


def _timeline(reader: Reader) -> Timeline:
    from opsconsole.units.registry import load

    timeline = load(reader)
    if not timeline.eras:
        raise Refused(
            _("the register holds no units yet; declare them in the inventory and run 'opsconsole apply'")
        )
    return timeline


def _line(label: str, text: str) -> None:
    say(f"  {label:<10} {text}")


def _name(era: Era) -> str:
    return f"{era.code} {era.name}"


def _by(reorganisation: str | None) -> str:
    return f" ({reorganisation})" if reorganisation else ""


def _span(era: Era) -> str:
    if era.end is None:
        return _("from {start} on").format(start=date(era.start))
    return _("from {start} to {end}").format(start=date(era.start), end=date(era.last_day))


def _counts(held: Held) -> str:
    parts: Iterable[str] = (
        ngettext("{count} asset", "{count} assets", held.assets).format(
            count=number(held.assets, language())
        ),
        ngettext("{count} mailbox", "{count} mailboxes", held.mailboxes).format(
            count=number(held.mailboxes, language())
        ),
        ngettext("{count} site", "{count} sites", held.sites).format(count=number(held.sites, language())),
    )
    return ", ".join(parts)


def _share(share: str) -> str:
    return {"part": _("a part"), "rest": _("the rest")}.get(share, share)


def _mapped(row: Mapped) -> str:
    text = f"{_name(row.source)} → {_name(row.target)}"
    if row.share == "part":
        text += " (" + _("a part") + (", " + _("with what it held") if row.follows else "") + ")"
    return text
