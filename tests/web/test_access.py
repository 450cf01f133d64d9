"""The rules at the door, one by one."""

from __future__ import annotations

import getpass
from http import HTTPStatus
from pathlib import Path

import pytest

from opsconsole import actor
from opsconsole.errors import Refused
from opsconsole.web.access import TOKEN_HOLDER, Gate, Serving, Turned, serving

TOKEN = "0123456789abcdef" * 2


def made(**options: object) -> Serving:
    given: dict[str, object] = {
        "host": "127.0.0.1",
        "port": 8000,
        "socket": None,
        "public_url": None,
        "token_file": None,
        "user_header": None,
        "proxies": (),
        "sessions": 8,
        "allow_changes": False,
    }
    return serving(**(given | options))  # type: ignore[arg-type]


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    path.chmod(0o600)
    return path


def test_on_this_machine_a_token_is_made_and_every_run_has_another() -> None:
    first, second = made(), made()
    assert first.minted
    assert len(first.token) >= 32
    assert first.token != second.token
    assert first.origins == ("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000")
    assert not first.open_token


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "fe80::1", "ops.example.vn"])
def test_other_machines_are_refused_without_a_token(host: str) -> None:
    with pytest.raises(Refused, match="--token-file"):
        made(host=host, public_url="https://ops.example.vn")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_by_any_name_needs_nothing(host: str) -> None:
    assert made(host=host).minted


def test_every_reason_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        made(
            host="0.0.0.0",
            token_file=tmp_path / "none",
            user_header="X Y",
            proxies=("300.1.1.1", "0.0.0.0/0"),
            sessions=0,
        )
    text = str(refused.value)
    for part in (
        "no token can be read",
        "no name of a header",
        "300.1.1.1",
        "every address",
        "--sessions 0",
        "--public-url",
    ):
        assert part in text
    assert len(text.splitlines()) == 6


def test_a_header_is_believed_from_nobody_in_particular_by_no_one() -> None:
    with pytest.raises(Refused, match="only from there it is believed"):
        made(user_header="X-Remote-User")
    with pytest.raises(Refused, match="give --user-header"):
        made(proxies=("10.0.0.1",))


@pytest.mark.parametrize(
    ("mode", "text", "reason"),
    [
        (0o640, TOKEN, "others may read"),
        (0o604, TOKEN, "others may read"),
        (0o600, "short", "at least 24"),
        (0o600, "a b" * 20, "without blanks"),
        (0o600, "ạ" * 30, "not ASCII"),
        (0o600, "", "at least 24"),
    ],
)
def test_a_token_that_is_none_is_refused(tmp_path: Path, mode: int, text: str, reason: str) -> None:
    path = tmp_path / "token"
    path.write_text(text)
    path.chmod(mode)
    with pytest.raises(Refused, match=reason):
        made(token_file=path)


@pytest.mark.parametrize(
    "url",
    [
        "ops.example.vn",
        "ftp://a",
        "https://a/path",
        "https://a?x",
        "https://u@a",
        "https://a:x",
        "https://",
        "https://[",
    ],
)
def test_a_public_address_is_an_origin(url: str) -> None:
    with pytest.raises(Refused, match="--public-url"):
        made(public_url=url)


def test_a_public_address_is_what_browsers_call_it() -> None:
    assert made(public_url="https://OPS.example.vn:443/").origins == ("https://ops.example.vn",)
    assert made(public_url="https://ops.example.vn:8443").origins == ("https://ops.example.vn:8443",)
    assert made(public_url="http://[::1]").origins == ("http://[::1]",)


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://evil.example",
        "http://127.0.0.1:8001",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:8000.evil.example",
    ],
)
def test_a_page_of_another_address_opens_nothing(origin: str | None) -> None:
    gate = Gate(made())
    with pytest.raises(Turned) as turned:
        gate.check_origin(origin)
    assert turned.value.status == HTTPStatus.FORBIDDEN
    gate.check_origin("http://localhost:8000")
    gate.check_origin("HTTP://LOCALHOST:8000")


@pytest.mark.parametrize(
    "host", [None, "", "evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:8001"]
)
def test_a_name_that_was_made_to_point_here_is_not_served(host: str | None) -> None:
    gate = Gate(made())
    with pytest.raises(Turned) as turned:
        gate.check_host(host)
    assert turned.value.status == HTTPStatus.MISDIRECTED_REQUEST
    gate.check_host("LocalHost:8000")
    gate.check_host("[::1]:8000")


def test_the_token_or_the_ticket_lets_in_and_nothing_else(token_file: Path) -> None:
    gate = Gate(made(host="0.0.0.0", public_url="https://ops.example.vn", token_file=token_file))
    assert gate.visitor("10.0.0.9", {}, gate.ticket, []) == TOKEN_HOLDER
    assert gate.visitor("10.0.0.9", {"Authorization": f"Bearer {TOKEN}"}, None, []) == TOKEN_HOLDER
    for ticket, bearer in (
        (None, ""),
        ("", ""),
        (TOKEN, ""),
        ("x", "x"),
        (None, gate.ticket),
        ("\udcff", "ạ"),
    ):
        with pytest.raises(Turned) as turned:
            gate.visitor("127.0.0.1", {"Authorization": f"Bearer {bearer}"}, ticket, ["boss"])
        assert turned.value.status == HTTPStatus.UNAUTHORIZED


def test_without_a_token_no_empty_one_fits() -> None:
    gate = Gate(made(user_header="X-User", proxies=("10.0.0.1",)))
    assert not gate.token_fits("")
    assert not gate.token_fits(None)


@pytest.mark.parametrize("remote", ["10.0.0.1", "::ffff:10.0.0.1", "192.168.7.20", "fd00::5"])
def test_a_user_is_believed_from_a_declared_proxy(remote: str) -> None:
    gate = Gate(made(user_header="X-User", proxies=("10.0.0.1", "192.168.7.0/24", "fd00::/64")))
    assert gate.visitor(remote, {}, None, [" Nguyễn.An "]) == "Nguyễn.An"


@pytest.mark.parametrize("remote", ["10.0.0.2", "127.0.0.1", "::1", None, "", "nonsense"])
def test_a_user_is_believed_from_nobody_else(remote: str | None) -> None:
    gate = Gate(made(user_header="X-User", proxies=("10.0.0.1",)))
    with pytest.raises(Turned, match="Come by the proxy"):
        gate.visitor(remote, {}, None, ["boss"])


@pytest.mark.parametrize(
    "users",
    [
        [],
        [""],
        ["  "],
        ["a", "b"],
        ["a b"],
        ["a\x1b]0;x"],
        ["a\u202eb"],
        ["a" * 101],
        ["a,b"],
        ["a:b"],
        ["a\n" * 2],
    ],
)
def test_a_user_who_is_none_is_turned_away(users: list[str]) -> None:
    gate = Gate(made(user_header="X-User", proxies=("10.0.0.1",)))
    with pytest.raises(Turned, match="did not say"):
        gate.visitor("10.0.0.1", {}, None, users)


def test_both_are_asked_for_where_both_are_declared(token_file: Path) -> None:
    gate = Gate(made(user_header="X-User", proxies=("127.0.0.1",), token_file=token_file))
    with pytest.raises(Turned) as turned:
        gate.visitor("127.0.0.1", {}, None, ["an"])  # another account of the machine
    assert turned.value.status == HTTPStatus.UNAUTHORIZED
    assert gate.visitor("127.0.0.1", {"Authorization": f"Bearer {TOKEN}"}, None, ["an"]) == "an"


def test_whoever_comes_by_a_browser_is_named_with_the_account_that_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actor, "_served", [])
    own = actor.actor()
    assert ":" not in own
    actor.serve_for("an@hb.example")
    assert actor.actor() == f"web:an@hb.example@{own}"
    assert getpass.getuser()
