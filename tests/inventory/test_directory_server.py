"""A real OpenLDAP server, where it is installed: what is read from it is what its LDIF export holds."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from opsconsole.errors import Refused
from opsconsole.inventory.directory.read import read_file
from opsconsole.inventory.directory.server import read_server

SLAPD = shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin:/usr/local/libexec:/usr/libexec")
SCHEMAS = Path("/etc/ldap/schema")

pytestmark = [
    pytest.mark.skipif(
        SLAPD is None or not SCHEMAS.is_dir(), reason="slapd (Debian: apt install slapd) is not installed"
    ),
    pytest.mark.skipif(importlib.util.find_spec("ldap3") is None, reason="the extra 'ldap' is not installed"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

BASE = "dc=hoabinh,dc=example"
PEOPLE = 620  # more than a page


def ldif() -> str:
    parts = [
        f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: hoabinh\no: Hòa Bình\n",
        f"dn: ou=Sở Y tế,{BASE}\nobjectClass: organizationalUnit\nou: Sở Y tế\n",
    ]
    for number in range(PEOPLE):
        parts.append(
            f"dn: uid=p{number},ou=Sở Y tế,{BASE}\nobjectClass: inetOrgPerson\nuid: p{number}\n"
            f"cn: Nguyễn Văn Số {number}\nsn: Nguyễn\nmail: p{number}@hoabinh.example\nemployeeNumber: CB-{number}\n"
        )
    return "\n".join(parts)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a running server (a socket of its own, no network), and its content as LDIF."""
    assert SLAPD is not None
    folder = tmp_path_factory.mktemp("ldap")
    (folder / "db").mkdir()
    include = "".join(f"include {SCHEMAS}/{name}.schema\n" for name in ("core", "cosine", "inetorgperson"))
    modules = next(iter(Path("/usr/lib").glob("ldap*")), Path("/usr/lib/ldap"))
    config = folder / "slapd.conf"
    config.write_text(
        f"{include}modulepath {modules}\nmoduleload back_mdb\npidfile {folder}/pid\ndatabase mdb\n"
        f'suffix "{BASE}"\nrootdn "cn=admin,{BASE}"\nrootpw secret\ndirectory {folder}/db\nmaxsize 33554432\n'
    )
    content = folder / "content.ldif"
    content.write_text(ldif())
    added = subprocess.run(
        [SLAPD, "-T", "add", "-q", "-f", str(config), "-l", str(content)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert added.returncode == 0, added.stderr
    socket = folder / "s"
    url = f"ldapi://{quote(str(socket), safe='')}"
    process = subprocess.Popen([SLAPD, "-d", "0", "-f", str(config), "-h", url], stderr=subprocess.DEVNULL)
    try:
        for _try in range(200):
            if socket.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        assert process.poll() is None, "slapd did not start"
        yield url, content
    finally:
        process.terminate()
        process.wait(10)


def test_a_server_says_what_its_export_says(server: tuple[str, Path]) -> None:
    url, content = server
    asked = read_server(f"{url}/{quote(BASE)}", f"cn=admin,{BASE}", "secret")
    exported = read_file(content)
    told = lambda found: sorted((e.address, e.name, e.unit, e.person) for e in found.entries)  # noqa: E731
    assert len(asked.entries) == PEOPLE
    assert told(asked) == told(exported)
    assert asked.form == "LDAP"
    assert all(entry.opened for entry in asked.entries)  # the server's own stamp


def test_a_filter_in_the_address_is_obeyed(server: tuple[str, Path]) -> None:
    url, _content = server
    asked = read_server(f"{url}/{quote(BASE)}??sub?(uid=p7)", f"cn=admin,{BASE}", "secret")
    assert [entry.address for entry in asked.entries] == ["p7@hoabinh.example"]


def test_what_does_not_go_is_said_in_one_line(server: tuple[str, Path]) -> None:
    url, _content = server
    with pytest.raises(Refused, match=r"the directory cannot be read: .*[cC]redentials"):
        read_server(f"{url}/{quote(BASE)}", f"cn=admin,{BASE}", "wrong")
    with pytest.raises(Refused, match="the directory cannot be read"):
        read_server("ldapi://%2Fnowhere%2Fs/x", None, "")
