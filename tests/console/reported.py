"""An issued report over the small register of ``filled``: one figure of its own evidence, one stated."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from opsconsole.reports.model import Conflict, Figure
from opsconsole.store.database import Database
from tests.console.filled import insert

OBSERVED = Figure(
    number=1,
    name="regular",
    sort="observed",
    key="mail.regular/all/2019-02",
    label="Regular users of e-mail",
    value=50.0,
    text="50 %",
    unit_of_measure="percent",
    of="the whole province",
    level="all",
    period="2019-02",
    numerator=30.0,
    denominator=60.0,
    low=45.0,
    high=55.0,
    rule="regular/1",
    formula="regularly used / all x 100",
    version=1,
    cut_off="2019-02-28",
    sequence=1,
    revision=1,
    evidence=("mail/mail.log-201902.gz to byte 900",),
    known=26,
    asked=28,
)
STATED = Figure(
    number=2,
    name="sites",
    sort="reported",
    key="144/sites",
    label="Member sites",
    value=32.0,
    text="32",
    period="2019",
    source="plan 144",
    place="I.1",
    quote="toàn tỉnh có 32 trang",
    conflicts=(1,),
)
CONFLICT = Conflict(
    1, "sites-once", "conflict", "in conflict", "Sites are one number", "stated: 32, 31", (2,)
)


def issue(database: Database, number: int = 1, **other: Any) -> None:
    """Put an issued report down as it stands in the tables; *other* are columns, and ``figures``."""
    figures: tuple[Figure, ...] = other.pop("figures", (OBSERVED, STATED))
    row = {
        "year": 2020,
        "number": number,
        "sign": f"{number:02d}/BC-STTTT",
        "outline": "usage",
        "outline_digest": "0",
        "period": "2019-02",
        "unit_id": "",
        "language": "en",
        "title": "Use of shared systems",
        "subject": "Use of shared systems in 02/2019",
        "issued_on": "2020-01-05",
        "issued_at": "2020-01-05T02:00:00.000000Z",
        "issued_by": "officer",
        "conflicts": json.dumps([asdict(CONFLICT)]),
        "conflict_reason": "the plan says so itself",
        "corrects_year": None,
        "corrects_number": None,
        "corrects_reason": "",
        "register_id": "r",
        "revision": 1,
        "sequence": 1,
        "head": "h",
        "cut_off": "2019-02-28",
        "manifest": f"m{number}",
        "folder": "01",
        "personal": 0,
    } | other
    with database.write() as writer:
        insert(writer, "report", [row])
        insert(
            writer,
            "report_figure",
            [
                {
                    "year": row["year"],
                    "number": number,
                    "place": one.number,
                    "name": one.name,
                    "sort": one.sort,
                    "key": one.key,
                    "value": one.value,
                    "sequence": one.sequence,
                    "data": json.dumps(asdict(one), ensure_ascii=False),
                }
                for one in figures
            ],
        )
