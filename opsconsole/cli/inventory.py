"""Commands of the register: plan, apply, export, show, history, protect, inventory."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsconsole.catalogue import _, ngettext
from opsconsole.cli.days import DAY, today
from opsconsole.cli.frame import Frame, bar, narrate, say, say_json
from opsconsole.cli.speech import Command, Group
from opsconsole.errors import Refused
from opsconsole.oserrors import said

if TYPE_CHECKING:
    from opsconsole.inventory.plan import Plan

PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
BUNDLE = click.option(
    "--bundle",
    type=click.Path(exists=True, path_type=Path),
    help="Take in a bundle that was handed in: a folder, a .zip or a .tar of YAML files.",
)
UNITS = click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="CODE",
    help="Only what belongs to this unit and those below it ('-': to no unit).",
)


@click.command(cls=Command)
@PATHS
@click.option("--json", "as_json", is_flag=True, help="The plan as JSON.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Save the plan for 'apply --plan'."
)
@click.option("--brief", is_flag=True, help="Counts only.")
@BUNDLE
@UNITS
@click.pass_obj
def plan(
    frame: Frame,
    paths: tuple[Path, ...],
    as_json: bool,
    out: Path | None,
    brief: bool,
    bundle: Path | None,
    units: tuple[str, ...],
) -> int:
    """What the declared files would change in the register.

    Exit code 0: nothing; 2: changes; 1: the files hold errors.
    """
    made = _made(frame, paths, bundle, units)
    if out is not None:
        _save(out, json.dumps(made.data, ensure_ascii=False, indent=1))
    if as_json:
        say_json(made.data)
    else:
        from opsconsole.cli.plantext import plan_lines

        for line in plan_lines(made, brief=brief):
            say(line)
    return 0 if made.empty else 2


def _made(frame: Frame, paths: tuple[Path, ...], bundle: Path | None, units: tuple[str, ...]) -> Plan:
    """The plan that is asked for; of a bundle what else there is to say of it as well."""
    from opsconsole.cli.bundle import chosen_units, handed_in, narrate_bundle
    from opsconsole.inventory.part import Only
    from opsconsole.inventory.planning import make_plan

    with bar(_("Reading")) as progress:
        if bundle is None:
            chosen = chosen_units(frame, units)
            only = Only(units=chosen) if chosen is not None else None
            return make_plan(
                frame.database, frame.settings, list(paths) or None, progress=progress, only=only
            )
        handed = handed_in(frame, bundle, paths, units, progress)
    narrate_bundle(handed)
    return handed.proposal.plan


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(
            _("{path}: cannot be written: {reason}").format(path=path, reason=said(error))
        ) from None


@click.command(cls=Command)
@PATHS
@click.option(
    "--plan",
    "saved",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Carry out this saved plan and no other.",
)
@click.option("--digest", help="Carry out the plan with this digest and no other.")
@click.option("--reason", default="", help="Why; kept with every change.")
@click.option("--effective", type=DAY, metavar="DATE", help="The day from which the changes hold (today).")
@click.option("--allow", multiple=True, metavar="WORD", help="Let one limit pass; the plan says which word.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
@BUNDLE
@UNITS
@click.pass_obj
def apply(
    frame: Frame,
    paths: tuple[Path, ...],
    saved: Path | None,
    digest: str | None,
    reason: str,
    effective: dt.date | None,
    allow: tuple[str, ...],
    yes: bool,
    as_json: bool,
    bundle: Path | None,
    units: tuple[str, ...],
) -> int:
    """Write what the declared files say into the register, all of it or nothing.

    A bundle is written into the declared files first; only what it says is applied.
    """
    from opsconsole.actor import actor
    from opsconsole.cli.bundle import chosen_units, handed_in
    from opsconsole.inventory.apply import apply_plan
    from opsconsole.inventory.handedin import take_in
    from opsconsole.inventory.part import Only

    day = effective.isoformat() if effective else None
    content = _saved_plan(saved) if saved else None
    if not yes:
        digest = digest or _confirmed(_made(frame, paths, bundle, units), content)
    with bar(_("Applying")) as progress:
        if bundle is None:
            chosen = chosen_units(frame, units)
            applied = apply_plan(
                frame.database,
                frame.settings,
                actor=actor(),
                reason=reason,
                paths=list(paths) or None,
                digest=digest,
                saved=content,
                effective=day,
                allow=allow,
                only=Only(units=chosen) if chosen is not None else None,
                progress=progress,
            )
        else:
            handed = handed_in(frame, bundle, paths, units, progress)
            wanted = digest or (str(content["digest"]) if content else "")
            if wanted and wanted != handed.proposal.plan.digest:
                raise Refused(
                    _("the plan {digest} is not that of the bundle any more; read the new one first").format(
                        digest=wanted
                    )
                )
            applied = take_in(
                frame.database,
                frame.settings,
                handed,
                actor=actor(),
                reason=reason,
                effective=day,
                allow=allow,
                progress=progress,
            )
    if as_json:
        say_json(applied.data)
    elif applied.plan.empty:
        say(
            _("Nothing to do: the register says what the files say (revision {revision}).").format(
                revision=applied.revision
            )
        )
    else:
        from opsconsole.cli.plantext import counts_line

        say(counts_line(applied.plan))
        say(
            _("Applied as revision {revision}; head of the chain {head}.").format(
                revision=applied.revision, head=applied.head[:16]
            )
        )
    return 0


def _saved_plan(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Refused(_("{path}: is not a saved plan: {error}").format(path=path, error=error)) from None
    if not isinstance(content, dict) or "digest" not in content:
        raise Refused(
            _(
                "{path}: is not a saved plan: it lacks a digest; make one with 'opsconsole plan --out FILE'"
            ).format(path=path)
        )
    return content


def _confirmed(made: Plan, saved: dict[str, Any] | None) -> str:
    """Show the plan and ask, where it changes anything; the digest of the saved plan or of what was
    shown."""
    from opsconsole.cli.plantext import plan_lines

    for line in plan_lines(made):
        say(line)
    if not made.empty:
        try:
            click.confirm(_("Apply this plan?"), default=False, abort=True)
        except click.Abort:
            narrate(_("Nothing was written. In a script, --yes asks nothing."))
            raise
    return str(saved["digest"]) if saved else made.digest


@click.command(cls=Command)
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to."
)
@click.pass_obj
def export(frame: Frame, out: Path) -> int:
    """Write the register back as YAML, in the files in which things were last declared."""
    from opsconsole.inventory.export import export as exported
    from opsconsole.inventory.export import write_files
    from opsconsole.inventory.kinds import standard
    from opsconsole.units.registry import load

    with frame.database.read() as reader:
        count = write_files(exported(reader, standard(), load(reader)), out)
    say(
        ngettext("{count} file written below {out}.", "{count} files written below {out}.", count).format(
            count=count, out=out
        )
    )
    return 0


@click.command(cls=Command)
@click.argument("key")
@click.option("--kind", help="Where two kinds have a thing of this key.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def history(frame: Frame, key: str, kind: str | None, as_json: bool) -> int:
    """All changes of one thing, oldest first."""
    from opsconsole.inventory.things import changes_of, find

    with frame.database.read() as reader:
        thing = find(reader, key, kind)
        found = changes_of(reader, thing)
    if as_json:
        say_json([change.data for change in found])
        return 0
    from opsconsole.cli.plantext import history_lines

    for line in history_lines(thing, found, frame.settings.timezone):
        say(line)
    return 0


@click.command(cls=Command)
@click.argument("key")
@click.option("--kind", help="Where two kinds have a thing of this key.")
@click.option("--as-of", type=DAY, metavar="DATE", help="As it was on this day.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def show(frame: Frame, key: str, kind: str | None, as_of: dt.date | None, as_json: bool) -> int:
    """One thing: all that the register says of it, now or as of a date."""
    from opsconsole.inventory.things import find, state

    day = as_of.isoformat() if as_of else None
    with frame.database.read() as reader:
        found = state(reader, find(reader, key, kind), day, today(frame).isoformat())
    if as_json:
        say_json(found.data)
        return 0
    from opsconsole.cli.plantext import state_lines

    for line in state_lines(found, frame.settings.timezone):
        say(line)
    return 0


@click.command(cls=Command)
@click.argument("key")
@click.option("--kind", help="Where two kinds have a thing of this key.")
@click.option("--reason", required=True, help="Why it must not be ended or moved.")
@click.pass_obj
def protect(frame: Frame, key: str, kind: str | None, reason: str) -> int:
    """Keep a thing from being ended or moved by any plan."""
    from opsconsole.actor import actor
    from opsconsole.inventory.protection import protect as set_protection

    thing = set_protection(
        frame.database, key, kind, actor=actor(), reason=reason, anchors=frame.settings.anchors
    )
    say(_("{key} is protected.").format(key=thing.key))
    return 0


@click.command(cls=Command)
@click.argument("key")
@click.option("--kind", help="Where two kinds have a thing of this key.")
@click.option("--reason", default="", help="Why.")
@click.pass_obj
def unprotect(frame: Frame, key: str, kind: str | None, reason: str) -> int:
    """Take a protection back."""
    from opsconsole.actor import actor
    from opsconsole.inventory.protection import unprotect as take_back

    thing = take_back(frame.database, key, kind, actor=actor(), reason=reason, anchors=frame.settings.anchors)
    say(_("{key} is not protected any more.").format(key=thing.key))
    return 0


@click.group(cls=Group)
def inventory() -> None:
    """Schemas of the YAML documents; the kinds."""


@inventory.command()
@click.argument("kind", required=False)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write one file a kind here.")
def schema(kind: str | None, out: Path | None) -> int:
    """JSON Schema of a kind of document, or of all of them.

    Point an editor at it with a first line such as
    '# yaml-language-server: $schema=../schema/assets.schema.json'.
    """
    from opsconsole.inventory.kinds import standard
    from opsconsole.inventory.schema import document_schema

    kinds = [standard()[kind]] if kind else list(standard())
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for each in kinds:
            text = json.dumps(document_schema(each), ensure_ascii=False, indent=2)
            _save(out / f"{each.name}.schema.json", text)
        narrate(
            ngettext("{count} schema written.", "{count} schemas written.", len(kinds)).format(
                count=len(kinds)
            )
        )
    else:
        say_json(document_schema(kinds[0]) if kind else {each.name: document_schema(each) for each in kinds})
    return 0


@inventory.command()
def kinds() -> int:
    """The kinds of things that can be declared, with their fields."""
    from opsconsole.inventory.kinds import standard

    for kind in standard():
        say(f"{kind.name}: {_(kind.title)}")
        for field in kind.fields:
            mark = "*" if field.required else " "
            say(f"  {mark} {field.name:20} {_(field.help)}")
    return 0
