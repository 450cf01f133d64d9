from __future__ import annotations

from pathlib import Path

import pytest

from opsconsole.sample.frame import SampleUnit, read_units
from opsconsole.sample.register import UnitSample, register

INVENTORY = Path(__file__).parents[2] / "inventory"


@pytest.fixture(scope="session")
def units() -> list[SampleUnit]:
    """The declared units of 2019."""
    return read_units([INVENTORY], "2019-01-01")


@pytest.fixture(scope="session")
def few(units: list[SampleUnit]) -> list[SampleUnit]:
    """The province, two departments and a district with its communes."""
    return [u for u in units if u.code in ("17", "hb-02", "hb-11", "158") or u.parent == "158"]


@pytest.fixture(scope="session")
def whole(units: list[SampleUnit]) -> list[UnitSample]:
    """The register of seed 42 at scale 1."""
    return list(register(units, 42, 1.0, 2019))
