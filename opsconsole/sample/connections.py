"""What the units of the sample are connected to. Nearly all have a local network and the internet; of some
communes it is known that they have none, of a few nobody has said anything."""

from __future__ import annotations

from dataclasses import dataclass

from opsconsole.sample.frame import Chance, SampleUnit

_PROVIDERS = ("VNPT", "Viettel", "FPT")


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection of a unit, or (not *there*) the word that it has none."""

    key: str
    sort: str
    there: bool
    since: str | None
    medium: str | None
    bandwidth: int | None
    provider: str | None


def connections_of(unit: SampleUnit, seed: int) -> list[Connection]:
    """What is declared of *unit*: its local network, the internet and, above the communes, the network of
    the administration."""
    chance = Chance(seed, "connections", unit.code)
    commune = unit.level == "commune"
    if commune and chance.next() < 0.03:
        return []
    lan = not commune or chance.next() < 0.88
    internet = not commune or lan or chance.next() < 0.7
    since = f"{chance.between(2008, 2017)}-{chance.between(1, 12):02d}-01"
    found = [_connection(unit, "lan", lan, since, "copper" if lan else None, 100 if lan else None, None)]
    medium = "fibre" if not commune or chance.next() < 0.8 else "copper"
    speed = chance.pick((20, 30, 40) if commune else (60, 80, 100, 200))
    provider = chance.pick(_PROVIDERS)
    found.append(
        _connection(unit, "internet", internet, since, medium, speed, provider)
        if internet
        else _connection(unit, "internet", False, None, None, None, None)
    )
    if not commune:
        found.append(_connection(unit, "dedicated", True, since, "fibre", 10, "VNPT"))
    return found


def _connection(
    unit: SampleUnit,
    sort: str,
    there: bool,
    since: str | None,
    medium: str | None,
    bandwidth: int | None,
    provider: str | None,
) -> Connection:
    key = f"KN-{unit.tag}-{sort.upper()}"
    return Connection(key, sort, there, since if there else None, medium, bandwidth, provider)
