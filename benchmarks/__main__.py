"""``python -m benchmarks [NAME…]``: run the benchmarks and print every figure beside its bound."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import click

from benchmarks.measure import Failed, Figure, Skipped, amount, environment
from benchmarks.workbench import Workbench

HERE = Path(__file__).resolve().parent
# Benchmarks that give figures. Every other bench_*.py is a program of its own, run as it is.
GIVES_FIGURES = ("load", "apply", "peers")
_HEAD = ("what", "ours", "beside", "theirs", "ratio", "bound", "")


def names() -> list[str]:
    """All benchmarks that there are, those that give figures first."""
    others = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    return [*GIVES_FIGURES, *(name for name in others if name not in GIVES_FIGURES)]


@click.command()
@click.argument("chosen", nargs=-1, metavar="[NAME]…")
@click.option("--scale", default=1.0, show_default=True, help="Times 20,000 assets and 8,000 mailboxes.")
@click.option(
    "--runs",
    default=5,
    show_default=True,
    type=click.IntRange(1),
    help="Runs of each thing; the least counts.",
)
@click.option(
    "--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write all samples here."
)
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="Work here and leave the files."
)
@click.option("--list", "listing", is_flag=True, help="Only name the benchmarks.")
@click.option("--lock", is_flag=True, help="Resolve the peers anew into requirements.lock (needs uv).")
def main(
    chosen: tuple[str, ...],
    scale: float,
    runs: int,
    json_path: Path | None,
    keep: Path | None,
    listing: bool,
    lock: bool,
) -> None:
    """Run the benchmarks NAME… (all of them by default) and print ratios.

    Exit code 0: every bound is kept or could not be measured; 1: a bound is not kept.
    """
    if lock:
        _lock()
        return
    unknown = sorted(set(chosen) - set(names()))
    if listing or unknown:
        if unknown:
            click.echo(f"there is no benchmark '{unknown[0]}'; there are: {', '.join(names())}", err=True)
            sys.exit(2)
        click.echo("\n".join(names()))
        return
    wanted = [name for name in names() if name in chosen or not chosen]
    found: list[Figure | Skipped] = []
    click.echo(heading(scale, runs))
    with _folder(keep) as folder:
        bench = Workbench(folder, scale, runs, say=lambda line: click.echo(f"  {line}", err=True))
        for name in wanted:
            click.echo(f"{name} …", err=True)
            if name in GIVES_FIGURES:
                found += _figures(name, bench)
            else:
                found += _program(name)
    click.echo("\n".join([*table(found), *bench.notes]))
    if json_path is not None:
        samples = {name: sample.data for name, sample in bench.samples.items()}
        content = {
            "machine": machine(),
            "scale": scale,
            "figures": [each.data for each in found],
            "notes": bench.notes,
            "samples": samples,
        }
        json_path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    over = [each for each in found if isinstance(each, Figure) and each.holds is False]
    if over:
        click.echo(f"{len(over)} of {len(found)} figures are over their bound", err=True)
        sys.exit(1)


class _folder:
    """The folder to work in: *keep*, which must be new or empty, or one that is removed."""

    def __init__(self, keep: Path | None) -> None:
        self._temporary = None if keep else tempfile.TemporaryDirectory(prefix="opsconsole-bench-")
        self._keep = keep

    def __enter__(self) -> Path:
        if self._keep is None:
            assert self._temporary is not None
            return Path(self._temporary.name)
        self._keep.mkdir(parents=True, exist_ok=True)
        if any(self._keep.iterdir()):
            raise click.UsageError(f"{self._keep} is not empty; name a new folder")
        return self._keep.resolve()

    def __exit__(self, *_error: object) -> None:
        if self._temporary is not None:
            self._temporary.cleanup()


def _figures(name: str, bench: Workbench) -> list[Figure | Skipped]:
    run: Callable[[Workbench], Iterator[Figure | Skipped]] = import_module(f"benchmarks.bench_{name}").run
    found: list[Figure | Skipped] = []
    try:
        for figure in run(bench):
            found.append(figure)
            click.echo(f"  {line(figure)}", err=True)
    except Failed as error:
        found.append(Skipped(name, name, str(error)))
    return found


def _program(name: str) -> list[Figure | Skipped]:
    """Run a benchmark that prints by itself."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.bench_{name}"], cwd=HERE.parent, env=environment(), check=False
    )
    return [Skipped(name, name, f"ended with exit code {done.returncode}")] if done.returncode else []


# --- printing --------------------------------------------------------------------------------------


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    from opsconsole.store.database import sqlite_module

    return {
        "date": dt.date.today().isoformat(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "pyyaml": metadata.version("pyyaml"),
        "sqlite": sqlite_module().sqlite_version,
    }


def heading(scale: float, runs: int) -> str:
    """One line: machine, versions, scale."""
    found = machine()
    return (
        f"{found['date']}, {found['system']}, {found['cores']} cores, Python {found['python']}, "
        f"PyYAML {found['pyyaml']}, SQLite {found['sqlite']}; scale {scale:g}, least of {runs} runs, "
        "processor time unless it says otherwise"
    )


def cells(figure: Figure) -> tuple[str, ...]:
    """A figure as the cells of a table."""
    what = f"{figure.what} ({figure.note})" if figure.note else figure.what
    return (
        what,
        amount(figure.ours, figure.unit),
        figure.peer,
        amount(figure.theirs, figure.unit),
        _times(figure.ratio),
        figure.bound_text,
        figure.verdict,
    )


def _times(ratio: float) -> str:
    if ratio < 0.1:
        return f"{ratio:.3f}×"
    return f"{ratio:.2f}×" if ratio < 100 else f"{ratio:,.0f}×"


def line(figure: Figure | Skipped) -> str:
    """A figure as one line of text."""
    if isinstance(figure, Skipped):
        return f"skipped: {figure.what}: {figure.why}"
    what, ours, peer, theirs, ratio, bound, verdict = cells(figure)
    return f"{what}: {ours}; {peer}: {theirs}; ratio {ratio}, bound {bound} {verdict}".rstrip()


def table(found: list[Figure | Skipped]) -> list[str]:
    """The figures as a table in Markdown, then what was skipped."""
    rows = [_HEAD, *(cells(each) for each in found if isinstance(each, Figure))]
    if len(rows) == 1:
        lines = []
    else:
        widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
        lines = [
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
            for row in rows
        ]
        lines.insert(1, "| " + " | ".join("-" * max(width, 3) for width in widths) + " |")
    return lines + [line(each) for each in found if isinstance(each, Skipped)]


def _lock() -> None:
    command = [
        "uv",
        "pip",
        "compile",
        "--universal",
        "--generate-hashes",
        "--python-version",
        "3.11",
        "--upgrade",
    ]
    command += [
        "--no-emit-index-url",
        "--no-annotate",
        "-q",
        "--custom-compile-command",
        "python -m benchmarks --lock",
    ]
    subprocess.run([*command, "requirements.in", "-o", "requirements.lock"], cwd=HERE, check=True)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
