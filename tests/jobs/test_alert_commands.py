"""The commands ``alerts`` and ``alerts test``, as people call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from opsconsole.cli import cli
from opsconsole.errors import Refused
from opsconsole.jobs import runs
from opsconsole.jobs.alerts import Judgement, settle
from opsconsole.jobs.execution import Crew
from opsconsole.settings import load
from opsconsole.settings.alerts import Alerts
from opsconsole.store import clock
from opsconsole.store.database import Database
from tests.jobs.receivers import mail_server, web_server
from tests.jobs.runs_help import NOON, minutes

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.usefixtures("socket_enabled")]


def write(folder: Path, database: Database, alerts: str = "") -> Path:
    path = folder / "config.yaml"
    path.write_text(f"province: test\ndatabase: {database.url}\nlanguage: en\nyear: 2019\n{alerts}")
    return path


def call(config: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(config), "alerts", *words], standalone_mode=False)


def test_the_list_says_what_stands_and_who_was_told(database: Database, tmp_path: Path) -> None:
    config = write(tmp_path, database)
    assert "No alert." in call(config).output
    with database.write() as writer:
        settle(writer, Alerts(), Judgement("endpoint-down", {"mail": "x:1: \x1b[31mrefused", "b": "y"}), NOON)
        settle(writer, Alerts(), Judgement("endpoint-down", {"mail": "x"}), NOON + minutes(5))
    shown = call(config).output
    assert shown.splitlines()[:4] == [
        "23/11/2026 12:00  STANDS  endpoint does not answer: mail",
        "  x:1: <U+001B>[31mrefused",
        "23/11/2026 12:00 – 23/11/2026 12:05  endpoint does not answer: b",
        "  y",
    ]
    assert "Nobody is told: 'alerts:' in config.yaml" in shown
    assert [each["subject"] for each in json.loads(call(config, "list", "--open", "--json").stdout)] == [
        "mail"
    ]


def test_a_test_goes_every_way_and_says_what_became_of_it(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no way to tell anybody"):
        raise call(write(tmp_path, database), "test").exception  # type: ignore[misc]
    with mail_server() as (mail, box), web_server() as (web, requests):
        config = write(
            tmp_path,
            database,
            f"alerts:\n  mail: {{server: '127.0.0.1:{mail}', security: none, from: ops@example.vn,"
            f" to: it@example.vn}}\n  webhook: {{url: 'http://127.0.0.1:{web}/in'}}\n",
        )
        done = call(config, "test")
        assert (done.return_value, done.output) == (0, "mail: sent\nwebhook: sent\n")
        assert box.messages[0]["Subject"] == "[opsconsole test] a test of the alerts"
        assert json.loads(requests.got[0][2])["test"] is True
        requests.status = 500
        failed = call(config, "test", "--channel", "webhook")
        assert failed.return_value == 1
        assert f"webhook: not sent: 127.0.0.1:{web}: 500" in failed.output
    assert len(box.messages) == 1
    assert "No alert." in call(config).output  # a test is no alert


def test_from_the_event_to_the_mail_box(database: Database, tmp_path: Path) -> None:
    with mail_server() as (port, box):
        config = write(
            tmp_path,
            database,
            f"alerts:\n  mail: {{server: '127.0.0.1:{port}', security: none, from: ops@example.vn,"
            " to: it@example.vn}\n",
        )
        settings = load(config)
        for bad in ({"mail": "refused"}, {}):
            with database.write() as writer:
                settle(writer, settings.alerts, Judgement("endpoint-down", bad), clock.now())
            crew = Crew(database, settings)
            with database.write() as writer:
                claim = runs.ask(writer, "alerts", clock.now(), crew.owner)
            crew.take(claim)
            assert crew.execute(claim) == "ok"
    assert [each["Subject"] for each in box.messages] == [
        "[opsconsole test] endpoint does not answer: mail",
        "[opsconsole test] over: endpoint does not answer: mail",
    ]
    shown = call(config).output
    assert shown.count("mail, raised: sent") == shown.count("mail, is over: sent") == 1
