"""The hash chain: what a link is.

A revision is a link, and so is each of its changes after it. The hash of a link covers all of
its own fields and the hash of the link before, so that whatever is altered, taken out, put in or
moved later no longer fits. A chain alone accepts a cut tail: its end is held against the head in
``register`` and against anchors, lines of a file that lies elsewhere.
"""

from __future__ import annotations

from hashlib import sha256

from opsconsole.store.database import Row

# The hash before the first link.
START = "0" * 64

CHANGE_COLUMNS = (
    "province", "sequence", "revision", "effective", "kind", "key", "action",
    "unit_id", "before", "after", "file", "line", "hash",
)  # fmt: skip
REVISION_COLUMNS = (
    "province", "number", "at", "effective", "actor", "reason", "plan",
    "first_sequence", "last_sequence", "previous", "hash",
)  # fmt: skip

# A field is written with its length before it and None as "-", so that no two different links
# give one text: ("ab", "c") and ("a", "bc") differ, and so do None and "".


def revision_hash(previous: str, fields: Row) -> str:
    """The hash of a revision with *fields* (columns from province to last_sequence) after the
    link *previous*."""
    parts = [str(value) for value in fields]
    text = f"opsconsole revision 1\n{previous}" + "".join(f"{len(part)}:{part}" for part in parts)
    return sha256(text.encode()).hexdigest()


def change_hash(previous: str, fields: Row) -> str:
    """The hash of a change with *fields* (columns from province to line) after the link *previous*."""
    # Spelled out, because a whole register makes 30,000 links in one transaction.
    province, sequence, revision, effective, kind, key, action, unit_id, before, after, file, line = fields
    text = (
        f"opsconsole change 1\n{previous}{len(province)}:{province}{sequence}:{revision}:{line}:"
        f"{len(effective)}:{effective}{len(kind)}:{kind}{len(key)}:{key}{len(action)}:{action}"
        f"{'-' if unit_id is None else f'{len(unit_id)}:{unit_id}'}"
        f"{'-' if before is None else f'{len(before)}:{before}'}"
        f"{'-' if after is None else f'{len(after)}:{after}'}"
        f"{len(file)}:{file}"
    )
    return sha256(text.encode()).hexdigest()
