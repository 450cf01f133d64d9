"""What declared things are called, in the language in use."""

from __future__ import annotations

from opsconsole.catalogue import spoken


class Titled:
    """Whatever has a name in Vietnamese and in English."""

    __slots__ = ()
    name: str
    name_en: str

    @property
    def title(self) -> str:
        """The name in the language in use."""
        return spoken(self.name, self.name_en)


class InUnits:
    """Whatever is counted in a unit of measure: of those built in (percent, count) or of its own, which has
    a word in each language."""

    __slots__ = ()
    unit_of_measure: str
    unit_of_measure_en: str

    @property
    def unit_text(self) -> str:
        """The unit of measure in the language in use; one built in by its code (see ``amounts``)."""
        return spoken(self.unit_of_measure, self.unit_of_measure_en)


class Named(Titled):
    """Whatever is called as an indicator is, with a name for narrow places."""

    __slots__ = ()
    short: str
    short_en: str

    @property
    def short_title(self) -> str:
        """The name for narrow places in the language in use."""
        return spoken(self.short, self.short_en)
