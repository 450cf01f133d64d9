"""How wide a text is on paper, before anything sets it."""

from __future__ import annotations

import re


def breadth(text: str, size: float, *, bold: bool = False) -> float:
    """About how many points wide *text* is in Times: capitals 0.72, letters 0.48, blanks 0.25 em."""
    wide = sum(
        0.25 if char == " " else 0.72 if char.isupper() else 0.33 if char in "-ijlt" else 0.48
        for char in text
    )
    return wide * size * (1.04 if bold else 1.0)


def divisible(text: str, room: float, size: float) -> str:
    """*text* with a place of no width after the stops of each word that is wider than *room* points: a code
    like ``units.without_internet`` goes on in the next line, not over the next column. Dates and numbers
    stay whole."""
    if breadth(text, size) <= room:
        return text
    return " ".join(
        re.sub(r"(?<=[^\W\d])[._/@:=-](?=\w)|(?<=\d)[._/@:=-](?=[^\W\d])", "\\g<0>\u200b", word)
        if breadth(word, size) > room
        else word
        for word in text.split(" ")
    )


def balanced(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """*text* in two lines of about one length where it is a little wider than *room* points: no word of a
    name stands alone."""
    wide = breadth(text, size, bold=bold)
    words = text.split(" ")
    if not room * 0.97 < wide < room * 1.9 or len(words) < 2:
        return text
    places = range(1, len(words))
    best = min(places, key=lambda at: abs(breadth(" ".join(words[:at]), size, bold=bold) - wide / 2))
    return " ".join(words[:best]) + "\n" + " ".join(words[best:])
