"""JSON Schema of the documents of each kind, so that editors complete and check while one writes."""

from __future__ import annotations

from typing import Any

from opsconsole.inventory.fields import fields_schema
from opsconsole.inventory.kind import TOMBSTONE, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of a document of *kind*.

    Editors read scalars by YAML's own rules where the loader keeps the text, so a text field
    allows numbers and booleans too.
    """
    item = fields_schema(kind.fields)
    item["properties"] = dict(item["properties"]) | {kind.ends_by: TOMBSTONE.schema()}
    unit = {"type": ["string", "number"], "title": "code of the unit"}
    if kind.unit:
        item["properties"]["unit"] = unit
    defaults = {**item, "required": []}
    # A field may come from the defaults, so an editor cannot demand it of each item.
    item = {**item, "required": []}
    head: dict[str, Any] = {
        "kind": {"const": kind.name},
        "as_of": {
            "type": "string",
            "format": "date",
            "title": "the day of the list that unit codes are from",
        },
        "sample": {"type": ["string", "boolean"], "title": "generated, not real"},
        "note": {"type": "string"},
        "defaults": defaults,
        "items": {
            "type": ["object", "null"],
            "additionalProperties": item,
            "title": f"by {kind.key.schema().get('description', 'key')}",
        },
    }
    if kind.unit:
        head["unit"] = unit
    return {
        "$schema": DIALECT,
        "title": kind.title,
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "items"],
        "properties": head,
    }
