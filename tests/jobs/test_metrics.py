"""What a Prometheus reads: every figure known, none made up, hostile names only as text."""

from __future__ import annotations

import datetime as dt
import http.client
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.cli import cli
from opsconsole.cli.metrics import server, write
from opsconsole.errors import Refused
from opsconsole.jobs import due, runs
from opsconsole.jobs.metrics import CONTENT_TYPE, Family, exposition
from opsconsole.settings import Settings, Source
from opsconsole.settings.jobs import Probe
from opsconsole.store.clock import stamp
from opsconsole.store.database import Database, Reader
from tests.jobs.runs_help import NIGHTLY, NOON, QUARTER, ZONE, minutes, run, settings
from tests.jobs.test_stages import LOGIN

SAMPLE = re.compile(
    r'([a-z_0-9]+)(?:\{((?:[a-z_0-9]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?[0-9.e+-]+|NaN|[+-]Inf)'
)


def parse(text: str) -> dict[str, float]:
    """The samples of *text*, which must be OpenMetrics of gauges: a family's lines together, each
    named once, an end."""
    assert text.endswith("\n# EOF\n")
    found: dict[str, float] = {}
    families: list[str] = []
    for line in text.removesuffix("# EOF\n").split("\n")[:-1]:
        if line.startswith("# TYPE "):
            name, kind = line.split()[2:]
            assert kind == "gauge"
            assert name not in families
            families.append(name)
        elif line.startswith("# HELP "):
            assert line.split()[2] == families[-1]
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] == families[-1]
            key = line.rpartition(" ")[0]
            assert key not in found
            found[key] = float(sample[3])
    return found


def text_of(database: Database, configured: Settings, now: dt.datetime = NOON) -> str:
    with database.read() as reader:
        return exposition(reader, configured, now)


def test_jobs_say_when_they_last_ended_well_and_whether_they_are_late(database: Database) -> None:
    with database.write() as writer:
        due.note_due(writer, QUARTER, NOON, ZONE)
        claim = runs.claim(writer, NOON, "a", ["quarter"])
        assert claim is not None
        runs.finish(writer, claim, {}, NOON + minutes(1))
    found = parse(text_of(database, settings(QUARTER, NIGHTLY), NOON + minutes(2)))
    assert found['opsconsole_job_late{job="quarter"}'] == 0
    assert found['opsconsole_job_late{job="nightly"}'] == 1
    assert found['opsconsole_job_last_success_age_seconds{job="quarter"}'] == 60
    assert found['opsconsole_job_last_duration_seconds{job="quarter"}'] == 60
    assert found['opsconsole_job_last_success_timestamp_seconds{job="quarter"}'] == NOON.timestamp() + 60
    # What never ended well has no instant: 0 would be one.
    assert 'opsconsole_job_last_success_timestamp_seconds{job="nightly"}' not in found
    with database.write() as writer:
        runs.fail(writer, runs.ask(writer, "quarter", NOON + minutes(3), "a"), "no", NOON + minutes(3))
    assert parse(text_of(database, settings(QUARTER), NOON + minutes(4)))[
        'opsconsole_job_failed{job="quarter"}'
    ]


def test_machines_endpoints_and_evidence_are_there(database: Database, tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_text(LOGIN)
    configured = settings(
        sources=(Source("mail", "dovecot", str(tmp_path / "*.log")), Source("x", "dovecot", "/none/*")),
        thresholds={"memory_percent": 0.0, "disk_percent": 100.0},
        probes=(Probe('a"b\\', "h", 1), Probe("never", "h", 2)),
    )
    run(database, "collect", configured)
    run(database, "host-metrics", configured)
    with database.write() as writer:
        columns = ("province", "name", "at", "endpoint", "state", "milliseconds")
        for at, state, took in (("2026-01-01", "refused", None), ("2026-01-02", "open", 2.5)):
            writer.insert("probe_result", columns, [("test", 'a"b\\', at, "h:1", state, took)])
    stamp = dt.datetime(2019, 3, 4, 1, 15, tzinfo=dt.UTC)
    found = parse(text_of(database, configured, stamp + minutes(10)))
    assert found['opsconsole_collect_lag_seconds{source="mail"}'] == 600
    assert 'opsconsole_collect_lag_seconds{source="x"}' not in found
    assert found['opsconsole_probe_up{name="a\\"b\\\\",endpoint="h:1"}'] == 1
    assert found['opsconsole_probe_seconds{name="a\\"b\\\\",endpoint="h:1"}'] == 0.0025
    assert not any("never" in key for key in found)
    above = {key.split('measure="')[1][:4]: value for key, value in found.items() if "above" in key}
    assert above == {"memo": 1, "disk": 0}
    assert any(key.startswith("opsconsole_host_network_sent_bytes") for key in found)


def test_over_new_year_the_figures_are_of_the_year_that_is_measured(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Settings without a year have that of the day on which they were read, maybe months ago.
    asked: list[int] = []

    def indicators(_reader: Reader, year: int) -> tuple[Family, ...]:
        asked.append(year)
        return ()

    monkeypatch.setattr("opsconsole.jobs.metrics._indicators", indicators)
    with database.read() as reader:
        for at in (dt.datetime(2026, 12, 31, 17, 30), dt.datetime(2027, 1, 1, 17, 30)):
            exposition(reader, settings(year=2026, year_declared=False), at.replace(tzinfo=dt.UTC))
            exposition(reader, settings(year=2019), at.replace(tzinfo=dt.UTC))
    assert asked == [2026, 2019, 2027, 2019]


def test_observations_of_the_year_and_targets_are_there(database: Database) -> None:
    with database.write() as writer:
        columns = (
            "province", "indicator", "unit_id", "level", "period", "sequence", "version", "rule", "numerator",
            "denominator", "value", "inputs", "cut_off", "measured_at", "reason", "current",
        )  # fmt: skip
        for unit, level, period, value, current in (
            ("", "all", "2019", 67.5, 1),
            ("", "all", "2019", 1.0, 0),
            ("", "commune", "2019", None, 1),
            ("05128@2017", "commune", "2019", 5.0, 1),
            ("", "all", "2019-07", 6.0, 1),
            ("", "all", "2018", 7.0, 1),
        ):
            row = ("test", "mail.regular", unit, level, period, 2 - (current == 0), 1, "", 3.0, None, value,
                   "{}", "2020-01-01", "x", "", current)  # fmt: skip
            writer.insert("observation", columns, [row])
    found = parse(text_of(database, settings(year=2019)))
    values = {key: value for key, value in found.items() if "indicator_value" in key}
    assert values == {
        'opsconsole_indicator_value{indicator="mail.regular",level="all",unit_of_measure=""}': 67.5
    }
    assert len([key for key in found if "indicator_numerator" in key]) == 2


@given(st.text(), st.floats() | st.integers(-(10**18), 10**18) | st.none())
def test_whatever_a_name_holds_stays_inside_its_quotes(name: str, value: float | int | None) -> None:
    lines = list(Family("opsconsole_x", "About " + name, (({"name": name}, value),)).lines())
    text = "\n".join(lines) + "\n# EOF\n"
    assert text.encode()
    assert len(parse(text)) == (value is not None)


@given(st.datetimes(timezones=st.just(dt.UTC)).map(lambda at: at.replace(second=0, microsecond=0)))
def test_stamps_of_the_evidence_are_instants(at: dt.datetime) -> None:
    assert stamp(f"{at:%Y-%m-%dT%H:%M}Z".rjust(17, "0")) == at or at.year < 1000
    assert stamp("") is None
    assert stamp(None) is None


# --- the command -----------------------------------------------------------------------------------


@pytest.fixture
def config(sqlite_database: Database, tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"province: test\ndatabase: {sqlite_database.url}\nlanguage: en\n")
    return path


def test_the_text_goes_to_the_terminal_or_a_file(config: Path, tmp_path: Path) -> None:
    shown = CliRunner().invoke(cli, ["--config", str(config), "metrics"], standalone_mode=False)
    assert "opsconsole_info" in shown.stdout
    parse(shown.stdout)
    target = tmp_path / "out" / "opsconsole.prom"
    target.parent.mkdir()
    target.write_text("old")
    CliRunner().invoke(cli, ["--config", str(config), "metrics", "--out", str(target)], standalone_mode=False)
    parse(target.read_text())
    assert [path.name for path in target.parent.iterdir()] == ["opsconsole.prom"]
    both = CliRunner().invoke(cli, ["--config", str(config), "metrics", "--out", "x", "--listen", "1"])
    assert both.exit_code == 2


def test_a_file_that_cannot_be_written_keeps_its_content(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be written"):
        write(tmp_path / "none" / "x.prom", "text")
    (tmp_path / "x.prom").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write(tmp_path / "x.prom", "\ud800")
    assert [path.name for path in tmp_path.iterdir() if path.suffix] == ["x.prom"]
    assert (tmp_path / "x.prom").read_text() == "old"


def ask(port: int, path: str, method: str = "GET") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type") or "", answer.read().decode()
    finally:
        connection.close()


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_endpoint_answers_for_metrics_and_for_nothing_else(socket_enabled: None) -> None:
    texts: list[str] = ["a 1\n# EOF\n"]
    made = server("127.0.0.1", 0, lambda: texts[0])
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        assert ask(made.server_port, "/metrics") == (200, CONTENT_TYPE, texts[0])
        assert ask(made.server_port, "/metrics?x=1")[0] == 200
        assert ask(made.server_port, "/metrics", "HEAD") == (200, CONTENT_TYPE, "")
        assert ask(made.server_port, "/")[0] == 404
        assert ask(made.server_port, "/metrics/../etc")[0] == 404
        assert ask(made.server_port, "/metrics", "POST")[0] == 501
        texts.clear()  # what fails is not told to whoever asks
        assert ask(made.server_port, "/metrics")[::2] == (503, "the figures cannot be read now\n")
        with pytest.raises(Refused, match="cannot be listened on"):
            server("127.0.0.1", made.server_port, lambda: "")
    finally:
        made.shutdown()
        made.server_close()
        thread.join(60)


def test_without_a_host_it_is_this_machine_alone(monkeypatch: pytest.MonkeyPatch, config: Path) -> None:
    from opsconsole.cli import metrics

    asked: list[tuple[str, int]] = []

    def serve(host: str, port: int, text: Callable[[], str]) -> None:
        asked.append((host, port))

    monkeypatch.setattr(metrics, "serve", serve)
    for listen in ("9109", ":9109", "0.0.0.0:9109", "[::1]:9109"):
        CliRunner().invoke(cli, ["--config", str(config), "metrics", "--listen", listen])
    assert asked == [("127.0.0.1", 9109), ("127.0.0.1", 9109), ("0.0.0.0", 9109), ("::1", 9109)]
    wrong = CliRunner().invoke(cli, ["--config", str(config), "metrics", "--listen", "9109:x"])
    assert wrong.exit_code == 2
