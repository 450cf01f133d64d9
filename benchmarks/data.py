"""One register, the same for every benchmark and every peer, made from a seed.

At scale 1: the real units of the province with their reorganisations (copied from ``inventory/``),
20,000 assets in one file for each of the 210 communes, and 8,000 mailboxes in one file for each of
the 22 departments: 232 files. The peers get the same 20,000 things in their own form.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsconsole.sample.yamltext import document, item, scalar
from opsconsole.strictyaml import Map, parse, read_text

ROOT = Path(__file__).resolve().parent.parent
ASSETS, ACCOUNTS = 20_000, 8_000
SEED = 20190806
AS_OF = "2019-08-06"
# Old enough that a plan trusts the time stamps of the files (2019-08-06 in seconds).
MODIFIED = 1_565_049_600
MOST_SCALE = 100

# class, letters of the tag, models (make and model, price in thousand VND), has a network card
_CLASSES: tuple[tuple[str, str, tuple[tuple[str, int], ...], bool], ...] = (
    (
        "desktop",
        "PC",
        (("Dell OptiPlex 3060", 11500), ("HP ProDesk 400 G5", 12200), ("Acer Veriton M200", 10600)),
        True,
    ),
    ("monitor", "MH", (("Dell E1916H", 2450), ("LG 20MP48A", 2300), ("Samsung S19F350", 2400)), False),
    ("printer", "IN", (("Canon LBP 2900", 3400), ("HP LaserJet Pro M404dn", 7900)), False),
    ("ups", "UP", (("Santak TG500", 950), ("APC Back-UPS 650", 1650)), False),
    ("laptop", "NB", (("Dell Latitude 3480", 16800), ("Lenovo ThinkPad E480", 18100)), True),
    ("switch", "SW", (("TP-Link TL-SG1024D", 1900), ("Cisco SF220-24", 5200)), False),
    ("wifi", "WF", (("Ubiquiti UniFi AP AC Lite", 2350), ("TP-Link Archer C50", 620)), True),
    ("scanner", "SC", (("Canon imageFORMULA DR-C225", 11500),), False),
)
_ROOMS = (
    "Văn phòng - Thống kê",
    "Tư pháp - Hộ tịch",
    "Địa chính - Xây dựng",
    "Bộ phận một cửa",
    "Hội trường",
)
_FAMILIES = ("Nguyễn", "Bùi", "Đinh", "Trần", "Lê", "Phạm", "Hoàng", "Quách")
_MIDDLES = ("Văn", "Thị", "Đức", "Thị Thu", "Quang", "Ngọc", "Minh", "Thị Hồng")
_GIVEN = (
    "Bình",
    "Cường",
    "Dũng",
    "Hà",
    "Hằng",
    "Hòa",
    "Hương",
    "Lan",
    "Nam",
    "Nga",
    "Sơn",
    "Thủy",
    "Tuấn",
    "Yến",
)


@dataclass(frozen=True, slots=True)
class Thing:
    """An asset: where, its tag, its fields, and an address for the peers that know hosts."""

    unit: str
    tag: str
    fields: dict[str, str | int]
    address: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox: where, its address, its fields."""

    unit: str
    address: str
    fields: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Register:
    """A register on the disk: its settings, its folder, its files and what they hold."""

    config: Path
    folder: Path
    files: tuple[Path, ...]
    assets: int
    accounts: int
    bytes: int

    @property
    def root(self) -> Path:
        """The folder of the settings; the database lies below it."""
        return self.config.parent

    @property
    def database(self) -> Path:
        """The file of the database that the settings name."""
        return self.root / "register.db"


def units(level: str) -> list[str]:
    """The codes of all units of *level* that the repository declares, sorted."""
    found = []
    for path in sorted((ROOT / "inventory" / "units").rglob("*.yaml")):
        top = parse(read_text(path, path.name), path.name)
        defaults, items = top.items.get("defaults"), top.items["items"]
        assert isinstance(items, Map)
        usual = defaults.items.get("level") if isinstance(defaults, Map) else None
        for code, node in items.items.items():
            own = node.items.get("level", usual) if isinstance(node, Map) else usual
            if own == level:
                found.append(code)
    return sorted(found)


def _shares(total: int, among: Sequence[str]) -> Iterator[tuple[str, int]]:
    """*total* spread over *among* as evenly as it goes."""
    least, more = divmod(total, len(among))
    for place, each in enumerate(among):
        yield each, least + (place < more)


def things(scale: float) -> Iterator[tuple[str, list[Thing]]]:
    """(commune, its assets): 20,000 × *scale* in all."""
    chance = random.Random(f"{SEED}:assets").random
    number = 0
    for commune, count in _shares(round(ASSETS * scale), units("commune")):
        made = []
        for place in range(count):
            number += 1
            name, letters, models, network = _CLASSES[int(chance() * len(_CLASSES))]
            model, price = models[int(chance() * len(models))]
            year, month, day = 2012 + int(chance() * 7), 1 + int(chance() * 12), 1 + int(chance() * 28)
            fields: dict[str, str | int] = {"class": name, "model": model, "serial": f"VN{number * 7919:09X}"}
            if network:
                fields["mac"] = ":".join(
                    f"{number * 10_368_889 % (1 << 40) >> shift & 255:02x}"
                    for shift in (40, 32, 24, 16, 8, 0)
                )
            fields |= {
                "bought": f"{year}-{month:02d}-{day:02d}",
                "used-from": f"{year}-{month:02d}-28",
                "price": price * 1000,
                "warranty-until": f"{year + 2}-{month:02d}-{day:02d}",
                "status": "in-use" if chance() < 0.95 else "broken",
                "room": _ROOMS[int(chance() * len(_ROOMS))],
            }
            tag = f"HB-{commune}-{letters}-{place + 1:04d}"
            address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            made.append(Thing(commune, tag, fields, address))
        yield commune, made


def mailboxes(scale: float) -> Iterator[tuple[str, list[Mailbox]]]:
    """(department, its mailboxes): 8,000 × *scale* in all."""
    chance = random.Random(f"{SEED}:accounts").random
    number = 0
    for department, count in _shares(round(ACCOUNTS * scale), units("department")):
        made = []
        for _place in range(count):
            number += 1
            words = [each[int(chance() * len(each))] for each in (_FAMILIES, _MIDDLES, _GIVEN)]
            year, month, day = 2011 + int(chance() * 8), 1 + int(chance() * 12), 1 + int(chance() * 28)
            fields: dict[str, str | int] = {
                "name": " ".join(words),
                "opened": f"{year}-{month:02d}-{day:02d}",
            }
            made.append(Mailbox(department, f"canbo.{number:06d}@hoabinh.example", fields))
        yield department, made


# --- our YAML --------------------------------------------------------------------------------------


def make_register(root: Path, scale: float = 1.0, *, accounts: bool = True) -> Register:
    """Write the register of *scale* with its settings below *root*; without *accounts*, assets only.

    Raises ValueError for a scale at which a file would pass the size that the loader allows.
    """
    if not 0 < scale <= MOST_SCALE:
        raise ValueError(f"the scale must be above 0 and at most {MOST_SCALE}, not {scale:g}")
    folder = root / "inventory"
    shutil.copytree(ROOT / "inventory" / "units", folder / "units")
    shutil.copytree(ROOT / "inventory" / "reorganisations", folder / "reorganisations")
    counted = {"assets": 0, "accounts": 0}
    for commune, assets in things(scale):
        text = map(_asset, assets)
        _write(folder / f"assets/{commune}.yaml", "assets", commune, text, {"status": "in-use"})
        counted["assets"] += len(assets)
    for department, boxes in mailboxes(scale) if accounts else ():
        text = map(_mailbox, boxes)
        _write(
            folder / f"accounts/{department}.yaml",
            "accounts",
            department,
            text,
            {"type": "personal", "quota-mb": 500},
        )
        counted["accounts"] += len(boxes)
    config = root / "config.yaml"
    config.write_text(
        "province: hoa-binh\ndatabase: sqlite:///register.db\ninventory: [inventory]\nlanguage: en\n"
    )
    files = tuple(sorted(folder.rglob("*.yaml")))
    for path in files:
        os.utime(path, (MODIFIED, MODIFIED))
    size = sum(path.stat().st_size for path in files)
    return Register(config, folder, files, counted["assets"], counted["accounts"], size)


def _write(path: Path, kind: str, unit: str, items: Iterable[str], defaults: dict[str, str | int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(document(kind, items, as_of=AS_OF, sample=f"seed {SEED}", unit=unit, defaults=defaults))


def _asset(thing: Thing) -> str:
    fields = {name: value for name, value in thing.fields.items() if (name, value) != ("status", "in-use")}
    what = [(name, fields.pop(name)) for name in ("class", "model", "serial", "mac") if name in fields]
    came = [(name, fields.pop(name)) for name in ("bought", "used-from", "price", "warranty-until")]
    return item(thing.tag, (what, came, list(fields.items())))


def _mailbox(box: Mailbox) -> str:
    return item(box.address, (list(box.fields.items()),))


def change_one(register: Register) -> Path:
    """Change one field of one asset in one file of *register*; returns the file."""
    path = register.folder / "assets" / f"{units('commune')[0]}.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index("room: ")
    path.write_text(f"{text[:at]}room: Kho mới\n{text[text.index('}', at) :]}", encoding="utf-8")
    os.utime(path, (MODIFIED + 60, MODIFIED + 60))
    return path


# --- the peers' files --------------------------------------------------------------------------------


def _lines(fields: dict[str, str | int], indent: str) -> str:
    return "".join(f"{indent}{name.replace('-', '_')}: {_quoted(value)}\n" for name, value in fields.items())


def _quoted(value: str | int) -> str:
    """*value* as text that every YAML reader takes for text (a plain date would become a date)."""
    return str(value) if isinstance(value, int) else f'"{value}"'


def make_ansible(root: Path, scale: float = 1.0) -> Path:
    """A YAML inventory: a file and group a commune, a host an asset with its fields as variables.

    Returns the folder. (All hosts in one file take Ansible twice as long.)
    """
    root.mkdir(parents=True, exist_ok=True)
    for commune, assets in things(scale):
        hosts = "".join(f"    {thing.tag}:\n{_lines(thing.fields, ' ' * 6)}" for thing in assets)
        (root / f"{commune}.yaml").write_text(f"c{commune}:\n  hosts:\n{hosts}", encoding="utf-8")
    return root


def make_nornir(root: Path, scale: float = 1.0) -> Path:
    """The three files of SimpleInventory; returns the folder."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "hosts.yaml").open("w", encoding="utf-8") as out, (root / "groups.yaml").open("w") as groups:
        for commune, assets in things(scale):
            groups.write(f"c{commune}: {{groups: []}}\n")
            for thing in assets:
                out.write(f"{thing.tag}:\n  hostname: {thing.address}\n  groups: [c{commune}]\n  data:\n")
                out.write(_lines(thing.fields, " " * 4))
    (root / "defaults.yaml").write_text("platform: none\n")
    return root


def make_octodns(root: Path, scale: float = 1.0) -> Path:
    """A zone a commune with an A record an asset, twice (source and target); returns the settings.

    A record has two fields where our asset has ten: octoDNS is given the easier work.
    """
    for side in ("source", "target"):
        (root / side).mkdir(parents=True, exist_ok=True)
    names = []
    for commune, assets in things(scale):
        names.append(f"c{commune}.hoabinh.example.")
        records = [
            f"{thing.tag.lower()}:\n  ttl: 3600\n  type: A\n  value: {thing.address}\n"
            for thing in _natural(assets)
        ]
        for side in ("source", "target"):
            (root / side / f"{names[-1]}yaml").write_text("---\n" + "".join(records))
    config = root / "config.yaml"
    provider = (
        "class: octodns.provider.yaml.YamlProvider, default_ttl: 3600, enforce_order: true, "
        "supports_root_ns: false, escaped_semicolons: false"
    )
    config.write_text(
        "providers:\n"
        + "".join(f"  {side}: {{{provider}, directory: {root / side}}}\n" for side in ("source", "target"))
        + "zones:\n"
        + "".join(f"  {scalar(name)}: {{sources: [source], targets: [target]}}\n" for name in names)
    )
    return config


def _natural(assets: list[Thing]) -> list[Thing]:
    # octoDNS demands the natural order of names; tags of four digits have the same in any order.
    return sorted(assets, key=lambda thing: thing.tag.lower())
