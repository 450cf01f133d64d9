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


def chart(values: list[float | None], target: float | None, height: int) -> list[str]:
    """*values* as columns of two cells, *height* lines from the top down, all from 0 to the greatest
    value or *target*; the line of the target is drawn through, ``?`` stands for what is not known."""
    known = [value for value in values if value is not None]
    top = max([*known, target or 0.0], default=0.0) or 1.0
    steps = len(SPARKS)
    mark = None if target is None else height - 1 - min(height - 1, int(target / top * height))
    lines = []
    for line in range(height):
        cells = []
        for value in values:
            filled = 0 if value is None else round(max(0.0, value) / top * height * steps)
            here = filled - (height - 1 - line) * steps
            sign = SPARKS[min(steps, here) - 1] if here > 0 else "╌" if line == mark else " "
            if value is None and line == height - 1:
                sign = "?"
            cells.append(sign * 2 if sign != "?" else " ?")
        between = "╌" if line == mark else " "
        lines.append(between.join(cells))
    return lines
