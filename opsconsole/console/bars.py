"""Figures drawn in one line of text: rows of bars, a filled bar with a mark."""

from __future__ import annotations

SPARKS = "▁▂▃▄▅▆▇"  # the full block would grow into the line above


def sparkline(values: list[float | None], most: float | None = None) -> str:
    """*values* as a row of bars from 0 to *most*; ``·`` is 0 and ``?`` a value that is not known."""
    top = most or max((value for value in values if value is not None), default=0) or 1
    marks = []
    for value in values:
        if value is None:
            marks.append("?")
        elif value <= 0:
            marks.append("·")
        else:
            marks.append(SPARKS[min(len(SPARKS) - 1, int(value / top * (len(SPARKS) - 1) + 0.5))])
    return "".join(marks)


def bar(share: float | None, mark: float | None, width: int) -> str:
    """A bar of *width* cells filled by *share* (0 to 1), with a stroke at *mark*."""
    filled = 0 if share is None else max(0, min(width, round(share * width)))
    cells = ["━"] * filled + ["╌"] * (width - filled)
    if mark is not None and width:
        cells[max(0, min(width - 1, round(mark * width) - 1))] = "┃"
    return "".join(cells)
