"""What the benchmarks of one run share: registers on the disk, databases, and measured baselines."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from benchmarks import data, measure
from benchmarks.measure import Sample


@dataclass
class Workbench:
    """A folder to work in, and how much is asked: *scale* times the register, *runs* of each thing.
    *say* takes a line of progress; ``samples`` keeps what was measured, by name, ``notes`` what
    a reader of the table should know."""

    folder: Path
    scale: float = 1.0
    runs: int = 5
    say: Callable[[str], None] = lambda line: None
    samples: dict[str, Sample] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def keep(self, name: str, sample: Sample) -> Sample:
        """Note *sample* under *name* for the JSON, and pass it on."""
        self.samples[name] = sample
        memory = f", {sample.memory / 1e6:.0f} MB" if sample.memory else ""
        self.say(f"{name}: {sample.cpu:.4f} s processor, {sample.wall:.4f} s wall{memory}")
        return sample

    @cached_property
    def template(self) -> Path:
        """An empty database with the whole schema."""
        path = self.folder / "empty.db"
        measure.inside("make-database", [path], 1)
        return path

    def register(self, name: str, times: float = 1.0, *, accounts: bool = True) -> data.Register:
        """A register of *times* the scale in a folder called *name*, over an empty database."""
        root = self.folder / name
        root.mkdir()
        made = data.make_register(root, self.scale * times, accounts=accounts)
        self.empty(made)
        return made

    @cached_property
    def whole(self) -> data.Register:
        """The register of 20,000 assets and 8,000 mailboxes, never applied."""
        return self.register("whole")

    @cached_property
    def applied(self) -> data.Register:
        """The same register, applied."""
        made = self.register("applied")
        measure.inside("apply", [made.config], 1)
        return made

    def empty(self, register: data.Register) -> None:
        """Give *register* an empty database."""
        fresh(self.template, register.database)

    @cached_property
    def interpreter(self) -> Sample:
        """The start of the interpreter, measured."""
        return self.keep("python -c pass", measure.interpreter(max(20, self.runs)))

    def plan(self, register: data.Register, runs: int, expect: int) -> Sample:
        """Whole processes ``opsconsole plan --brief``."""
        command: list[measure.Argument] = [
            sys.executable,
            "-m",
            "opsconsole",
            "--config",
            register.config,
            "plan",
            "--brief",
        ]
        return measure.processes(command, runs, cwd=register.root, expect=expect)


def fresh(template: Path, path: Path) -> None:
    """Put a copy of the database *template* at *path*, and nothing of one that was there."""
    for end in ("", "-wal", "-shm", ".lock"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    shutil.copyfile(template, path)


def forget_files(path: Path) -> None:
    """Make the register in the database *path* read every file again: it knows none of them."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE declared_file SET size = -1, modified = 0, hash = ''")
        connection.commit()
