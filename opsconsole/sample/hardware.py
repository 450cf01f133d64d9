"""Makes and models that offices of these years had, with prices, serials and hardware addresses.

Prices are rough list prices in thousand VND when a model was new. Serials and hardware
addresses have the form of their make and are counted, not drawn, so that none appears twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from opsconsole.sample.frame import Chance


@dataclass(frozen=True, slots=True)
class Model:
    """A model on sale from year *since* to *until*, for *price* thousand VND when new."""

    make: str
    name: str
    since: int
    until: int
    price: int

    @property
    def title(self) -> str:
        """Make and model."""
        return f"{self.make} {self.name}"


# make → prefixes of its hardware addresses, and prefix of its serials
MAKES: dict[str, tuple[str, str]] = {
    "Acer": ("c8:5b:76", "DT"), "APC": ("00:c0:b7", "3B"), "Asus": ("2c:56:dc", "K"),
    "Brother": ("30:05:5c", "E7"), "Canon": ("00:1e:8f", "NX"), "Cisco": ("00:1b:54", "FOC"),
    "Daikin": ("", "A0"), "Dell": ("18:66:da", ""), "DrayTek": ("00:1d:aa", "DV"),
    "Epson": ("64:eb:8c", "X3"), "FPT Elead": ("4c:cc:6a", "FE"), "Fortinet": ("00:09:0f", "FG"),
    "Fuji Xerox": ("08:00:37", "FX"), "Grandstream": ("00:0b:82", "20E"), "Hikvision": ("44:19:b6", "DS"),
    "HP": ("3c:52:82", "SG"), "Kaspersky": ("", "KL"), "Lenovo": ("54:e1:ad", "PC"), "LG": ("", "70"),
    "Microsoft": ("", "MS"), "MikroTik": ("64:d1:54", "8A"), "Panasonic": ("", "PN"),
    "Polycom": ("00:04:f2", "82"), "Ricoh": ("00:26:73", "W9"), "Samsung": ("f8:04:2e", "ZN"),
    "Santak": ("", "ST"), "Sony": ("", "SO"), "Synology": ("00:11:32", "SY"), "TP-Link": ("50:c7:bf", "21"),
    "Toshiba": ("", "TB"), "Ubiquiti": ("78:8a:20", "UB"), "ViewSonic": ("", "VS"),
    "Shure": ("", "SH"), "Yealink": ("00:15:65", "YE"), "Logitech": ("", "LZ"),
}  # fmt: skip

# Classes of equipment that are on the network.
NETWORKED = frozenset(
    ("desktop", "laptop", "tablet", "switch", "router", "wifi", "firewall", "server", "storage", "camera",
     "codec", "phone", "photocopier")
)  # fmt: skip
NETWORK_PRINTERS = ("HP LaserJet Pro M404dn", "Brother HL-L5100DN", "Canon LBP 6230dn")

# class → (part of the tag, years of warranty, models)
# fmt: off
CLASSES: dict[str, tuple[str, int, tuple[Model, ...]]] = {
    "desktop": ("PC", 3, (
        Model("Dell", "OptiPlex 390", 2011, 2012, 11900),
        Model("HP", "Compaq Pro 4300", 2012, 2013, 11200),
        Model("FPT Elead", "T3200", 2011, 2015, 8600),
        Model("Dell", "OptiPlex 3010", 2013, 2014, 11500),
        Model("Dell", "OptiPlex 3020", 2014, 2015, 11800),
        Model("HP", "ProDesk 400 G2", 2014, 2016, 11300),
        Model("Lenovo", "ThinkCentre M73", 2014, 2016, 10900),
        Model("Dell", "OptiPlex 3040", 2016, 2017, 12100),
        Model("HP", "ProDesk 400 G4", 2017, 2018, 12400),
        Model("Dell", "OptiPlex 3050", 2017, 2018, 11900),
        Model("Lenovo", "ThinkCentre M710t", 2017, 2019, 11700),
        Model("Acer", "Veriton M200", 2016, 2019, 10600),
        Model("Dell", "OptiPlex 3060", 2018, 2020, 11500),
        Model("HP", "ProDesk 400 G5", 2018, 2020, 12200)
    )),
    "laptop": ("NB", 2, (
        Model("Dell", "Latitude E5430", 2012, 2014, 17900),
        Model("HP", "ProBook 440 G2", 2014, 2016, 15900),
        Model("Lenovo", "ThinkPad L450", 2015, 2017, 17200),
        Model("Dell", "Latitude 3480", 2017, 2018, 16800),
        Model("HP", "ProBook 450 G5", 2018, 2020, 17500),
        Model("Acer", "TravelMate P249", 2016, 2019, 13400),
        Model("Asus", "X450L", 2013, 2016, 12900),
        Model("Lenovo", "ThinkPad E480", 2018, 2020, 18100)
    )),
    "tablet": ("TB", 1, (
        Model("Samsung", "Galaxy Tab A 10.1", 2016, 2020, 7600),
        Model("Samsung", "Galaxy Tab 4", 2014, 2016, 8900)
    )),
    "monitor": ("MH", 3, (
        Model("Dell", "E1912H", 2011, 2014, 2700),
        Model("HP", "LV1911", 2011, 2014, 2500),
        Model("Dell", "E1916H", 2015, 2019, 2450),
        Model("LG", "20MP48A", 2015, 2018, 2300),
        Model("Samsung", "S19F350", 2017, 2020, 2400),
        Model("HP", "V194", 2016, 2019, 2350),
        Model("ViewSonic", "VA2055Sa", 2014, 2016, 2600),
        Model("Dell", "E2016H", 2016, 2020, 2800)
    )),
    "printer": ("IN", 1, (
        Model("Canon", "LBP 2900", 2011, 2019, 3400),
        Model("HP", "LaserJet P1102", 2011, 2014, 2600),
        Model("Canon", "LBP 6230dn", 2014, 2019, 4700),
        Model("HP", "LaserJet Pro M404dn", 2019, 2021, 7900),
        Model("Brother", "HL-L2321D", 2015, 2019, 3100),
        Model("Brother", "HL-L5100DN", 2016, 2020, 7200),
        Model("Epson", "LQ-310", 2014, 2020, 5200)
    )),
    "scanner": ("SC", 1, (
        Model("Canon", "imageFORMULA DR-C225", 2014, 2019, 11500),
        Model("HP", "ScanJet Pro 2000 s1", 2017, 2020, 9800),
        Model("Epson", "WorkForce DS-410", 2018, 2020, 9200),
        Model("HP", "ScanJet 5590", 2011, 2014, 8900)
    )),
    "photocopier": ("PT", 1, (
        Model("Ricoh", "MP 2014", 2015, 2020, 26500),
        Model("Toshiba", "e-Studio 2309A", 2015, 2020, 27900),
        Model("Fuji Xerox", "DocuCentre S2011", 2014, 2019, 24800),
        Model("Canon", "iR 2420L", 2011, 2015, 25500)
    )),
    "ups": ("UP", 2, (
        Model("Santak", "TG500", 2011, 2020, 950),
        Model("Santak", "TG1000", 2013, 2020, 2300),
        Model("APC", "Back-UPS 650", 2014, 2020, 1650)
    )),
    "switch": ("SW", 2, (
        Model("TP-Link", "TL-SF1016D", 2011, 2020, 650),
        Model("TP-Link", "TL-SG1024D", 2014, 2020, 1900),
        Model("Cisco", "SF220-24", 2014, 2018, 5200),
        Model("Cisco", "Catalyst 2960-24TT", 2011, 2016, 14500)
    )),
    "router": ("RT", 2, (
        Model("DrayTek", "Vigor 2925", 2014, 2019, 4200),
        Model("DrayTek", "Vigor 2920", 2011, 2014, 4500),
        Model("MikroTik", "RB750Gr3", 2017, 2020, 1650)
    )),
    "wifi": ("WF", 2, (
        Model("TP-Link", "TL-WR841N", 2011, 2017, 380),
        Model("TP-Link", "Archer C50", 2016, 2020, 620),
        Model("Ubiquiti", "UniFi AP AC Lite", 2016, 2020, 2350)
    )),
    "firewall": ("FW", 3, (
        Model("Fortinet", "FortiGate 60D", 2013, 2016, 19500),
        Model("Fortinet", "FortiGate 60E", 2017, 2020, 21500),
        Model("Fortinet", "FortiGate 100E", 2017, 2020, 68000)
    )),
    "server": ("MC", 3, (
        Model("Dell", "PowerEdge R720", 2012, 2014, 92000),
        Model("HP", "ProLiant DL380 Gen9", 2015, 2017, 118000),
        Model("Dell", "PowerEdge R740", 2018, 2020, 142000),
        Model("Dell", "PowerEdge T330", 2016, 2018, 46000)
    )),
    "storage": ("LT", 3, (
        Model("Synology", "RS815+", 2015, 2018, 32000),
        Model("Synology", "DS418", 2018, 2020, 14500)
    )),
    "camera": ("CM", 2, (
        Model("Hikvision", "DS-2CD1021-I", 2017, 2020, 1450),
        Model("Hikvision", "DS-2CE16C0T", 2014, 2018, 950)
    )),
    "projector": ("MCH", 2, (
        Model("Sony", "VPL-EX435", 2016, 2020, 14900),
        Model("Panasonic", "PT-LB303", 2016, 2020, 13900),
        Model("ViewSonic", "PJD5132", 2012, 2016, 9800)
    )),
    "codec": ("VC", 3, (
        Model("Polycom", "HDX 7000", 2011, 2014, 155000),
        Model("Polycom", "RealPresence Group 500", 2014, 2019, 168000),
        Model("Yealink", "VC800", 2018, 2021, 96000)
    )),
    "microphone": ("MIC", 1, (
        Model("Shure", "CVG18", 2014, 2020, 3900),
        Model("Logitech", "Group Mic", 2016, 2020, 4400)
    )),
    "television": ("TV", 2, (
        Model("Samsung", "UA43J5100", 2015, 2018, 9800),
        Model("Sony", "KD-49X7000E", 2017, 2019, 14900),
        Model("LG", "43LH511T", 2016, 2019, 8700),
        Model("Samsung", "UA40EH5000", 2012, 2015, 9900)
    )),
    "phone": ("DT", 1, (
        Model("Panasonic", "KX-TS500", 2011, 2020, 320),
        Model("Grandstream", "GXP1610", 2015, 2020, 980),
        Model("Yealink", "SIP-T21P", 2016, 2020, 1350)
    )),
    "air-conditioner": ("DH", 2, (
        Model("Daikin", "FTNE35MV1V", 2014, 2019, 11800),
        Model("Panasonic", "CU-N12SKH", 2015, 2019, 10900)
    )),
    "software": ("PM", 1, (
        Model("Microsoft", "Office 2016 Standard", 2016, 2019, 7900),
        Model("Kaspersky", "Endpoint Security", 2014, 2020, 320)
    )),
}
# fmt: on

_SIGNS = "0123456789BCDFGHJKLMNPQRSTVWXYZ"
_SPREAD = 31**5


class Numbers:
    """Hands out serials and hardware addresses in the form of their make, none twice."""

    def __init__(self) -> None:
        self._serials: dict[str, int] = {}
        self._addresses: dict[str, int] = {}

    def serial(self, make: str, year: int, chance: Chance) -> str:
        """The next serial of *make*; it shows the *year* as serials do."""
        number = self._serials[make] = self._serials.get(make, 0) + 1
        # Multiplying by a number without common divisor scatters and keeps apart (mod 31^5).
        rest, text = number * 17_000_023 % _SPREAD, ""
        for _place in range(5):
            rest, sign = divmod(rest, 31)
            text += _SIGNS[sign]
        lap = number // _SPREAD  # past 28 million of a make a sixth place begins
        first = _SIGNS[10 + chance.below(21)]
        return f"{MAKES[make][1]}{first}{year % 10}{text}{_SIGNS[lap] if lap else ''}"

    def mac(self, make: str) -> str | None:
        """The next hardware address of *make*, None for a make without network equipment."""
        prefix = MAKES[make][0]
        if not prefix:
            return None
        number = self._addresses[prefix] = self._addresses.get(prefix, 0) + 1
        low = number * 10_368_889 % (1 << 24)
        return f"{prefix}:{low >> 16:02x}:{low >> 8 & 255:02x}:{low & 255:02x}"
