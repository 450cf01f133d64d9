"""What config.yaml may say about jobs, and what is said of what it may not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.cron import parse
from opsconsole.settings import Settings, load
from opsconsole.settings.alerts import EVENTS, Mail, Secret, Webhook, web_address
from opsconsole.settings.jobs import CATCH_UP_ALL, LAST_DAY, AlertAfter, Probe, endpoint
from opsconsole.strictyaml import ProblemsFound


def read(folder: Path, text: str) -> Settings:
    path = folder / "config.yaml"
    path.write_text(text)
    return load(path)


def cron_problem(folder: Path) -> str:
    return problems(folder, 'jobs: {k: {cron: "0 0 1 * 1"}}\n')[1]


def problems(folder: Path, text: str) -> dict[int, str]:
    with pytest.raises(ProblemsFound) as found:
        read(folder, text)
    return {problem.line: problem.message for problem in found.value.problems}


def test_all_that_may_be_said_is_taken(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        """
jobs:
  collect: {at: "01:30", catch_up: all, retries: 3, backoff_minutes: [2, 30], jitter_seconds: 90}
  measure: {at: "02:30", catch_up: latest, after: [collect], timeout_minutes: 60}
  audit-verify: {weekly: {day: sun, at: "04:00"}, catch_up: none, retries: 0}
  retention: {monthly: {day: last, at: "05:00"}, backoff_minutes: 5, after: measure}
  host-metrics:
    cron: "*/10 7-17 * * mon-fri"
    timezone: Asia/Tokyo
    alert_after: {failures: 2, late_minutes: 90}
backup: {folder: /mnt/copies, keep: 30}
probes: {mail: "mail.example.vn:993", six: "[2001:db8::1]:443"}
retention: {job_run: 100, unmatched: 365}
thresholds: {disk_percent: 85}
""",
    )
    collect, measure, audit, retention, hosts = settings.jobs
    assert (hosts.cron, hosts.timezone) == (parse("*/10 7-17 * * mon-fri"), ZoneInfo("Asia/Tokyo"))
    assert (hosts.alert_after, collect.alert_after) == (AlertAfter(2, 90), AlertAfter(None, None))
    assert (collect.catch_up, collect.jitter_seconds) == (CATCH_UP_ALL, 90)
    assert [wait.total_seconds() / 60 for wait in collect.waits] == [2, 30, 30]
    assert (measure.catch_up, measure.after, measure.timeout_minutes) == (1, ("collect",), 60)
    assert (audit.weekday, audit.at, audit.catch_up, audit.waits) == (6, dt.time(4), 0, ())
    assert (retention.monthday, retention.at, retention.after) == (LAST_DAY, dt.time(5), ("measure",))
    assert [wait.total_seconds() / 60 for wait in retention.waits] == [5, 5]
    assert (settings.backups.folder, settings.backups.keep) == (Path("/mnt/copies"), 30)
    assert settings.probes == (Probe("mail", "mail.example.vn", 993), Probe("six", "2001:db8::1", 443))
    assert settings.retention["job_run"] == 100
    assert settings.retention["unmatched"] == 365
    assert settings.retention["host_metric"] == 14  # what nobody says has a bound all the same
    assert settings.thresholds == {"disk_percent": 85.0}


def test_without_a_word_nothing_is_purged_that_has_no_bound_of_its_own(tmp_path: Path) -> None:
    settings = read(tmp_path, "province: x\n")
    assert "unmatched" not in settings.retention
    assert settings.backups.keep == 14


def test_every_error_has_its_line_and_all_come_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """jobs:
  a: {at: "01:30", every_minutes: 5}
  b: {weekly: {day: monday, at: "04:00"}}
  c: {monthly: {day: 31, at: "04:00"}}
  d: {weekly: {day: mon}}
  e: {at: "01:30", catch_up: some}
  f: {at: "01:30", retries: 21}
  g: {at: "01:30", after: nothing}
  h: {at: "01:30", after: [i]}
  i: {at: "01:30", after: [h]}
  j: {at: "01:30", backoff_minutes: [1, 0]}
  k: {cron: "0 0 1 * 1", timezone: Mars/Olympus}
  l: {at: "01:30", jitter_seconds: 4000}
  m: {every_minutes: 5, after: m}
retention:
  observation: 30
  job_run: 0
  alert: 1000000
probes:
  x: mail.example.vn
  y: mail.example.vn:99999
thresholds: {cpu: 90}
backup: {keep: 0}
""",
    )
    assert "job 'a' needs one of" in found[2]
    assert "'day' must be one of mon, tue, wed, thu, fri, sat, sun, not 'monday'" in found[3]
    assert "'day' must be a day from 1 to 28, or 'last', not '31'" in found[4]
    assert "'weekly' lacks 'at:'" in found[5]
    assert "'catch_up' must be all, none, latest or a number of slots" in found[6]
    assert "'retries' must be a number from 0 to 20" in found[7]
    assert "job 'g' is after 'nothing', which is not declared" in found[8]
    assert "job 'h' would wait for itself" in found[9]
    assert "job 'i' would wait for itself" in found[10]
    assert "each of 'backoff_minutes' must be" in found[11]
    assert "'timezone' must be the name of a time zone" in found[12]
    assert "'cron': day of the month '1' and weekday '1' are both given" in cron_problem(tmp_path)
    assert "'jitter_seconds' must be" in found[13]
    assert "job 'm' would wait for itself" in found[14]
    assert "'observation' is never purged" in found[16]
    assert "'job_run' must be a number of days" in found[17]
    assert "'alert' must be a number of days, 1 to 36500, not '1000000'" in found[18]
    assert "'x' must be host:port" in found[20]
    assert "'y' must be host:port" in found[21]
    assert "unknown setting 'cpu'" in found[22]
    assert "'keep' must be" in found[23]


@given(st.text(max_size=30))
def test_an_endpoint_is_a_host_and_a_port_or_an_error(text: str) -> None:
    try:
        host, port = endpoint(text)
    except ValueError:
        return
    assert host
    assert 1 <= port <= 65535
    assert text in (f"{host}:{text.rpartition(':')[2]}", f"[{host}]:{text.rpartition(':')[2]}")
    assert not set(host) & set(" \n/@")


# --- alerts ----------------------------------------------------------------------------------------


def test_alerts_are_told_by_mail_and_webhook(tmp_path: Path) -> None:
    alerts = read(
        tmp_path,
        """
alerts:
  mail:
    server: mail.example.vn
    security: tls
    from: ops@example.vn
    to: [it@example.vn, "head@example.vn"]
    user: ops
    password_file: secrets/smtp
    ca_file: ca.pem
  webhook: {url_env: HOOK, secret_env: HOOK_KEY}
  events: [job-failed, audit-broken]
  confirm: 3
  silent_hours: 24
  digest_above: 2
  most_an_hour: 4
""",
    ).alerts
    assert alerts.mail == Mail(
        "mail.example.vn", 465, "tls", "ops@example.vn", ("it@example.vn", "head@example.vn"), "ops",
        Secret(file=tmp_path / "secrets/smtp"), tmp_path / "ca.pem",
    )  # fmt: skip
    assert alerts.webhook == Webhook(hidden=Secret(env="HOOK"), secret=Secret(env="HOOK_KEY"))
    assert alerts.channels == ("mail", "webhook")
    assert alerts.events == ("job-failed", "audit-broken")
    assert (alerts.confirm, alerts.silent_hours, alerts.digest_above, alerts.most_an_hour) == (3, 24, 2, 4)


def test_without_a_word_nobody_is_told_and_everything_would_be(tmp_path: Path) -> None:
    alerts = read(tmp_path, "province: x\n").alerts
    assert (alerts.channels, alerts.events) == ((), tuple(EVENTS))


def test_a_password_in_config_or_in_plain_text_is_refused_with_what_to_write(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """alerts:
  mail:
    server: "mail.example.vn:25"
    security: none
    from: "ops@example.vn bcc"
    to: [it]
    user: ops
    password: secret
    password_env: SMTP
  webhook:
    url: http://chat.example.vn/x
    secret_env: A
    secret_file: b
  events: [job-failed, fire]
  digest_above: 0
""",
    )
    assert "the password would travel in plain text" in found[4]
    assert "'from' must be an address" in found[5]
    assert "each of 'to' must be an address" in found[6]
    assert "no secret stands in config.yaml: write 'password_env: VARIABLE'" in found[8]
    assert "'url' must be https://…" in found[11]
    assert "'secret_env' and 'secret_file' are two ways" in found[13]
    assert "each of 'events' must be one of job-failed, job-late" in found[14]
    assert "'digest_above' must be" in found[15]


def test_half_a_way_out_is_refused(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "alerts:\n  mail: {server: x, user: ops, from: a@b, to: a@b}\n  webhook: {secret_env: A}\n",
    )
    assert "'user:' needs 'password_env:' or 'password_file:'" in found[2]
    assert "'webhook' needs one of url, url_env, url_file" in found[3]
    assert "'mail' lacks 'to:'" in problems(tmp_path, "alerts:\n  mail: {server: x, from: a@b}\n")[2]


@given(
    st.text(max_size=40) | st.sampled_from(["https://a@b/", "https://a:0/", "https://é/", "http://[::1]:8/"])
)
def test_a_web_address_is_one_or_an_error(text: str) -> None:
    try:
        found = web_address(text)
    except ValueError:
        return
    assert found.lower().startswith(("https://", "http://"))
    assert not set(found) & set(" \r\n\x1b")
