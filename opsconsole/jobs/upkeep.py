"""Jobs that look after the register itself: backup, check of the chain of changes, drift of the files."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.jobs.alerts import Judgement
from opsconsole.store.clock import now

if TYPE_CHECKING:
    from opsconsole.jobs.work import Work

MOST_NAMED = 5


# --- backup --------------------------------------------------------------------------------------


def backup(work: Work) -> None:
    """A verified copy of the database in the folder of ``backup:``; of the copies that this job made,
    the newest ``keep`` stay. Fails for PostgreSQL where its pg_dump is not found."""
    from opsconsole.store.backup import backup as copy

    database = work.database
    folder, stem = backups_of(work)
    suffix = "dump" if database.postgres else "db"
    name = f"{stem}{now():%Y%m%dT%H%M%S.%fZ}.{suffix}"
    made = copy(database, folder / name, work.settings.backups.programs, work.stopped)
    removed = thin_out(folder, stem, max(1, work.settings.backups.keep))
    work.remark(
        _("{path}: {size} bytes, sha256 {sha256}").format(
            path=made.path.name, size=made.size, sha256=made.sha256
        )
    )
    for path in removed:
        work.remark(_("{path}: removed, it was older than what is kept").format(path=path.name))
    with database.write() as writer:
        work.finish(
            writer,
            {
                "file": made.path.name,
                "bytes": made.size,
                "rows": sum(made.rows.values()),
                "removed": len(removed),
            },
        )


def backups_of(work: Work) -> tuple[Path, str]:
    """The folder for the copies of the database, and how the names of those of this job begin."""
    path = work.database.path
    beside = (path.parent if path else work.settings.root) / "backups"
    return work.settings.backups.folder or beside, f"{path.stem if path else 'database'}-job-"


def thin_out(folder: Path, stem: str, keep: int) -> list[Path]:
    """Remove all but the newest *keep* copies in *folder* whose names begin with *stem*, each with
    its checksum, and what a copy that was broken off left. Returns the copies removed."""
    name = re.compile(re.escape(stem) + r"\d{8}T\d{6}\.\d{6}Z\.(db|dump)")
    for left in folder.glob("*.partial"):
        if name.fullmatch(left.name.removesuffix(".partial")):
            with suppress(OSError):
                left.unlink()
    copies = sorted(path for path in folder.iterdir() if name.fullmatch(path.name))
    removed = copies[:-keep]
    for path in removed:
        path.unlink(missing_ok=True)
        path.with_name(path.name + ".sha256").unlink(missing_ok=True)
    return removed


# --- audit-verify ----------------------------------------------------------------------------------


def audit_verify(work: Work) -> None:
    """Check the whole history as 'opsconsole audit verify' does. It fails with what it finds."""
    from opsconsole.inventory.audit import audit
    from opsconsole.inventory.kinds import standard

    with work.database.read() as reader:
        result = audit(reader, standard(), work.settings.anchors)
    subject = work.database.province
    if result.findings:
        said = "; ".join(map(str, result.findings[:MOST_NAMED]))
        work.judge(Judgement("audit-broken", {subject: said}))
        for finding in result.findings:
            work.remark(str(finding))
        named = "; ".join(map(str, result.findings[:MOST_NAMED]))
        more = len(result.findings) - MOST_NAMED
        raise Refused(
            _("the chain of changes does not hold: {findings}").format(findings=named)
            + (_(" … and {count} more").format(count=more) if more > 0 else "")
            + _("; see 'opsconsole audit verify'")
        )
    work.judge(Judgement("audit-broken", {}))
    work.remark(_("head of the chain {head}").format(head=result.head))
    with work.database.write() as writer:
        work.hold(writer)
        counts = {"changes": result.checked, "revisions": result.revisions, "anchors": result.anchors}
        work.finish(writer, counts)


# --- inventory-drift ---------------------------------------------------------------------------------


def inventory_drift(work: Work) -> None:
    """How far the declared files are from the register: the plan is made and counted, never applied.
    It fails where the files hold errors."""
    from opsconsole.inventory.planning import make_plan
    from opsconsole.strictyaml import ProblemsFound

    try:
        plan = make_plan(work.database, work.settings)
    except ProblemsFound as found:
        for problem in found.problems:
            work.remark(str(problem))
        raise Refused(
            _("the declared files hold {count} errors, first {problem}").format(
                count=len(found.problems), problem=found.problems[0]
            )
        ) from None
    if plan.changes:
        work.remark(_("the plan has the digest {digest}").format(digest=plan.digest))
    for stop in plan.stops:
        work.remark(str(stop))
    with work.database.write() as writer:
        work.hold(writer)
        work.finish(
            writer,
            {
                **plan.counts,
                "changes": len(plan.changes),
                "stops": len(plan.stops),
                "revision": plan.revision,
            },
        )
