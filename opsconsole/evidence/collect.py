"""Collecting evidence: every line of every file of the sources counted once, whatever happens.

Two collectors at once, a kill at any instruction, a full disk, rotation, compression and a directory
copied twice neither lose a line nor count one twice (docs/decisions/0005-exactly-once.md).
"""

from __future__ import annotations

import difflib
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from typing import TypeAlias
from zoneinfo import ZoneInfo

from opsconsole.catalogue import _
from opsconsole.errors import Refused
from opsconsole.evidence import counting
from opsconsole.evidence.announced import Invited, invited
from opsconsole.evidence.directory import Directory
from opsconsole.evidence.documents import DocumentIntake
from opsconsole.evidence.intake import SourceIntake
from opsconsole.evidence.reader import DocumentReader, Reader, installed
from opsconsole.evidence.result import Collected, SourceResult
from opsconsole.evidence.taking import Intake, Progress, Run, Stopped
from opsconsole.settings import Source
from opsconsole.store.database import Database

__all__ = ["Collected", "Progress", "SourceResult", "Stop", "Stopped", "collect", "collect_again"]

Stop: TypeAlias = "threading.Event | Callable[[], bool]"


def collect(
    database: Database,
    sources: Sequence[Source],
    timezone: ZoneInfo,
    only: Iterable[str] | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Collected:
    """Count what is new in *sources*, or in those of the names *only*.

    *progress* is called with (bytes done, bytes in all, name of the source, lines read); *stop* is asked
    between two pieces. Raises Refused for an unknown source or reader.
    """
    chosen = _chosen(sources, only)
    readers = installed()
    named = [(source, _fitting(source, readers[source.reader])) for source in chosen]

    def lookup(keys: Sequence[str]) -> dict[str, Invited]:
        with database.read() as reader:
            return invited(reader, keys)

    with database.read() as reader:
        directory = Directory.load(reader, timezone, lookup)
    collected = Collected()
    run = Run(database.write, database.read, directory, timezone, progress, _asked(stop))
    runs = [_intake(run, source, reader) for source, reader in named]
    collected.sources = [one.result for one in runs]
    run.total = sum(one.size for one in runs)
    try:
        for one in runs:
            with database.read() as reader_:
                one.load(reader_)
            one.collect()
    except Stopped:
        collected.stopped = True
    return collected


def collect_again(
    database: Database,
    sources: Sequence[Source],
    timezone: ZoneInfo,
    name: str,
    *,
    drop_missing: bool = False,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Collected:
    """Forget everything that the source *name* gave and read it from the beginning, in one transaction.

    For addresses and names that were declared later. Other writers wait meanwhile; readers see the
    old counts until the new ones are complete. Files that were read and are gone could not be counted
    again: Refused, unless *drop_missing*. Refused too when it is asked to stop; nothing is changed then.
    """
    (source,) = _chosen(sources, [name])
    reader = _fitting(source, installed()[source.reader])
    collected = Collected()
    with database.write() as writer:
        directory = Directory.load(writer, timezone, lambda keys: invited(writer, keys))
        run = Run(
            lambda: nullcontext(writer),
            lambda: nullcontext(writer),
            directory,
            timezone,
            progress,
            _asked(stop),
        )
        one = _intake(run, source, reader)
        collected.sources = [one.result]
        run.total = one.size
        one.load(writer)
        missing = one.missing()
        if missing and not drop_missing:
            shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
            raise Refused(
                _(
                    "source '{name}': {count} files that were read are no longer there ({files}); their "
                    "counts would be lost. Put them back where '{path}' finds them, or give --drop-missing"
                ).format(name=name, count=len(missing), files=shown, path=source.path)
            )
        counting.forget(writer, name)
        one.forget()
        one.collect()
    return collected


def _fitting(source: Source, reader: Reader | DocumentReader) -> Reader | DocumentReader:
    """*reader*, if it knows all options that *source* gives it, and is given those that it needs."""
    known: frozenset[str] = getattr(reader, "options", frozenset())
    for name in sorted(source.options.keys() - known):
        near = difflib.get_close_matches(name, known, 1)
        hint = (
            _("did you mean '{near}'?").format(near=near[0])
            if near
            else _("known: {names}").format(names=", ".join(sorted(known)) or _("none"))
        )
        raise Refused(
            _("source '{name}': the reader '{reader}' has no option '{option}'; {hint}").format(
                name=source.name, reader=source.reader, option=name, hint=hint
            )
        )
    for name in getattr(reader, "needed", ()):
        if name not in source.options:
            raise Refused(
                _("source '{name}': the reader '{reader}' needs 'options: {{{option}: …}}'").format(
                    name=source.name, reader=source.reader, option=name
                )
            )
    return reader


def _intake(run: Run, source: Source, reader: Reader | DocumentReader) -> Intake:
    if isinstance(reader, DocumentReader):
        return DocumentIntake(run, source, reader)
    return SourceIntake(run, source, reader)


def _chosen(sources: Sequence[Source], only: Iterable[str] | None) -> list[Source]:
    names = {source.name for source in sources}
    wanted = names if only is None else set(only)
    for name in sorted(wanted - names):
        known = ", ".join(sorted(names)) or _("none")
        raise Refused(
            _("there is no source '{name}'; known: {known} ('sources:' in config.yaml)").format(
                name=name, known=known
            )
        )
    return [source for source in sources if source.name in wanted]


def _asked(stop: Stop | None) -> Callable[[], bool]:
    if stop is None:
        return lambda: False
    return stop.is_set if isinstance(stop, threading.Event) else stop
