"""What reports cost: the yearly one in every format, and tables as long as the country.

    python -m benchmarks.bench_report [--config config.yaml] [--name yearly] [--period 2019] [--rows N …]

Needs a working copy that ``make setup`` has filled. Drafts the report in all formats and in each alone, as
a fresh process each; then writes a document with one table of so many rows in each format. Printed are
seconds, and the largest memory of the process and of those that it started. Memory that grows with the
rows, where it should not, shows in the last column: what ten times the rows cost in times of it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

FORMATS = ("docx", "pdf", "xlsx", "html", "md", "csv", "json")
BOUND = 20.0  # seconds of the yearly report in all formats
ROWS = (1_060, 10_600, 106_000)


def measured(command: list[str]) -> tuple[float, int]:
    """(seconds, MiB at the most) of *command* and what it starts."""
    code = (
        "import json, resource, subprocess, sys, time; begun = time.monotonic();"
        " subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        " most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss;"
        " print(json.dumps([time.monotonic() - begun, most // 1024]))"
    )
    said = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, text=True)
    seconds, most = json.loads(said.stdout)
    return seconds, most


def drafts(config: Path, name: str, period: str) -> None:
    """The report in all formats at once, and in each."""
    for formats in (FORMATS, *((each,) for each in FORMATS)):
        with tempfile.TemporaryDirectory() as folder:
            chosen = [word for each in formats for word in ("--format", each)]
            command = [
                sys.executable,
                "-m",
                "opsconsole",
                "--config",
                str(config),
                "report",
                "draft",
                name,
                period,
            ]
            seconds, most = measured([*command, *chosen, "--out", folder])
            size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        what = "all formats" if len(formats) > 1 else formats[0]
        bound = (
            f"  bound {BOUND:.0f} s: {'holds' if seconds <= BOUND else 'OVER'}" if len(formats) > 1 else ""
        )
        print(f"{name} {period}  {what:12} {seconds:6.1f} s {most:6} MiB {size / 1024:10.0f} KiB{bound}")


def long_table(count: int, form: str) -> None:
    """Write a document with a table of *count* rows."""
    from opsconsole.reports.model import Annex, Column, Document, Foot, Heading, Letterhead, Row, Table
    from opsconsole.reports.render import write

    columns = (
        Column("STT", "place", 0.6),
        Column("Đơn vị", "text", 3.2),
        Column("Mã", "text", 0.8),
        Column("Tử số", "whole", 0.9),
        Column("Mẫu số", "whole", 0.9),
        Column("Tỷ lệ", "percent", 1.0),
    )

    def rows() -> Iterator[Row]:
        for place in range(count):
            yield [place + 1, f"Xã Số {place}", f"{place:05d}", place % 97, 97, place % 97 / 0.97]

    table = Table("t", "Các xã", columns, rows)
    document = Document(
        outline="long",
        outline_digest="0" * 64,
        language="vi",
        title="Báo cáo",
        subject="",
        period="2019",
        period_words="năm 2019",
        unit="",
        unit_id="",
        letterhead=Letterhead("", "", "", "", (), "", "", "", ()),
        blocks=(Heading(1, "I", "Các xã"),),
        annexes=(Annex(1, "Các xã", (table,)),),
        figures=(),
        conflicts=(),
        foot=Foot("a" * 16, 1, 1, "b" * 64, "2019-12-31", "2020-01-01T00:00:00.000000Z", ""),
    )
    with tempfile.TemporaryDirectory() as folder:
        write(document, Path(folder), "long", (form,))


def main() -> None:
    """Print what each costs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, default=Path("config.yaml"))
    parser.add_argument("--name", default="yearly")
    parser.add_argument("--period", default="2019")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--write", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        long_table(int(options.write[0]), options.write[1])
        return
    drafts(options.config.resolve(), options.name, options.period)
    for form in FORMATS:
        before = 0
        for count in options.rows:
            seconds, most = measured(
                [sys.executable, "-m", "benchmarks.bench_report", "--write", str(count), form]
            )
            times = f"  {most / before:.2f} times the memory" if before else ""
            print(f"{count:8} rows  {form:12} {seconds:6.1f} s {most:6} MiB{times}")
            before = most


if __name__ == "__main__":
    main()
