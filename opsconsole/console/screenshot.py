"""A picture of a page, made without a terminal: ``python -m opsconsole.console.screenshot OUT.svg``.

Reads the configured database like the console; the README's picture is made with it.
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsconsole.console.pagenames import places

if TYPE_CHECKING:
    from opsconsole.console.app import Console

# So often it is looked whether everything is read, 20 ms apart, before the picture is taken as it is.
_LOOKS = 500


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--screen", type=click.Choice(places()), default="overview", help="The page.")
@click.option("--keys", default="", help="Keys to press first, by Textual's names, separated by blanks.")
@click.option("--size", default="100x30", metavar="COLUMNSxLINES", help="Size of the terminal.")
@click.option("--language", type=click.Choice(["vi", "en"]), default=None, help="Another language.")
def main(out: Path, screen: str, keys: str, size: str, language: str | None) -> None:
    """Save a picture (SVG) of a page of the console to OUT."""
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    from opsconsole.catalogue import use_language
    from opsconsole.console.app import Console
    from opsconsole.settings import load
    from opsconsole.store.database import Database

    settings = load()
    use_language(language or settings.language)
    columns, _x, lines = size.partition("x")
    app = Console(Database(settings.database, settings.province), settings, page=screen)
    picture = asyncio.run(_picture(app, keys.split(), (int(columns), int(lines))))
    out.write_text(_standing_alone(picture), encoding="utf-8")


def _standing_alone(picture: str) -> str:
    """*picture* without the fonts that it would fetch from outside: any monospaced one serves."""
    alone = re.sub(r"@font-face\s*\{[^}]*\}", "", picture)
    return alone.replace("Fira Code,", "'DejaVu Sans Mono', 'Liberation Mono',")


async def _picture(app: Console, keys: list[str], size: tuple[int, int]) -> str:
    async with app.run_test(size=size) as pilot:
        await _settled(app)
        for key in keys:
            await pilot.press(key)
            await _settled(app)
        return app.export_screenshot(title="opsconsole")


async def _settled(app: Console) -> None:
    """Wait until a picture of the same text was seen a few times in a row, and nothing is read."""
    same, last = 0, ""
    for _look in range(_LOOKS):
        await asyncio.sleep(0.02)
        text = app.export_screenshot(simplify=True)
        busy = any(not worker.is_finished for worker in app.workers)
        same = 0 if busy or text != last else same + 1
        last = text
        if same == 10:
            return


if __name__ == "__main__":
    main()
