"""Colours: blue, orange and vermilion, which people with the common defects of colour vision tell
apart. Status is always said in words as well."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="opsconsole-dark",
    primary="#56b4e9",
    secondary="#9fb8cc",
    accent="#8ecae6",
    foreground="#e6e6e6",
    background="#10161c",
    surface="#18212a",
    panel="#202c37",
    success="#56b4e9",
    warning="#e69f00",
    error="#f2784b",
    dark=True,
)
LIGHT = Theme(
    name="opsconsole-light",
    primary="#00588c",
    secondary="#4a6074",
    accent="#005f87",
    foreground="#1a1a1a",
    background="#fafafa",
    surface="#eef1f4",
    panel="#dfe5ea",
    success="#00588c",
    warning="#8a5a00",
    error="#b03a00",
    dark=False,
)

# For bad light, projectors and weak eyes: black and white, one strong colour, nothing in between.
DARK_CONTRAST = Theme(
    name="opsconsole-dark-contrast",
    primary="#ffff00",
    secondary="#ffffff",
    accent="#00ffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#262626",
    success="#00d7ff",
    warning="#ffaf00",
    error="#ff8700",
    dark=True,
)
LIGHT_CONTRAST = Theme(
    name="opsconsole-light-contrast",
    primary="#000080",
    secondary="#000000",
    accent="#000080",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#e4e4e4",
    success="#00005f",
    warning="#5f3700",
    error="#870000",
    dark=False,
)
THEMES = (DARK, LIGHT, DARK_CONTRAST, LIGHT_CONTRAST)
BY_NAME = {each.name: each for each in THEMES}
NAMES = tuple(BY_NAME)
