"""Every screen, in both languages, at 80×24 and 160×45, as it was when somebody looked at it."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from tests.console import snapshots
from tests.console.snapshots import FOLDER, RENEW, Scene, scenes, shoot
from tests.console.worlds import Copies

SCENES = list(scenes())


@pytest.fixture(autouse=True)
def _steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    snapshots.steady(monkeypatch.setattr)


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """Working copies that are made once in this process."""
    return Copies(tmp_path_factory.mktemp("worlds"))


@pytest.mark.parametrize("scene", SCENES, ids=str)
async def test_a_screen_looks_as_it_did(
    scene: Scene, copies: Copies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "copy"))
    text, picture = await shoot(scene, copies, tmp_path / "copy")
    before = scene.file.read_text("utf-8") if scene.file.exists() else ""
    if text == before:
        return
    shown = tmp_path / f"{scene}.svg"
    shown.write_text(picture, encoding="utf-8")
    difference = "\n".join(difflib.unified_diff(before.splitlines(), text.splitlines(), "before", "now", n=1))
    raise AssertionError(f"{scene} looks otherwise: {shown}\n{difference}\nif that is meant: {RENEW}")


def test_no_picture_is_of_a_screen_that_is_gone() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {scene.file.name for scene in SCENES}
