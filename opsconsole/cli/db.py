"""Commands of the database: create and migrate, back up, examine."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame, bar, narrate, say, say_json, table
from opsconsole.cli.speech import Group
from opsconsole.errors import Refused
from opsconsole.words import figure

if TYPE_CHECKING:
    from sqlalchemy import MetaData


def _metadata() -> MetaData:
    """All tables of the product: the store knows its own, the kinds bring theirs."""
    from opsconsole.inventory.kinds import standard
    from opsconsole.inventory.tables import all_tables

    return all_tables(standard())


@click.group(cls=Group)
def db() -> None:
    """Create, migrate, back up and examine the database."""


@db.command()
@click.pass_obj
def upgrade(frame: Frame) -> None:
    """Create the database, or bring it to the newest version.

    A backup is made and verified before an SQLite database is migrated.
    """
    from opsconsole.store.schema import upgrade as run

    done = run(frame.database)
    if not done.changed:
        say(_("The database is at the newest version, {version}.").format(version=done.after))
        return
    if done.backup is not None:
        say(_("Backup: {path}").format(path=done.backup.path))
    if done.operators_backup:
        narrate(_("PostgreSQL is backed up by its operator: was pg_dump run before this?"))
    if done.before is None:
        say(_("The database was made, at version {version}.").format(version=done.after))
    else:
        say(
            _("The database went from version {before} to {after}.").format(
                before=done.before, after=done.after
            )
        )


@db.command()
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="The new file.")
@click.pass_obj
def backup(frame: Frame, target: Path | None) -> None:
    """Copy the database and verify the copy; by default into the folder 'backups' beside it.

    PostgreSQL is copied by its own pg_dump, and the dump read through by pg_restore.
    """
    from opsconsole.store.backup import backup as run

    database, settings = frame.database, frame.settings
    if target is None:
        path = database.path or settings.root / "database.dump"
        stamp = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S.%fZ}"
        target = path.parent / "backups" / f"{path.stem}-{stamp}{path.suffix if database.postgres else '.db'}"
    made = run(database, target, settings.backups.programs)
    say(
        _("{path}: {size} bytes, {rows} rows in {tables} tables, verified").format(
            path=made.path,
            size=figure(made.size),
            rows=figure(sum(made.rows.values())),
            tables=len(made.rows),
        )
    )
    say(f"sha256 {made.sha256}")


@db.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--dry-run", is_flag=True, help="Only say what would be moved; nothing is written.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def move(frame: Frame, source: str, target: str, dry_run: bool, as_json: bool) -> None:
    """Move a whole database: FROM and TO are sqlite:///PATH and postgresql://…, in either direction.

    TO is made, or empty. All tables go in one transaction and are counted and digested on both
    sides; broken off, nothing is left and it is called again. FROM stays as it is. A password is
    better left out of the address: set PGPASSWORD or ~/.pgpass.
    """
    from opsconsole.jobs.leader import leadership
    from opsconsole.store.database import Database
    from opsconsole.store.move import move as run
    from opsconsole.store.move import shown

    for url in (source, target):
        if not re.match(r"sqlite:///.|postgresql://.", url):
            raise click.UsageError(
                _("'{url}' must be {form}").format(url=shown(url), form=_("sqlite:///PATH or postgresql://…"))
            )
    province = frame.settings.province
    origin = Database(source, province)
    lead = leadership(origin)
    try:
        # Between two runs a scheduler is as silent as one that was stopped.
        if not dry_run and origin.exists() and not lead.held():
            raise Refused(
                _(
                    "a scheduler works on {database}; what it writes later would be lost: stop it first"
                ).format(database=shown(source))
            )
        with bar("move") as progress:
            moved = run(origin, Database(target, province), dry_run=dry_run, progress=progress)
    finally:
        lead.release()
    if as_json:
        say_json({"tables": [asdict(each) for each in moved.tables], "months": list(moved.months)})
        return
    table(
        (_("Table"), _("Rows"), _("Digest")),
        [(each.name, figure(each.rows).rjust(12), each.digest or "–") for each in moved.tables if each.rows],
    )
    say(
        _("{rows} rows in {tables} tables, {months} months of activity").format(
            rows=figure(moved.rows), tables=len(moved.tables), months=len(moved.months)
        )
    )
    if dry_run:
        narrate(_("Nothing was written."))
    else:
        narrate(
            _(
                "Counts and digests agree. Now set 'database: {url}' in config.yaml; {old} stays as it was."
            ).format(url=shown(target), old=shown(source))
        )


@db.command("check-migrations")
def check_migrations() -> int:
    """Whether the migrations make the declared tables, tried on a new SQLite database.

    Exit code 1 when they do not; the differences are listed.
    """
    from opsconsole.store.schema import check_migrations as run

    differences = run(_metadata())
    for line in differences:
        say(line)
    if not differences:
        say(_("The migrations make the declared tables."))
    return 1 if differences else 0


@db.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def doctor(frame: Frame, as_json: bool) -> int:
    """Examine the database: engine, files, integrity, schema, register. Exit code 1 for an error."""
    from opsconsole.store.doctor import Check, examine

    settings = frame.settings
    local = dt.datetime.now(settings.timezone)
    offset = f"{local:%z}"
    checks = [
        *examine(frame.database, _metadata()),
        Check(_("time zone"), f"{settings.timezone.key} (UTC{offset[:3]}:{offset[3:]})"),
    ]
    if as_json:
        say_json([check.data for check in checks])
    else:
        signs = {"ok": _("ok"), "warning": _("WARNING"), "error": _("ERROR")}
        for check in checks:
            advice = f" – {check.advice}" if check.advice else ""
            say(f"{signs[check.state]:8} {check.subject}: {check.value}{advice}")
    return 1 if any(check.state == "error" for check in checks) else 0
