"""XML and JSON from servers and people: parsed within bounds, without entities, DTDs or references.

Entity bombs, a million nested elements and references to other files end in one clear reason.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from opsconsole.evidence.reader import Unfit

MAX_DEPTH = 64
MAX_ELEMENTS = 2_000_000


class _Bounded(TreeBuilder):
    """A tree of elements that is neither too deep nor too large."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise Unfit(f"XML nested deeper than {MAX_DEPTH} elements")
        if self._count > MAX_ELEMENTS:
            raise Unfit(f"XML of more than {MAX_ELEMENTS} elements")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Any:
        self._depth -= 1
        return super().end(tag)


def xml(data: bytes) -> Element:
    """The root of an XML document, its tags without name spaces. Raises Unfit."""
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except DefusedXmlException:
        raise Unfit("XML with entities or a document type; neither is read") from None
    except ParseError as error:
        raise Unfit("not well-formed XML", error.position[0]) from None
    except (LookupError, ValueError):
        raise Unfit("XML in an encoding that is not known") from None
    for element in root.iter():
        if element.tag.startswith("{"):
            element.tag = element.tag.rpartition("}")[2]
    return root


def text(element: Element, name: str) -> str:
    """The text of the child *name*, without outer blanks; '' where there is none."""
    return (element.findtext(name) or "").strip()


def parsed(data: bytes | str) -> Any:
    """The value of a JSON text. Raises Unfit."""
    try:
        return json.loads(data)
    except RecursionError:
        raise Unfit("JSON nested too deep") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise Unfit("not JSON", getattr(error, "lineno", 0)) from None


def mapping(value: Any) -> dict[str, Any]:
    """*value* where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def word(value: Any) -> str:
    """*value* where it is a text or a number, as text; else ''."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value)[:500].strip()
