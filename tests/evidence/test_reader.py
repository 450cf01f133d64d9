"""The registry of readers, and what a third party's reader may do."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from opsconsole.errors import Refused
from opsconsole.evidence import reader as reader_module
from opsconsole.evidence.reader import Event, MailUse, Origin, Readers, Seen, installed
from opsconsole.evidence.readers.dovecot import READER
from opsconsole.evidence.redact import MAX_SAMPLE, redact
from opsconsole.settings import Source
from opsconsole.store.database import Database
from tests.evidence.lines import LAN, origin
from tests.evidence.world import Folder, declare, logins


class _Plain:
    """Lines ``DAY ADDRESS``: as small as a reader can be."""

    name = "plain"
    documents = False

    def begin(self, origin: Origin) -> _PlainParser:
        return _PlainParser()


class _PlainParser:
    def feed(self, data: bytes, position: int) -> Iterable[Event]:
        for line in data.decode().splitlines():
            day, address = line.split()
            yield MailUse(address, day, "login", 1)
            yield Seen(day, f"{day}T00:00:00.000000Z", f"{day}T00:00:00.000000Z", 1)

    def state(self) -> Mapping[str, Any]:
        return {}


PLAIN = _Plain()


def _entries(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    entries = [EntryPoint(name, value, reader_module.GROUP) for name, value in values.items()]
    monkeypatch.setattr(reader_module, "entry_points", lambda group: entries)


def test_the_built_in_readers_are_there() -> None:
    assert set(installed().names()) >= {"attendance", "dovecot", "maillog", "postfix", "teams", "zoom"}


def test_two_readers_of_one_name_are_refused() -> None:
    class Other(_Plain):
        name = "dovecot"

    with pytest.raises(Refused, match="two readers are called 'dovecot'"):
        Readers([READER, Other()])


def test_an_unknown_reader_lists_what_is_known() -> None:
    with pytest.raises(Refused, match="there is no reader 'zimbra'; known: dovecot"):
        Readers([READER])["zimbra"]


def test_a_third_partys_reader_is_found_by_its_entry_point_and_collected(
    sqlite_database: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _entries(monkeypatch, plain=f"{__name__}:PLAIN")
    monkeypatch.setattr(EntryPoint, "load", lambda self: PLAIN)
    declare(sqlite_database)
    folder = Folder(tmp_path / "logs", sqlite_database, reader="plain")
    folder.put("a", f"2019-10-01 {LAN}\n2019-10-02 {LAN}\n".encode())
    assert folder.collect().events == 2
    assert logins(sqlite_database) == {LAN: 2}


def test_an_entry_point_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _entries(monkeypatch, plain="no_such_module_here:READER")
    with pytest.raises(Refused, match=r"the reader 'plain' \(no_such_module_here:READER\) cannot be loaded"):
        installed()


def test_something_that_is_no_event_is_a_mistake_of_the_reader(
    sqlite_database: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_PlainParser, "feed", lambda self, data, position: ["login"])
    monkeypatch.setattr("opsconsole.evidence.collect.installed", lambda: Readers([PLAIN]))
    folder = Folder(tmp_path / "logs", sqlite_database, reader="plain")
    folder.sources = (Source("mail", "plain", str(tmp_path / "logs" / "*")),)
    folder.put("a", b"x\n")
    with pytest.raises(TypeError, match="a reader gave str, which is no event"):
        folder.collect()


@pytest.mark.parametrize(
    ("line", "gone", "kept"),
    [
        ("user=<lan.nguyen@hoabinh.example>, rip=10.1.2.3", ["lan", "10.1.2.3"], "…@hoabinh.example"),
        ("user=<lan.nguyen>, x", ["lan"], "user=<…>"),
        ("zimbraAuthLdapSearchBindPassword=s3cret; cmd=Auth", ["s3cret"], "cmd=Auth"),
        ("password: hunter2 given", ["hunter2"], "given"),
        ("from fe80:0:0:0:1:2:3:4 port", ["fe80"], "port"),
        ("sasl_username=lan, sasl_method=PLAIN", ["lan"], "sasl_method=PLAIN"),
    ],
)
def test_samples_lose_names_secrets_and_machines(line: str, gone: list[str], kept: str) -> None:
    shown = redact(line)
    assert not [word for word in gone if word in shown]
    assert kept in shown


def test_samples_are_short() -> None:
    assert len(redact("x" * 100_000)) == MAX_SAMPLE


@pytest.mark.parametrize("text", ["=", "a", ":", "pass=", "1.", "user=<", "@", "password"])
def test_no_text_takes_the_redaction_long(text: str) -> None:
    """Fuzzing found a tenth of a second a line: a word was looked at from each of its letters."""
    began = time.process_time()
    for _line in range(100):
        assert len(redact(text * 60_000)) <= MAX_SAMPLE
    assert time.process_time() - began < 1.0


def test_the_reader_shown_in_the_documentation_works() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "readers.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(text.split("```python\n")[1].split("```")[0], names)
    data = f"2019-10-01 {LAN}\nnonsense\n".encode()
    events = list(names["READER"].begin(origin()).feed(data, 100))
    assert [type(event).__name__ for event in events] == ["MailUse", "Seen", "Unreadable"]
    assert events[2].position == 100 + data.index(b"nonsense")
