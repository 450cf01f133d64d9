"""``opsconsole mail``: reading the logs of mail servers in; addresses that look wrong; the other commands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsconsole.catalogue import _
from opsconsole.cli import maildirectory, mailpeople, mailrules
from opsconsole.cli.evidence import refuse_unknown, say_unmatched, say_unread, summary
from opsconsole.cli.frame import Frame, bar, narrate, say, say_json, table
from opsconsole.cli.speech import Command, Group
from opsconsole.errors import Refused
from opsconsole.words import figure

if TYPE_CHECKING:
    from opsconsole.evidence.taking import Progress
    from opsconsole.inventory.lookalike import Suspect

_source = click.option("--source", metavar="NAME", help="Only this source.")
_json = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")


@click.group(cls=Group, help="Mail: who uses it, by which rule; directories, leavers, addresses.")
def mail() -> None:
    pass


@mail.command(
    cls=Command, help="Read new lines of mail logs: of all sources, of those named, or of files of a source."
)
@click.argument("what", nargs=-1, metavar="[SOURCE|FILE]…")
@_json
@click.pass_obj
def ingest(frame: Frame, what: tuple[str, ...], as_json: bool) -> None:
    from dataclasses import replace

    from opsconsole.evidence.collect import collect
    from opsconsole.evidence.overview import sources_of
    from opsconsole.evidence.reader import installed

    settings = frame.settings
    if not settings.sources:
        raise Refused(_("config.yaml declares no sources; add some below 'sources:'"))
    sources, only = {source.name: source for source in settings.sources}, []
    for name in what:
        if name in sources:
            only.append(name)
            continue
        path = Path(name).resolve()
        if not path.is_file():
            raise Refused(
                _("'{name}' is neither a source nor a file; sources: {names}").format(
                    name=name, names=", ".join(sources)
                )
            )
        of = [
            source
            for source in settings.sources
            if path.match(source.path) or Path(source.path).parent == path.parent
        ]
        if len(of) != 1:
            raise Refused(
                _(
                    "{file}: belongs to no source (or to several), so that its use would be counted under no "
                    "name; declare one below 'sources:' whose path it fits"
                ).format(file=name)
            )
        sources[of[0].name] = replace(of[0], path=str(path))
        only.append(of[0].name)
    if not what:
        only = sources_of("mail", settings.sources, installed())
        if not only:
            raise Refused(
                _("config.yaml declares no source of mail; add one below 'sources:' (docs/readers.md)")
            )
    with _lines_bar() as progress:
        collected = collect(
            frame.database, tuple(sources.values()), settings.timezone, only=only or None, progress=progress
        )
    if as_json:
        say_json(collected.data)
    else:
        summary(collected)


@contextmanager
def _lines_bar() -> Iterator[Progress | None]:
    """A bar with the bytes read, the lines a second and the time that is left, where there is a terminal."""
    with bar(_("mail"), staged=True) as shown:
        if shown is None:
            yield None
            return
        begun = time.monotonic()

        def progress(done: int, total: int, _name: str, lines: int) -> None:
            passed = time.monotonic() - begun
            if passed < 0.5 or not done:  # too early to say how fast it is
                stage = _("{done} of {total} MB")
            else:
                stage = _("{done} of {total} MB · {speed} lines/s · {left} left")
            shown(
                stage.format(
                    done=figure(round(done / 1e6, 1), 1),
                    total=figure(round(total / 1e6, 1), 1),
                    speed=figure(round(lines / passed)),
                    left=_clock((total - done) * passed / max(done, 1)),
                ),
                done,
                total,
            )

        yield progress


def _clock(seconds: float) -> str:
    """A length of time as 0:07, 12:30 or 1:02:03."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


@mail.command(
    cls=Command, help="Addresses typed wrong or made to look like others: in the logs, and declared."
)
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=1000,
    show_default=True,
    help="How many unknown addresses are looked at.",
)
@_json
@click.pass_obj
def lookalikes(frame: Frame, limit: int, as_json: bool) -> None:
    from opsconsole.evidence.overview import unmatched as missed
    from opsconsole.inventory.lookalike import REASONS, Known

    with frame.database.read() as reader:
        declared = [
            key
            for (key,) in reader.rows("SELECT key FROM account WHERE province = :province AND ended IS NULL")
        ]
        unknown = [
            (each.value, each.count)
            for each in missed(reader, limit, None)
            if each.sort in ("address", "failed") and each.value
        ]
    known = Known(declared)
    found: list[tuple[int | None, Suspect]] = [
        (None, suspect) for key in sorted(declared) if (suspect := known.suspect(key))
    ]
    found += [(count, suspect) for value, count in unknown if (suspect := known.suspect(value))]
    if as_json:
        say_json([{**suspect.data, "declared": times is None, "times": times} for times, suspect in found])
        return
    if not found:
        say(_("no address looks typed wrong or like another"))
        return
    rows = [
        (
            suspect.address,
            _("declared") if times is None else figure(times),
            _(REASONS[suspect.why]),
            ", ".join(suspect.meant),
        )
        for times, suspect in found
    ]
    table((_("address"), _("times"), _("why"), _("meant")), rows, right={1})
    narrate(_("what is meant is declared as an alias, or mended where it is written"))


@mail.command(
    cls=Command, help="Addresses in the logs that nothing declared answers to, most frequent first."
)
@_source
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@_json
@click.pass_obj
def unmatched(frame: Frame, source: str | None, limit: int, as_json: bool) -> None:
    from opsconsole.evidence.overview import unmatched as missed

    with frame.database.read() as reader:
        refuse_unknown(reader, frame, source)
        found = missed(reader, limit, source, mail=True)
    say_unmatched(found, as_json)


@mail.command(
    cls=Command, help="Lines of mail logs that could not be read, by reason; samples without names."
)
@_source
@_json
@click.pass_obj
def quarantine(frame: Frame, source: str | None, as_json: bool) -> None:
    from opsconsole.evidence.overview import sources_of
    from opsconsole.evidence.overview import unreadable as unread
    from opsconsole.evidence.reader import installed

    other = sources_of("conference", frame.settings.sources, installed())
    with frame.database.read() as reader:
        refuse_unknown(reader, frame, source)
        found = [each for each in unread(reader, source) if each.source not in other]
    say_unread(found, as_json)


for _commands in (mailrules.COMMANDS, mailpeople.COMMANDS, maildirectory.COMMANDS):
    for _command in _commands:
        mail.add_command(_command)
