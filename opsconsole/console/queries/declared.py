"""The list of all declared things of a kind, made from what the kind says of itself."""

from __future__ import annotations

from opsconsole.console.queries.filtering import FilterField
from opsconsole.console.queries.listing import HOLDER, Listing
from opsconsole.inventory.fields import (
    Choice,
    Day,
    Field,
    FieldType,
    Flag,
    Group,
    ListOf,
    Moment,
    Number,
    Ref,
    Whole,
)
from opsconsole.inventory.kind import Kind
from opsconsole.text import fold
from opsconsole.words import label

# Aliases of the tables that fields refer to; ``Listing`` knows an alias of one letter that is not t.
_ALIASES = "cdfgij"


def laid_out(kind: Kind) -> tuple[str, ...]:
    """The columns of the list of *kind* in their order: ``key``, what it is called, ``unit``, its other
    fields, ``ended``. Groups have no column."""
    first = [name for name in kind.name_fields[:1] if _single(kind.field(name).type)]
    rest = [each.name for each in kind.fields if each.name not in first and _shown(each.type)]
    long = [name for name in rest if name in ("note", "quote")]
    return (
        "key",
        *first,
        *(("unit",) if kind.unit else ()),
        *(name for name in rest if name not in long),
        *long,
        "ended",
    )


def _single(type_: FieldType) -> bool:
    return not isinstance(type_, ListOf | Group)


def _shown(type_: FieldType) -> bool:
    inner = type_.item if isinstance(type_, ListOf) else type_
    return not isinstance(inner, Group)


def listing(kind: Kind) -> Listing:
    """The list of the things of *kind*; its rows have the columns of ``laid_out``."""
    from opsconsole.inventory.kinds import standard

    aliases: dict[str, str] = {}
    joins = HOLDER if kind.unit else ""
    names: dict[str, str] = {}
    for each in kind.fields:
        if isinstance(each.type, Ref):
            there = standard()[each.type.kind]
            alias = aliases[each.name] = _ALIASES[len(aliases)]
            joins += (
                f"LEFT JOIN {there.table} {alias} ON {alias}.province = t.province "
                f"AND {alias}.key = t.{each.column}\n"
            )
            column = there.field(there.name_fields[0])
            names[each.name] = column.column if _single(column.type) else "key"
    select, order, nullable = [], {}, {"ended"}
    fields: dict[str, FilterField] = {"key": FilterField("t.key", "key", ("ma", "id"))}
    for name in laid_out(kind):
        if name == "key":
            select.append("t.key")
            order[name] = "t.key"
        elif name == "unit":
            select.append("coalesce(u.name, t.unit_id)")
            order[name] = "u.sort_key"
            nullable.add(name)
            fields[name] = FilterField("t.unit_id", "unit", ("donvi",))
        elif name == "ended":
            select.append("t.ended")
            order[name] = "t.ended"
            fields[name] = FilterField("t.ended", "day", (kind.ends_by, "ketthuc"))
        else:
            field = kind.field(name)
            alias = aliases.get(name, "")
            select.append(
                f"coalesce({alias}.{names[name]}, t.{field.column})" if alias else f"t.{field.column}"
            )
            first = name == kind.name_fields[0]
            order[name] = f"{alias}.sort_key" if alias else "t.sort_key" if first else f"t.{field.column}"
            if not field.required or alias:
                nullable.add(name)
            fields.setdefault(name, _filter(kind, field, alias))
    return Listing(
        table=kind.table,
        select=tuple(select),
        order=order,
        first_order=laid_out(kind)[1] if kind.people else "key",
        search=(
            "t.fold",
            *(("u.fold",) if kind.unit else ()),
            *(f"{alias}.fold" for alias in aliases.values()),
        ),
        joins=joins,
        nullable=frozenset(nullable),
        by_unit=bool(kind.unit),
        choices={
            f"t.{each.column}": each.type.values for each in kind.fields if isinstance(each.type, Choice)
        },
        fields=fields,
    )


def _filter(kind: Kind, field: Field, alias: str) -> FilterField:
    """How a filter asks for *field*; it may also be called by the label that is shown for it."""
    also = tuple({fold(label(field.name)).replace(" ", "")} - {field.name})
    column, type_ = f"t.{field.column}", field.type
    if alias:
        return FilterField(f"{alias}.fold", "text", also)
    if isinstance(type_, Choice):
        return FilterField(column, "choice", also, type_.values)
    if isinstance(type_, Number | Whole):
        return FilterField(column, "number", also)
    if isinstance(type_, Day | Moment):
        return FilterField(column, "day", also)
    if isinstance(type_, Flag):
        return FilterField(column, "flag", also)
    if field.name in kind.name_fields:
        return FilterField("t.fold", "text", also)
    return FilterField(column, "key", also)
