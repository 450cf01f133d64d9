"""The catalogue of texts that users see: English in the code, other languages by gettext.

``_("Assets")`` gives the text in the chosen language; ``opsconsole/locale/vi`` has Vietnamese.
``make check`` fails when a text is missing there.
"""

from __future__ import annotations

import gettext
from pathlib import Path

LANGUAGES = ("vi", "en")
DOMAIN = "opsconsole"
DIRECTORY = Path(__file__).parent / "locale"
_current: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def use_language(language: str) -> None:
    """Speak *language* (``vi`` or ``en``) from now on, in this process."""
    global _current, _language
    if language not in LANGUAGES:
        raise ValueError(f"unknown language {language!r}; known: {', '.join(LANGUAGES)}")
    _language = language
    _current = (
        gettext.NullTranslations()
        if language == "en"
        else gettext.translation(DOMAIN, DIRECTORY, [language], fallback=True)
    )


def language() -> str:
    """The language in use."""
    return _language


def _(message: str) -> str:
    """*message* in the language in use."""
    return _current.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """*one* or *many* by *count*, in the language in use."""
    return _current.ngettext(one, many, count)


def N_(message: str) -> str:
    """*message* unchanged, marked so that it is in the catalogue: ``_`` is called where it is shown."""
    return message
