"""The machine that the scheduler runs on, measured: processor, load, memory, disk, network."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsconsole.catalogue import _, language
from opsconsole.jobs.alerts import Judgement
from opsconsole.settings import Settings
from opsconsole.settings.jobs import THRESHOLDS
from opsconsole.store.clock import instant_text, now
from opsconsole.store.database import Reader, Value
from opsconsole.text import number

if TYPE_CHECKING:
    from opsconsole.jobs.work import Work


def host_metrics(work: Work) -> None:
    """A row of ``host_metric``, and a remark on each measure above its threshold."""
    import psutil

    # The processor is watched for a second before the transaction begins. The row's instant is
    # that of the measurement, not of the slot: a late run must not pass for an earlier state.
    processor = psutil.cpu_percent(interval=1.0)
    at = instant_text(now())
    memory = psutil.virtual_memory()
    disk = psutil.disk_usage(str(_existing(work)))
    network: Any = psutil.net_io_counters()
    host = socket.gethostname()
    row: dict[str, Value] = {
        "host": host,
        "at": at,
        "cpu_percent": float(processor),
        "load_1m": float(psutil.getloadavg()[0]),
        "memory_percent": float(memory.percent),
        "memory_total": int(memory.total),
        "disk_percent": float(disk.percent),
        "disk_free": int(disk.free),
        # A machine may have no network that can be counted.
        "sent_counter": int(network.bytes_sent) if network else None,
        "received_counter": int(network.bytes_recv) if network else None,
    }
    above = over(row, work.settings.thresholds)
    for name, value in above.items():
        work.remark(
            _("{host}: {measure} {value} is above its threshold, {threshold}").format(
                host=host,
                measure=name,
                value=number(value, decimals=1),
                threshold=number(work.settings.thresholds[name]),
            )
        )
    with work.database.write() as writer:
        work.hold(writer)
        row |= since_last(writer, row)
        row["province"] = writer.province
        writer.insert("host_metric", tuple(row), [tuple(row.values())])
        work.judge(passed(writer, host, work.settings, at))
        counts = {name: row[name] for name in ("cpu_percent", "memory_percent", "disk_percent")}
        work.finish(writer, {**counts, "above_threshold": len(above)})


def over(measures: Mapping[str, Value], thresholds: Mapping[str, float]) -> dict[str, float]:
    """Those of *measures* that are above their threshold, in percent."""
    found = {}
    for name, threshold in thresholds.items():
        value = measures.get(name)
        if isinstance(value, float) and value > threshold:
            found[name] = value
    return found


def passed(reader: Reader, host: str, settings: Settings, at: str) -> Judgement:
    """The thresholds that the machine *host* was above the last ``alerts: confirm`` times, by what was
    just written for the instant *at* (what a clock that was ahead wrote is no newer); what is below now is
    over."""
    last = reader.rows(
        f"SELECT {', '.join(THRESHOLDS)} FROM host_metric WHERE province = :province AND host = :host"  # noqa: S608
        " AND at <= :at ORDER BY at DESC LIMIT :confirm",
        {"host": host, "at": at, "confirm": settings.alerts.confirm},
    )
    above = [over(dict(zip(THRESHOLDS, row, strict=True)), settings.thresholds) for row in last]
    bad = {
        f"{host} {name}": _("{value} %, the threshold is {threshold} %").format(
            value=number(value, language(), 1), threshold=number(settings.thresholds[name], language())
        )
        for name, value in above[0].items()
        if len(above) == settings.alerts.confirm and all(name in each for each in above)
    }
    good = [f"{host} {name}" for name in THRESHOLDS if name not in above[0]]
    return Judgement("threshold-passed", bad, good)


def since_last(reader: Reader, row: Mapping[str, Value]) -> dict[str, Value]:
    """The bytes that went over the network of the host since the row before *row*; None where
    there is none. A counter that went back was set to 0 when the machine was started."""
    before = reader.row(
        "SELECT sent_counter, received_counter FROM host_metric WHERE province = :province"
        " AND host = :host AND at < :at ORDER BY at DESC LIMIT 1",
        {"host": row["host"], "at": row["at"]},
    )
    grown: dict[str, Value] = {}
    for name, old in zip(("sent", "received"), before or (None, None), strict=True):
        new = row[f"{name}_counter"]
        if not isinstance(new, int) or not isinstance(old, int):
            grown[f"network_{name}"] = None
        else:
            grown[f"network_{name}"] = new - old if new >= old else new
    return grown


def _existing(work: Work) -> Path:
    """A path on the disk that matters: the database's, or the working copy's for a server's."""
    return work.database.path.parent if work.database.path else work.settings.root
