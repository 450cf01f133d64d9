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
