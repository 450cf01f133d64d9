"""Pre-flight against loopback sockets: answers, refusals, black holes, certificates; its history."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from opsconsole.catalogue import use_language
from opsconsole.endpoints import endpoint
from opsconsole.operations.conference import preflight
from opsconsole.operations.conference.calls import options
from opsconsole.operations.conference.preflight import Result, Tries, judge_certificate, target_of
from opsconsole.operations.conference.preflights import failures, history, last_run, record, was_tried
from opsconsole.store.database import Database
from tests.operations.world import at, site

pytestmark = pytest.mark.enable_socket

SIP = b"SIP/2.0 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n"


class Loopback:
    """Sockets on the loopback that answer as told, or never."""

    def __init__(self) -> None:
        self.sockets: list[socket.socket] = []
        self.asked: list[bytes] = []

    def udp(self, answer: bytes | None, skip: int = 0) -> int:
        """A UDP port; *skip* requests are lost before one is answered."""
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 0))
        self.sockets.append(server)

        def run() -> None:
            left = skip
            while True:
                try:
                    data, peer = server.recvfrom(4096)
                except OSError:
                    return
                self.asked.append(data)
                if left:
                    left -= 1
                elif answer is not None:
                    server.sendto(answer, peer)

        threading.Thread(target=run, daemon=True).start()
        return int(server.getsockname()[1])

    def tcp(self, answer: bytes | None, wrap: Callable[[socket.socket], socket.socket] | None = None) -> int:
        """A TCP port that answers the first request; None: takes connections and says nothing."""
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen(300)
        self.sockets.append(server)

        def run() -> None:
            kept = []
            while True:
                try:
                    peer, _address = server.accept()
                except OSError:
                    return
                kept.append(peer)
                if answer is not None:
                    threading.Thread(target=self._answer, args=(peer, answer, wrap), daemon=True).start()

        threading.Thread(target=run, daemon=True).start()
        return int(server.getsockname()[1])

    def _answer(
        self, peer: socket.socket, answer: bytes, wrap: Callable[[socket.socket], socket.socket] | None
    ) -> None:
        try:
            peer = wrap(peer) if wrap else peer
            self.asked.append(peer.recv(4096))
            peer.sendall(answer)
            peer.close()
        except OSError:
            pass

    def close(self) -> None:
        for each in self.sockets:
            each.close()


@pytest.fixture
def loopback(socket_enabled: None) -> Iterator[Loopback]:
    servers = Loopback()
    yield servers
    servers.close()


def one(address: str, **options_: object) -> Result:
    (result,) = Tries(timeout=0.4, slow_ms=10_000, **options_).run([("S", address)])  # type: ignore[arg-type]
    return result


def test_any_sip_answer_proves_that_somebody_is_there(loopback: Loopback) -> None:
    result = one(f"sip:phong.1@127.0.0.1:{loopback.udp(SIP)}")
    assert (result.state, result.cause) == ("pass", "")
    assert result.checks[-1].detail == "405 Method Not Allowed"
    assert loopback.asked[0].startswith(
        b"OPTIONS sip:phong.1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:"
    )


def test_a_lost_datagram_is_sent_again(loopback: Loopback) -> None:
    (result,) = Tries(timeout=2).run([("S", f"sip:127.0.0.1:{loopback.udp(SIP, skip=1)}")])
    assert result.state in ("pass", "slow")
    assert len(loopback.asked) == 2


def test_who_does_not_answer_by_udp_may_by_tcp(loopback: Loopback) -> None:
    port = loopback.tcp(SIP)
    hole = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    hole.bind(("127.0.0.1", port))
    loopback.sockets.append(hole)
    assert one(f"sip:127.0.0.1:{port}").state == "pass"
    assert one(f"sip:127.0.0.1:{port};transport=tcp").state == "pass"


def test_a_web_server_answers_whatever_it_says_but_an_error(loopback: Loopback) -> None:
    fine = one(
        f"http://127.0.0.1:{loopback.tcp(b'HTTP/1.1 302 Found' + bytes((13, 10, 13, 10)))}/phong%20họp?x=1"
    )
    assert (fine.state, fine.checks[-1].detail) == ("pass", "302 Found")
    assert b"GET /phong%20h%20p?x=1 HTTP/1.1" in loopback.asked[-1]
    broken = one(f"http://127.0.0.1:{loopback.tcp(b'HTTP/1.1 503 Busy' + bytes((13, 10, 13, 10)))}")
    assert (broken.state, broken.cause) == ("fail", "http-error")
    other = one(f"http://127.0.0.1:{loopback.tcp(b'SSH-2.0-x' + bytes((10,)))}")
    assert (other.state, other.cause) == ("fail", "not-http")


def test_why_a_connection_fails_is_told_in_the_language_in_use(loopback: Loopback) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert one(f"http://127.0.0.1:{port}").checks[-1].detail == "Connection refused"
    use_language("vi")
    assert one(f"http://127.0.0.1:{port}").checks[-1].detail == "Kết nối bị từ chối"
    assert one(f"sip:127.0.0.1:{port}").checks[-1].detail == "Kết nối bị từ chối"


def test_codecs_by_h323_are_reached_when_the_port_is_open(loopback: Loopback) -> None:
    assert one(f"h323:phong@127.0.0.1:{loopback.tcp(None)}").state == "pass"
    assert one(f"127.0.0.1:{loopback.tcp(None)}").state == "pass"


def test_why_a_site_fails_is_told(loopback: Loopback) -> None:
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    assert one(f"http://127.0.0.1:{port}").cause == "refused"
    assert one(f"sip:127.0.0.1:{port}").cause == "refused"
    assert one(f"sip:127.0.0.1:{loopback.udp(b'what?')}").cause == "not-sip"
    assert one(f"https://127.0.0.1:{loopback.tcp(b'no tls here')}").cause == "tls"
    assert one(f"http://127.0.0.1:{loopback.tcp(None)}").cause == "timeout"
    assert one("").cause == "no-address"
    assert one("not an address").cause == "bad-address"
    assert one("sip:" + "x" * 70 + ".invalid").cause == "unresolved"


def test_a_site_that_answers_slowly_is_told_apart(loopback: Loopback) -> None:
    (result,) = Tries(timeout=2, slow_ms=-1).run([("S", f"sip:127.0.0.1:{loopback.udp(SIP)}")])
    assert (result.state, result.cause) == ("slow", "slow")


def test_an_answer_without_end_is_cut(loopback: Loopback) -> None:
    result = one(f"http://127.0.0.1:{loopback.tcp(b'HTTP/1.1 ' + b'9' * 5_000_000)}")
    assert (result.state, result.cause) == ("fail", "not-http")


def test_hostile_answers_do_not_steer_a_terminal(loopback: Loopback) -> None:
    result = one(
        f"sip:127.0.0.1:{loopback.udp(b'SIP/2.0 200 ' + bytes((27,)) + b']52;c;eA==' + bytes((7, 13, 10)))}"
    )
    assert "\x1b" not in result.checks[-1].detail
    assert result.state == "pass"


def test_a_name_server_that_never_answers_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Semaphore(0)

    def hang(*_args: object, **_more: object) -> list[object]:
        asked.release()
        time.sleep(20)
        return []

    monkeypatch.setattr("opsconsole.operations.conference.calls.socket.getaddrinfo", hang)
    begun = time.monotonic()
    results = Tries(timeout=0.3).run([(f"S{number}", "sip:slow.example") for number in range(40)])
    assert time.monotonic() - begun < 3
    assert {(result.state, result.cause) for result in results} == {("fail", "timeout")}
    assert asked.acquire(timeout=0)
    assert not asked.acquire(timeout=0)  # one look-up for all of them


def test_250_sites_20_of_them_black_holes_take_less_than_10_seconds(loopback: Loopback) -> None:
    answering = [loopback.udp(SIP) for _ in range(5)]
    web = loopback.tcp(b"HTTP/1.1 200 OK\r\n\r\n")
    holes = [loopback.udp(None) for _ in range(10)] + [loopback.tcp(None) for _ in range(10)]
    targets = [
        (f"S{n}", f"sip:s{n}@127.0.0.1:{answering[n % 5]}" if n % 2 else f"http://127.0.0.1:{web}/")
        for n in range(230)
    ]
    targets += [
        (f"H{n}", f"sip:127.0.0.1:{port}" if n < 10 else f"http://127.0.0.1:{port}/")
        for n, port in enumerate(holes)
    ]
    targets.sort(key=lambda target: hash(target) % 97)
    seen: list[tuple[int, int]] = []
    begun = time.monotonic()
    results = Tries(progress=lambda done, total: seen.append((done, total))).run(targets)
    assert time.monotonic() - begun < 10
    assert [result.site for result in results] == [name for name, _address in targets]
    assert {r.site for r in results if r.state == "fail"} == {f"H{n}" for n in range(20)}
    assert seen[-1][1] == 250


# --- certificates ----------------------------------------------------------------------------------------


def certificate(days: int, folder: Path) -> tuple[Path, bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hop.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{days}.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path, made.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("days", "state", "cause"),
    [(200, "pass", "tls-untrusted"), (5, "pass", "tls-ends"), (-1, "fail", "tls-expired")],
)
def test_the_end_of_a_certificate_is_read(
    loopback: Loopback, tmp_path: Path, days: int, state: str, cause: str
) -> None:
    import ssl

    path, _der = certificate(days, tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    port = loopback.tcp(b"HTTP/1.1 200 OK\r\n\r\n", lambda peer: context.wrap_socket(peer, server_side=True))
    (result,) = Tries(timeout=3, slow_ms=10_000).run([("S", f"https://127.0.0.1:{port}/")])
    assert (result.state, result.cause) == (state, cause)
    assert any("certificate" in check.detail for check in result.checks)


def test_bytes_that_are_no_certificate() -> None:
    assert judge_certificate(b"junk", 1.0, dt.datetime.now(dt.UTC)).cause == "tls"


# --- addresses, requests ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "tls"),
    [
        ("sip:158.1@hop.example", "hop.example:5060", False),
        ("sips:a@hop.example", "hop.example:5061", True),
        ("sip:a@hop.example;transport=tls", "hop.example:5061", True),
        ("sip:a@[2001:db8::1]:5070", "[2001:db8::1]:5070", False),
        ("h323:10.1.2.3", "10.1.2.3:1720", False),
        ("https://hop.example/phong?x", "hop.example:443", True),
        ("http://hop.example:8080", "hop.example:8080", False),
        ("10.1.2.3", "10.1.2.3:1720", False),
    ],
)
def test_addresses_are_taken_apart(text: str, place: str, tls: bool) -> None:
    found = endpoint(text)
    assert (found.place, found.tls) == (place, tls)


@pytest.mark.parametrize(
    "text", ["", "sip:", "ftp://x", "sip:a b@c", "http://x:99999", "a@b@c", "sip:a@b\r\nX: y"]
)
def test_other_addresses_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be an address"):
        endpoint(text)


def test_a_request_is_what_rfc_3261_asks_for() -> None:
    lines = options(endpoint("sip:a@hop.example"), "UDP", "10.0.0.1", 5061).decode().split("\r\n")
    assert lines[0] == "OPTIONS sip:a@hop.example SIP/2.0"
    assert {line.partition(":")[0] for line in lines[1:-2]} >= {
        "Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Content-Length",
    }  # fmt: skip
    assert lines[-2:] == ["", ""]


def test_software_without_an_address_is_tried_by_the_meeting_server() -> None:
    assert target_of(site("A", endpoint="software"), "https://hop.example") == "https://hop.example"
    assert target_of(site("A", endpoint="codec"), "https://hop.example") == ""


# --- history ---------------------------------------------------------------------------------------------


def test_a_site_that_fails_often_stands_out(database: Database) -> None:
    for number in range(14):
        results = [
            Result("often", "a", "fail" if number in (2, 6, 9, 12) else "pass", "timeout"),
            Result("once", "b", "fail" if number == 1 else "slow", "", 12.5),
        ]
        with database.write() as writer:
            record(writer, at("08:00") + dt.timedelta(days=number), "HN" if number % 2 else "", results, "an")
    with database.read() as reader:
        assert failures(reader) == {"often": (3, 10), "once": (0, 10)}
        assert failures(reader, ["once"]) == {"once": (0, 10)}
        tried = {each.result.site: each for each in last_run(reader, "HN")}
        assert (tried["often"].often, tried["once"].often) == (True, False)
        assert tried["once"].result.milliseconds == 12.5
        assert [each.result.state for each in history(reader, "often", 3)] == ["pass", "fail", "pass"]
        assert was_tried(reader, "HN", at("08:00") + dt.timedelta(days=13))
        assert not was_tried(reader, "HN", at("08:01") + dt.timedelta(days=13))
        assert last_run(reader, "other") == []


def test_every_cause_has_words() -> None:
    assert all(preflight.cause_text(cause) != cause for cause in preflight.CAUSES)
