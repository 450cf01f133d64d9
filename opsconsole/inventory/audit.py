"""The register held against its history: what each row says is what its last change left.

The chain of changes shows whether the history was touched (``store.verify``). A row that somebody
altered in the database itself leaves the chain whole, and no plan would see it: a plan compares
files with what was applied.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from opsconsole.catalogue import _
from opsconsole.inventory.fields import canonical
from opsconsole.inventory.kind import Kind, Kinds
from opsconsole.inventory.records import RowForm
from opsconsole.store import accesschain
from opsconsole.store.database import Reader
from opsconsole.store.verify import Finding, Verification, verify

# Protecting a thing is a change of the thing's key, and says nothing of its content.
_LAST = """
    SELECT c.key, c.sequence, c.after FROM change c JOIN (
        SELECT key, max(sequence) AS newest FROM change
        WHERE province = :province AND kind = :kind AND action NOT IN ('protect', 'unprotect') GROUP BY key
    ) last ON last.newest = c.sequence
    WHERE c.province = :province
"""


def audit(reader: Reader, kinds: Kinds, anchors: Path | None) -> Verification:
    """Check the whole history: the chain, its end against register and *anchors*, what the register says
    of each thing against its last change, and the log of who asked to see people. The only audit: command
    and job call it.

    Raises StoreError when *anchors* cannot be read; before the first apply there is nothing to anchor.
    """
    if anchors is not None and not anchors.exists():
        written = reader.value("SELECT revision FROM register WHERE province = :province")
        anchors = anchors if written else None
    result = verify(reader, anchors)
    asked, _first = accesschain.broken(reader)
    access = (Finding(*each) for each in accesschain.wrong(reader, anchors))
    findings = tuple(sorted((*result.findings, *differences(reader, kinds), *access)))
    return replace(result, findings=findings, asked=asked)


def differences(reader: Reader, kinds: Kinds) -> Iterator[Finding]:
    """Every thing whose row is not what its last change left: altered, missing, or never recorded.

    ``number`` of a finding is the sequence of that change, 0 where there is none.
    """
    for kind in kinds:
        yield from _of_kind(reader, kind)


def _of_kind(reader: Reader, kind: Kind) -> Iterator[Finding]:
    left = {key: (sequence, after) for key, sequence, after in reader.rows(_LAST, {"kind": kind.name})}
    form = RowForm(kind, reader.province)
    digest_at = form.columns.index("digest")
    for row in reader.rows(form.select("true")):
        record = form.record(row)
        sequence, after = left.pop(record.key, (0, None))
        if not sequence:
            message = _("the register holds it, and no change brought it in")
            yield Finding("register", 0, "extra", message, kind.name, record.key)
            continue
        said = {} if after is None else json.loads(after)
        wrong = sorted(
            name for name in said.keys() | record.content.keys() if said.get(name) != record.content.get(name)
        )
        if wrong:
            message = _("the register says something else than change {sequence} left: {names}").format(
                sequence=sequence,
                names="; ".join(
                    f"{name}: {_shown(said.get(name))} → {_shown(record.content.get(name))}" for name in wrong
                ),
            )
        elif row[digest_at] != record.digest:
            message = _("its digest does not fit what it says, so that plans would not see a change of it")
        else:
            continue
        yield Finding("register", sequence, "altered", message, kind.name, record.key)
    for key, (sequence, _after) in left.items():
        message = _("change {sequence} left it, and the register does not hold it").format(sequence=sequence)
        yield Finding("register", sequence, "missing", message, kind.name, key)


def _shown(value: object) -> str:
    return "–" if value is None else value if isinstance(value, str) else canonical(value)
