"""What the tests of evidence share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from opsconsole.evidence import patterns


@pytest.fixture(scope="module", params=["re", "pcre2"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """What runs the patterns of logs, one after the other."""
    if request.param == "pcre2":
        pytest.importorskip("pcre2", reason="no wheel of pcre2 for this machine")

    def _missing(name: str) -> object:
        raise ImportError(name)

    patterns._compiled.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "re":
            patch.setattr(patterns, "import_module", _missing)
        yield request.param
    patterns._compiled.cache_clear()
