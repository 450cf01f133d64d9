"""The catalogue of texts that users see: English in the code, other languages by gettext.

``_("Assets")`` gives the text in the chosen language; ``opsconsole/locale/vi`` has Vietnamese.
``make check`` fails when a text is missing there.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

LANGUAGES = ("vi", "en")
DOMAIN = "opsconsole"
DIRECTORY = Path(__file__).parent / "locale"
_current: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"
# What one block of one thread speaks instead: a report in English beside a Vietnamese screen.
_spoken: ContextVar[tuple[str, gettext.NullTranslations] | None] = ContextVar("spoken", default=None)


def use_language(language: str) -> None:
    """Speak *language* (``vi`` or ``en``) from now on, in this process."""
    global _current, _language
    _language, _current = language, _translations(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak *language* within the block, in this thread alone."""
    token = _spoken.set((language, _translations(language)))
    try:
        yield
    finally:
        _spoken.reset(token)


def _translations(language: str) -> gettext.NullTranslations:
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}; known: {', '.join(LANGUAGES)}")
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, DIRECTORY, [language], fallback=True)


def language() -> str:
    """The language in use."""
    spoken = _spoken.get()
    return spoken[0] if spoken else _language


def spoken(vietnamese: str, english: str) -> str:
    """The one of two texts that is in the language in use."""
    return vietnamese if language() == "vi" else english


def _(message: str) -> str:
    """*message* in the language in use."""
    spoken = _spoken.get()
    return (spoken[1] if spoken else _current).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """*one* or *many* by *count*, in the language in use."""
    spoken = _spoken.get()
    return (spoken[1] if spoken else _current).ngettext(one, many, count)


def N_(message: str) -> str:
    """*message* unchanged, marked so that it is in the catalogue: ``_`` is called where it is shown."""
    return message
