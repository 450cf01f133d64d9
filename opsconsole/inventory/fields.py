"""The types of fields: how a written text becomes a stored value, and back.

A type turns text into a value (raising ValueError with what would be right), names its column
type, writes the value back as YAML text, and describes itself as JSON Schema. Stored values are
int, float and str only; a list or mapping is stored as canonical JSON.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from opsconsole.catalogue import _
from opsconsole.endpoints import endpoint
from opsconsole.text import squeeze


class FieldType(Protocol):
    """What a field of a kind can be."""

    @property
    def column(self) -> str:
        """The type of its column: ``text``, ``whole`` or ``real``."""

    def convert(self, text: str) -> Any:
        """The value written as *text*. Raises ValueError saying what would be right."""

    def schema(self) -> dict[str, Any]:
        """The type as JSON Schema."""


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)


def canonical(value: Any) -> str:
    """*value* as JSON with sorted keys and no blanks: equal values give equal text."""
    return _CANONICAL.encode(value)


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text, not blank; white space is squeezed, *most* is the longest allowed."""

    most: int = 200
    column: str = field(default="text", init=False)

    def convert(self, text: str) -> str:
        value = text if text.isascii() and "  " not in text and text.isprintable() else squeeze(text)
        if len(value) > self.most:
            raise ValueError(
                _("has {count} characters; at most {most} are allowed").format(
                    count=len(value), most=self.most
                )
            )
        if not (value := value.strip()):
            raise ValueError(_("is blank; give a value or delete the line"))
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"], "maxLength": self.most}


@dataclass(frozen=True, slots=True)
class Code:
    """A text of one pattern; *form* says it in words."""

    pattern: str
    form: str
    column: str = field(default="text", init=False)

    def convert(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text, re.ASCII):
            raise ValueError(_("must be {form}").format(form=_(self.form)))
        return text

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number"], "pattern": f"^(?:{self.pattern})$", "description": _(self.form)}


@dataclass(frozen=True, slots=True)
class Mac:
    """A hardware address, stored as ``aa:bb:cc:dd:ee:ff`` whichever separators were written."""

    column: str = field(default="text", init=False)

    def convert(self, text: str) -> str:
        if len(text) == 17 and re.fullmatch(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}", text):
            return text
        digits = re.sub(r"[:.\-]", "", text).lower()
        if not re.fullmatch(r"[0-9a-f]{12}", digits):
            raise ValueError(_("must be a hardware address, such as 00:1b:44:11:3a:b7"))
        return ":".join(digits[i : i + 2] for i in range(0, 12, 2))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2}){5}$"}


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address, stored in lower case."""

    column: str = field(default="text", init=False)

    def convert(self, text: str) -> str:
        value = text.lower()
        form = r"[a-z0-9._+'-]{1,64}@(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}"
        if len(value) > 254 or not re.fullmatch(form, value):
            raise ValueError(_("must be an e-mail address, such as ten.nguoi@hoabinh.example"))
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "email"}


@dataclass(frozen=True, slots=True)
class Called:
    """The address by which a conference site is called: SIP, H.323, a URL or a host (``endpoints``)."""

    column: str = field(default="text", init=False)

    def convert(self, text: str) -> str:
        if len(text) > 200:
            raise ValueError(
                _("has {count} characters; at most {most} are allowed").format(count=len(text), most=200)
            )
        return endpoint(text).text

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 200}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from *least* to *most*, written with digits only."""

    least: int = 0
    most: int = 2**53
    column: str = field(default="whole", init=False)

    def convert(self, text: str) -> int:
        if text.isdigit() and text.isascii() and len(text) < 18:
            value = int(text)
            if self.least <= value <= self.most:
                return value
        raise ValueError(
            _("must be a whole number from {least} to {most}, digits only").format(
                least=self.least, most=self.most
            )
        )

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Number:
    """A number with a decimal point, finite.

    With *most_digits* one that is written with more digits is refused: up to 15, the stored value
    is the written one, and decimal arithmetic over it is exact.
    """

    least: float = -1e15
    most: float = 1e15
    most_digits: int | None = None
    column: str = field(default="real", init=False)

    def convert(self, text: str) -> float:
        if re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text) and text.isascii():
            if self.most_digits and len(re.sub(r"[-.]", "", text).lstrip("0")) > self.most_digits:
                raise ValueError(_("must not have more than {most} digits").format(most=self.most_digits))
            value = float(text) + 0.0  # which makes -0.0 the 0.0 that it is
            if self.least <= value <= self.most:
                return value
        raise ValueError(_("must be a number such as 80 or 67.53 (a decimal point, no grouping)"))

    def schema(self) -> dict[str, Any]:
        return {"type": "number"}


@dataclass(frozen=True, slots=True)
class Day:
    """A date, written and stored as YYYY-MM-DD."""

    column: str = field(default="text", init=False)

    def convert(self, text: str) -> str:
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):  # no date of a week, such as 2019-W10-1
                dt.date.fromisoformat(text)
                return text
        except ValueError:
            pass
        raise ValueError(_("must be a date that exists, YYYY-MM-DD"))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A local date and time to the minute, written ``2019-03-05 08:00``, stored with a T."""

    column: str = field(default="text", init=False)

    def convert(self, text: str) -> str:
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", text, re.ASCII):
                return dt.datetime.fromisoformat(text).strftime("%Y-%m-%dT%H:%M").rjust(16, "0")
        except ValueError:
            pass
        raise ValueError(_("must be a local date and time, YYYY-MM-DD HH:MM"))

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d$"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    values: tuple[str, ...]
    column: str = field(default="text", init=False)

    def convert(self, text: str) -> str:
        if text in self.values:
            return text
        near = difflib.get_close_matches(text, self.values, 1)
        hint = _("; did you mean '{near}'?").format(near=near[0]) if near else ""
        raise ValueError(_("must be one of {names}{hint}").format(names=", ".join(self.values), hint=hint))

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.values)}


@dataclass(frozen=True, slots=True)
class Flag:
    """yes or no, stored as 1 or 0."""

    column: str = field(default="whole", init=False)

    def convert(self, text: str) -> int:
        if text in ("yes", "true"):
            return 1
        if text in ("no", "false"):
            return 0
        raise ValueError(_("must be yes or no"))

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Ref:
    """The key of a thing of another kind, which must be declared."""

    kind: str
    column: str = field(default="text", init=False)

    def convert(self, text: str) -> str:
        return text.lower() if self.kind == "accounts" else text

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["string", "number"],
            "description": _("key of one of the {kind}").format(kind=self.kind),
        }


@runtime_checkable
class Refers(Protocol):
    """A field type whose written text may name a thing of some kind, which must be declared."""

    def refers(self, value: str) -> tuple[str, str] | None:
        """(kind, key) of what *value* names; None where it names nothing."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of texts of one type, stored as JSON; order kept, no value twice."""

    item: FieldType
    column: str = field(default="text", init=False)

    def convert(self, text: str) -> Any:
        raise ValueError(_("must be a list"))

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema(), "uniqueItems": True}


@dataclass(frozen=True, slots=True)
class Group:
    """A mapping of fields; with *keyed*, a mapping from a code to such mappings. Stored as JSON."""

    fields: tuple[Field, ...]
    keyed: FieldType | None = None
    column: str = field(default="text", init=False)

    def convert(self, text: str) -> Any:
        raise ValueError(_("must be a mapping"))

    def schema(self) -> dict[str, Any]:
        inner = fields_schema(self.fields)
        return {"type": "object", "additionalProperties": inner} if self.keyed else inner


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind: its name in YAML, its type, the words of help shown beside it."""

    name: str
    type: FieldType
    help: str = ""
    required: bool = False
    column: str = ""

    def __post_init__(self) -> None:
        if not self.column:
            object.__setattr__(self, "column", self.name.replace("-", "_"))


def fields_schema(fields: tuple[Field, ...]) -> dict[str, Any]:
    """The JSON Schema of a mapping of *fields*."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [f.name for f in fields if f.required],
        "properties": {f.name: f.type.schema() | ({"title": f.help} if f.help else {}) for f in fields},
    }
