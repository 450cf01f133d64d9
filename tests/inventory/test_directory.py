"""Directories: what servers export is read as it is meant, and what is broken is named and left out."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.errors import Refused
from opsconsole.inventory.directory import attributes, ldif, tables, zimbra
from opsconsole.inventory.directory.entry import Directory, Entry, addresses, day_of, megabytes
from opsconsole.inventory.directory.read import joined, read_file
from opsconsole.text import nfc


def read(tmp_path: Path, text: str | bytes, **columns: str) -> Directory:
    path = tmp_path / "export"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_file(path, columns)


def unread(found: Directory) -> list[str]:
    return [str(each) for each in found.unread]


# --- LDIF ------------------------------------------------------------------------------------


def test_ldif_is_read_with_folds_base64_comments_and_options(tmp_path: Path) -> None:
    name = base64.b64encode("Nguyễn Văn An".encode()).decode()
    text = f"""\
version: 1

# a comment that
 goes on
dn: uid=an,ou=Xã Ân Nghĩa,ou=Huyện Lạc Sơn,dc=example
objectClass: inetOrgPerson
mail: An.Nguyen@hoabinh.exam
 ple
cn;lang-vi:: {name}
mailForwardingAddress: an@gmail.com
zimbraMailQuota: 524288000
jpegPhoto:: AAAA
createTimestamp: 20190102030405Z
employeeNumber: CB-1
"""
    for data in (text, text.replace("\n", "\r\n"), "\ufeff" + text):
        found = read(tmp_path, data)
        assert (found.form, found.unread) == ("LDIF", ())
        assert found.entries == (
            Entry(
                address="an.nguyen@hoabinh.example",
                place="export:5",
                name="Nguyễn Văn An",
                forwards=("an@gmail.com",),
                opened="2019-01-02",
                quota_mb=500,
                unit=("Xã Ân Nghĩa", "Huyện Lạc Sơn"),
                person="CB-1",
            ),
        )


def test_broken_and_strange_records_of_ldif_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    text = b"""dn: cn=changed
changetype: modify
replace: mail
mail: x@y.example
-

dn: cn=bad
mail:: @@@

dn: cn=url
mail:< file:///etc/passwd

mail: lost@x.example

dn: cn=tcvn
objectClass: person
mail: b@x.example
displayName: Tr\xc7n Th\xde B\xd7nh

no colon here

dn: ou=folder
objectClass: organizationalUnit

dn: cn=nobody
objectClass: inetOrgPerson
"""
    found = read(tmp_path, text)
    assert [(entry.address, entry.name) for entry in found.entries] == [("b@x.example", "Trần Thị Bình")]
    assert unread(found) == [
        "export:1: a record of changes; export the content of the directory",
        "export:7: a value is no base64",
        "export:10: a value stands at a URL, which is not fetched",
        "export:13: a record does not begin with 'dn:'",
        "export:20: a line without 'attribute:'",
        "export:25: no address",
    ]


@pytest.mark.parametrize(
    ("lines", "sort", "state"),
    [
        ("userAccountControl: 514", "personal", "locked"),
        ("userAccountControl: 512", "personal", "open"),
        ("userAccountControl: ²", "personal", "open"),
        ("zimbraAccountStatus: closed", "personal", "closed"),
        ("zimbraAccountStatus: lockout", "personal", "locked"),
        ("nsAccountLock: TRUE", "personal", "locked"),
        ("pwdAccountLockedTime: 000001010000Z", "personal", "locked"),
        ("msExchRecipientTypeDetails: 4", "shared", "open"),
        ("msExchRecipientTypeDetails: 16", "system", "open"),
        ("msExchRecipientTypeDetails: 549755813888", "monitoring", "open"),
        ("zimbraIsSystemResource: TRUE", "system", "open"),
        (
            "zimbraPrefMailLocalDeliveryDisabled: TRUE\nzimbraMailForwardingAddress: x@y.example",
            "forward",
            "open",
        ),
    ],
)
def test_attributes_of_servers_say_sort_and_state(tmp_path: Path, lines: str, sort: str, state: str) -> None:
    found = read(tmp_path, f"dn: cn=a\nobjectClass: user\nmail: a@x.example\n{lines}\n").entries[0]
    assert (found.sort, found.state) == (sort, state)


def test_active_directory_says_which_of_its_addresses_is_the_first(tmp_path: Path) -> None:
    text = (
        "dn: CN=A,OU=Sở Y tế,DC=x\nobjectClass: user\nuserPrincipalName: login@x.local\n"
        "proxyAddresses: smtp:old@x.example\nproxyAddresses: SMTP:a@x.example\nproxyAddresses: X500:/o=x\n"
        "lastLogonTimestamp: 131938848000000000\n"
    )
    found = read(tmp_path, text).entries[0]
    assert (found.address, found.aliases, found.last_login) == (
        "a@x.example",
        ("old@x.example",),
        "2019-02-06",
    )


VALUES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\x85"), max_size=40
)


@given(st.lists(st.tuples(VALUES, VALUES, st.booleans(), st.integers(5, 70)), max_size=5))
def test_what_was_written_as_ldif_is_read_back(people: list[tuple[str, str, bool, int]]) -> None:
    lines: list[bytes] = []
    for name, unit, encoded, width in people:
        record = [b"dn: cn=x"]
        for attribute, value in (("displayName", name), ("ou", unit)):
            plain = value.strip() == value and value and value[0] not in " :<" and not encoded
            data = value.encode()
            line = attribute.encode() + (b": " + data if plain else b":: " + base64.b64encode(data))
            record.append(
                line[:width]
                + b"".join(b"\n " + line[at : at + width] for at in range(width, len(line), width))
            )
        lines += [*record, b""]
    text = b"\n".join(lines)
    notes: list[str] = []
    found = list(
        ldif.records(
            text.splitlines(keepends=True), "f", attributes.WANTED, lambda *note: notes.append(str(note))
        )
    )
    assert not notes
    assert [record.get("displayname") for _place, record in found] == [
        [ldif.decoded(name.encode())] for name, *_rest in people
    ]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_named(data: bytes) -> None:
    notes: list[str] = []

    def note(place: str, reason: str) -> None:
        notes.append(f"{place}: {reason}")

    lines = data.splitlines(keepends=True)
    for _place, record in ldif.records(lines, "f", attributes.WANTED, note):
        attributes.entry("p", record, note)
    list(zimbra.accounts(lines, "f", attributes.WANTED, note))
    list(zimbra.quotas(lines, "f", note))
    try:
        list(tables.entries(b"email,name,unit,used\n" + data, "f", {}, note)[1])
    except Refused as error:
        notes.append(error.args[0])
    assert all(notes)


# --- Zimbra ----------------------------------------------------------------------------------


def test_zmprov_accounts_and_quotas_are_one_directory(tmp_path: Path) -> None:
    accounts = read(
        tmp_path,
        "# name an@x.example\nmail: an@x.example\nmail: nguyen.an@x.example\ndisplayName: Nguyễn An\n"
        "zimbraAccountStatus: active\nzimbraLastLogonTimestamp: 20190102030405.123Z\nzimbraNotes: first\n"
        " second\n\n# name b@x.example\nzimbraAccountStatus: locked\n",
    )
    quotas = read(tmp_path, "an@x.example 524288000 600000000\nb@x.example 0 5\nrubbish\n")
    assert (accounts.form, quotas.form) == ("zmprov gaa", "zmprov gqu")
    assert unread(quotas) == ["export:3: not 'address quota used'"]
    both = joined([accounts, quotas])
    assert [
        (e.address, e.aliases, e.state, e.quota_mb, round(e.used_mb or 0), e.last_login) for e in both.entries
    ] == [
        ("an@x.example", ("nguyen.an@x.example",), "open", 500, 572, "2019-01-02"),
        ("b@x.example", (), "locked", None, 0, None),
    ]


# --- CSV -------------------------------------------------------------------------------------


def test_exports_are_known_by_their_headings(tmp_path: Path) -> None:
    m365 = read(
        tmp_path,
        "\ufeffReport Refresh Date,User Principal Name,Display Name,Is Deleted,Deleted Date,Last Activity Date\r\n"
        "2019-02-01,a@x.example,Bùi An,False,,2019-01-05\r\n2019-02-01,c@x.example,Anh,True,2019-01-01,\r\n"
        "2019-02-01,0F2C1A6C3B9F4D0E8A7B6C5D4E3F2A1B,9A,False,,\r\n",
    )
    assert m365.form == "Microsoft 365"
    assert [(e.address, e.state, e.last_login) for e in m365.entries] == [
        ("a@x.example", "open", "2019-01-05"),
        ("c@x.example", "closed", ""),
    ]
    assert unread(m365) == ["export:4: the address is hidden; have the reports of Microsoft 365 show names"]
    google = read(
        tmp_path,
        "First Name [Required],Last Name [Required],Email Address [Required],Org Unit Path [Required],"
        "Status [READ ONLY],Last Sign In [READ ONLY],Email Usage [READ ONLY]\n"
        "An,Bùi,an@x.example,/Huyện Lạc Sơn/Xã Ân Nghĩa,Suspended,Never logged in,1.2GB\n",
    ).entries[0]
    assert (google.name, google.unit, google.state) == ("Bùi An", ("Xã Ân Nghĩa", "Huyện Lạc Sơn"), "locked")
    assert (google.last_login, google.used_mb) == ("", pytest.approx(1228.8))
    exchange = read(
        tmp_path,
        '#TYPE Microsoft.Exchange\n"PrimarySmtpAddress","DisplayName","RecipientTypeDetails",'
        '"ForwardingSmtpAddress","DeliverToMailboxAndForward","ProhibitSendReceiveQuota","WhenMailboxCreated"\n'
        '"vp@x.example","Văn phòng","SharedMailbox","","False","50 GB (53,687,091,200 bytes)","25/03/2019"\n'
        '"f@x.example","F","UserMailbox","smtp:f@gmail.com","False","Unlimited","05/03/2019"\n',
    )
    assert exchange.form == "Exchange"
    assert [(e.sort, e.quota_mb, e.opened, e.forwards) for e in exchange.entries] == [
        ("shared", 51200, "2019-03-25", ()),
        ("forward", None, "2019-03-05", ("f@gmail.com",)),
    ]


@pytest.mark.parametrize(
    "data",
    [
        "Họ và tên;Địa chỉ thư;Đơn vị\nNguyễn Văn An;an@x.example;Xã Ân Nghĩa\n".encode(),
        "Họ và tên\tĐịa chỉ thư\tĐơn vị\nNguyễn Văn An\tan@x.example\tXã Ân Nghĩa\n".encode("utf-16"),
        "Hä vµ tªn;§Þa chØ th­;§¬n vÞ\nNguyÔn V¨n An;an@x.example;X· ¢n NghÜa\n".encode("latin-1"),
        "Hä vµ tªn;§Þa chØ th­;§¬n vÞ\nNguyÔn V¨n An;an@x.example;X· ¢n NghÜa\n".encode(),
    ],
)
def test_vietnamese_headings_are_known_in_every_encoding(tmp_path: Path, data: bytes) -> None:
    found = read(tmp_path, data).entries[0]
    assert (found.name, found.address, found.unit) == ("Nguyễn Văn An", "an@x.example", ("Xã Ân Nghĩa",))


def test_formulas_are_no_values_and_rows_without_an_address_are_named(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "email,name,unit\na@x.example,\"=cmd|'/c calc'!A0\",x\nb@x.example,@SUM(A1),x\n,An,x\nc@x.example,Anh,+84 1\n"
        "d@x.example,Anh,x,y,z\n",
    )
    assert [entry.address for entry in found.entries] == ["c@x.example"]
    assert unread(found) == [
        "export:2: a cell begins as a formula does, and is no value",
        "export:3: a cell begins as a formula does, and is no value",
        "export:4: no address",
        "export:6: more cells than the heading has columns",
    ]


def test_a_column_map_says_what_nobody_could_guess(tmp_path: Path) -> None:
    text = "A,B,C\nan@x.example,An,Sở Y tế\n"
    found = read(tmp_path, text, address="A", unit="c").entries[0]
    assert (found.address, found.name, found.unit) == ("an@x.example", "", ("Sở Y tế",))
    with pytest.raises(Refused, match="say which: --column address=HEADING"):
        read(tmp_path, text)
    with pytest.raises(Refused, match="has no column 'D'; it has: A, B, C"):
        read(tmp_path, text, address="D")
    with pytest.raises(Refused, match="knows no 'adress'; known: address"):
        read(tmp_path, text, adress="A")


def test_a_field_that_never_ends_is_named(tmp_path: Path) -> None:
    found = read(tmp_path, 'email,name\na@x.example,An\nb@x.example,"' + "x" * 200_000)
    assert [entry.address for entry in found.entries] == ["a@x.example"]
    assert unread(found) == ["export:3: more cells than the heading has columns"]


def test_what_is_no_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        read_file(tmp_path / "nowhere")
    with pytest.raises(Refused, match="no column is known to hold the addresses"):
        read(tmp_path, "")
    with pytest.raises(Refused, match="holds no account"):
        read(tmp_path, "email,name\n")


# --- values ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1.2GB", 1228.8),
        ("53687091200", 51200),
        ("50 GB (53,687,091,200 bytes)", 51200),
        ("2 MB", 2),
        ("50 GB (² bytes)", None),
        (f"50 GB ({'9' * 5000} bytes)", None),
        ("0", None),
        *[("Unlimited", None), ("", None), ("-5", None), ("nan", None), ("1e99", None), ("1,5 GB", 1536)],
    ],
)
def test_sizes(text: str, size: float | None) -> None:
    assert megabytes(text) == (None if size is None else pytest.approx(size))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20190102030405Z", "2019-01-02"),
        ("2019-01-02T03:04", "2019-01-02"),
        ("2019/01/02 03:04:05", "2019-01-02"),
        ("02/01/2019", "2019-01-02"),
        ("3/25/2019 7:00:00 AM", "2019-03-25"),
        ("131938848000000000", "2019-02-06"),
        ("Never logged in", ""),
        ("", ""),
        ("9999999999999999999", ""),
        ("99/99/2019", ""),
        ("²019-01-02", ""),
    ],
)
def test_days(text: str, day: str) -> None:
    assert day_of(text) == day


@given(st.text(max_size=30))
def test_any_text_is_a_day_a_size_or_none(text: str) -> None:
    assert day_of(text) == "" or len(day_of(text)) == 10
    size = megabytes(text)
    assert size is None or size > 0
    assert all(each == nfc(each).lower() or each for each in addresses([text]))
