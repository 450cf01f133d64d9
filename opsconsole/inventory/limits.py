"""Limits and protections: what a plan may not take away without being let through.

Past a share per unit and kind, a count per run, or where a unit or kind would become empty, an
apply stops and says what would let it pass. Small sets are not exempt. A protection stands in
the database and not in the protected thing, and only taking it back lets a plan pass.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _
from opsconsole.inventory.change import PlannedChange
from opsconsole.inventory.kind import Kinds
from opsconsole.settings import Limits
from opsconsole.words import figure, thing, things

if TYPE_CHECKING:
    from opsconsole.store.database import Reader


@dataclass(frozen=True, slots=True, order=True)
class Stop:
    """A reason not to apply. ``allow`` is the word that lets it pass, '' where nothing does."""

    allow: str
    message: str

    def __str__(self) -> str:
        return (
            _("{message}. To let it pass: --allow {allow}").format(message=self.message, allow=self.allow)
            if self.allow
            else self.message
        )

    @property
    def data(self) -> dict[str, Any]:
        """The stop for JSON."""
        return {"allow": self.allow, "message": self.message}


def find_stops(
    reader: Reader,
    kinds: Kinds,
    changes: Sequence[PlannedChange],
    limits: Limits,
    label: Callable[[str | None], str],
    eras: Container[str],
) -> tuple[Stop, ...]:
    """Every limit that *changes* pass and every protection that they touch, sorted.

    *eras* are those of the units as they will be: where a correction of the units gave the era of
    a thing another id, the thing is still in its unit and nothing was moved.
    """
    ends = [change for change in changes if change.action == "end"]
    changes = [each for each in changes if each.action == "end" or not _restated(each, eras)]
    moved = [each for each in changes if each.before is not None and _unit_before(each) != each.unit_id]
    if not ends and not moved:
        return ()
    stops = _protected(reader, [*ends, *moved])
    transfers = [change for change in moved if change.action == "transfer" and _lived(kinds, change)]
    for what, words, taken, share, most in (
        ("removals", _("removals"), ends, limits.removal_share, limits.removal_count),
        ("transfers", _("transfers"), transfers, limits.transfer_share, limits.transfer_count),
    ):
        if len(taken) > most:
            stops.append(
                Stop(
                    what,
                    _("{count} {what} in one run; {most} are allowed (limits in config.yaml)").format(
                        count=figure(len(taken)), what=words, most=figure(most)
                    ),
                )
            )
        out = Counter((change.kind, _unit_before(change)) for change in taken)
        living = _living(reader, kinds, {kind for kind, _unit in out})
        for (kind, unit), count in out.items():
            total = living[kind][unit]
            if total and count / total > share:
                stops.append(
                    Stop(
                        f"{what}:{kind}:{unit or 'all'}",
                        _(
                            "{count} of {total} {kind} of {unit} in {what} ({part:.0%}); {share:.0%} "
                            "is allowed"
                        ).format(
                            count=figure(count),
                            total=figure(total),
                            kind=things(kind),
                            unit=label(unit) or _("the province"),
                            what=words,
                            part=count / total,
                            share=share,
                        ),
                    )
                )
    stops += _emptied(reader, kinds, changes, label)
    return tuple(sorted(set(stops)))


def _unit_before(change: PlannedChange) -> str | None:
    return (change.before or {}).get("unit")


def _restated(change: PlannedChange, eras: Container[str]) -> bool:
    before, after = _unit_before(change), change.unit_id
    return (
        before is not None
        and after is not None
        and before not in eras
        and before.partition("@")[0] == after.partition("@")[0]
    )


def _lived(kinds: Kinds, change: PlannedChange) -> bool:
    return change.before is not None and kinds[change.kind].ends_by not in change.before


def _lives(kinds: Kinds, change: PlannedChange) -> bool:
    return kinds[change.kind].ends_by not in change.after


def _living(reader: Reader, kinds: Kinds, names: set[str]) -> dict[str, Counter[str | None]]:
    living: dict[str, Counter[str | None]] = {}
    for name in names:
        kind = kinds[name]
        unit = "unit_id" if kind.unit else "NULL"
        sql = (
            f"SELECT {unit}, count(*) FROM {kind.table} "  # noqa: S608
            "WHERE province = :province AND ended IS NULL GROUP BY 1"
        )
        living[name] = Counter(dict(reader.rows(sql)))
    return living


def _emptied(
    reader: Reader, kinds: Kinds, changes: Sequence[PlannedChange], label: Callable[[str | None], str]
) -> list[Stop]:
    gains: dict[str, Counter[str | None]] = defaultdict(Counter)
    losses: dict[str, Counter[str | None]] = defaultdict(Counter)
    for change in changes:
        if change.action in ("end", "transfer") and _lived(kinds, change):
            losses[change.kind][_unit_before(change)] += 1
        if change.action in ("create", "transfer", "revive") and _lives(kinds, change):
            gains[change.kind][change.unit_id] += 1
    living = _living(reader, kinds, set(losses))
    stops = []
    for kind, lost in losses.items():
        before = living[kind]
        for unit in lost:
            if before[unit] and before[unit] - lost[unit] + gains[kind][unit] <= 0 and unit is not None:
                stops.append(
                    Stop(
                        f"empty:{kind}:{unit}",
                        _("{label} would have no {kind} left").format(label=label(unit), kind=things(kind)),
                    )
                )
        if sum(before.values()) - lost.total() + gains[kind].total() <= 0:
            stops.append(
                Stop(
                    f"empty:{kind}:all", _("the province would have no {kind} left").format(kind=things(kind))
                )
            )
    return stops


def _protected(reader: Reader, changes: Sequence[PlannedChange]) -> list[Stop]:
    protected = {
        (kind, key): reason
        for kind, key, reason in reader.rows(
            "SELECT kind, key, reason FROM protection WHERE province = :province"
        )
    }
    return [
        Stop(
            "",
            _(
                "{kind} '{key}' is protected ({reason}); 'opsconsole unprotect {key}' takes "
                "the protection back"
            ).format(kind=thing(change.kind), key=change.key, reason=protected[change.kind, change.key]),
        )
        for change in changes
        if (change.kind, change.key) in protected
    ]
