"""What typst sets: a whole PDF from the data of a document, and a chart as a picture.

Nothing outside the package is read: its own fonts, no packages, no network.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from opsconsole.reports.model import Chart

FONTS = Path(__file__).parents[1] / "fonts"
PROGRAM = Path(__file__).with_name("typeset.py")


def set_(data: dict[str, Any], root: Path, *, tags: bool = True) -> bytes:
    """The PDF of *data*, set in a process of its own that gives its memory back; with *tags* for who has
    it read out. Raises RuntimeError with what typst says."""
    source, target = root / "report.typ", root / "report.pdf"
    (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    words = [str(each) for each in (source, root, FONTS, target)] + (["tags"] if tags else [])
    # -P: the folder of that program has modules called as some of Python's own
    done = subprocess.run(  # noqa: S603 - this Python with a module of this package
        [sys.executable, "-P", str(PROGRAM), *words], capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace").strip())
    return target.read_bytes()


def picture(chart: Chart, ppi: float = 200) -> bytes:
    """A chart as PNG, for formats that take no SVG."""
    import typst

    with tempfile.TemporaryDirectory(prefix="opsconsole-chart-") as work:
        root = Path(work)
        (root / "chart.svg").write_text(chart.svg, encoding="utf-8")
        source = root / "chart.typ"
        source.write_text(
            f"#set page(width: {chart.width}pt, height: {chart.height}pt, margin: 0pt)\n"
            f'#image("chart.svg", width: {chart.width}pt)\n',
            encoding="utf-8",
        )
        made = typst.compile(
            str(source),
            root=str(root),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format="png",
            ppi=ppi,
        )
        return bytes(made)
