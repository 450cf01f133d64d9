"""Attributes of LDAP (OpenLDAP, Active Directory, Zimbra, 389 Directory Server) → entries."""

from __future__ import annotations

import re
from collections.abc import Iterable

from opsconsole.inventory.directory.entry import NO_ADDRESS, Entry, Note, addresses, day_of, megabytes
from opsconsole.inventory.directory.ldif import Attributes
from opsconsole.text import squeeze

_ADDRESS = ("mail", "zimbramaildeliveryaddress", "mailprimaryaddress", "userprincipalname")
_ALIASES = ("mail", "proxyaddresses", "zimbramailalias", "mailalternateaddress", "mailalias", "shadowaddress")
_FORWARDS = (
    "zimbramailforwardingaddress",
    "zimbraprefmailforwardingaddress",
    "mailforwardingaddress",
    "mailforwardaddress",
)
_OPENED = ("zimbracreatetimestamp", "whencreated", "createtimestamp")
_LAST = (
    "zimbralastlogontimestamp",
    "lastlogontimestamp",
    "lastlogon",
    "authtimestamp",
    "pwdlastsuccess",
    "krblastsuccessfulauth",
)
_UNIT = ("department", "ou", "departmentnumber", "physicaldeliveryofficename", "company", "o")
_PERSON = ("employeenumber", "employeeid")
_NAME = ("displayname", "cn", "gecos")
_STATE = ("zimbraaccountstatus", "accountstatus", "inetuserstatus", "mailuserstatus", "nsaccountlock")
_LOCKS = ("pwdaccountlockedtime", "useraccountcontrol")
_QUOTA = ("zimbramailquota", "mailquota", "mailquotasize", "quota", "mdbstoragequota")
_SORT = (
    "objectclass",
    "zimbraissystemresource",
    "zimbraissystemaccount",
    "zimbracalrestype",
    "msexchrecipienttypedetails",
    "zimbraprefmaillocaldeliverydisabled",
)

WANTED = frozenset(
    (
        *("sn", "givenname", *_ADDRESS, *_ALIASES, *_FORWARDS, *_OPENED, *_LAST, *_UNIT),
        *(*_PERSON, *_NAME, *_STATE, *_LOCKS, *_QUOTA, *_SORT),
    )
)

_LISTS = {
    "groupofnames",
    "group",
    "mailgroup",
    "mailgroupofnames",
    "nismailalias",
    "zimbradistributionlist",
    "zimbragroup",
    "maillist",
}
_ACCOUNTS = {
    "person",
    "user",
    "inetorgperson",
    "organizationalperson",
    "mailaccount",
    "mailuser",
    "maildomainuser",
    "mailrecipient",
    "qmailuser",
    "zimbraaccount",
    "posixaccount",
    "account",
    "inetlocalmailrecipient",
    "zimbracalendarresource",
    "virtualmailaccount",
    "jammmailaccount",
}
_CLOSED = {"closed", "deleted", "removed", "pending"}
_LOCKED = {
    "locked",
    "lockout",
    "maintenance",
    "inactive",
    "noaccess",
    "disabled",
    "true",
    "hold",
    "overquota",
}
# msExchRecipientTypeDetails: shared; room, equipment and the server's own, here and in the cloud.
_SHARED = {"4", "34359738368"}
_SYSTEM = {"16", "32", "8192", "16384", "8388608", "536870912", "8589934592", "17179869184"}
_MONITORING = {"549755813888"}
_RDN = re.compile(r"(?<!\\),")


def entry(place: str, record: Attributes, note: Note) -> Entry | None:
    """The account that *record* describes; None for what is none (a folder, a machine) or, noted, has
    no address."""

    def first(names: Iterable[str]) -> str:
        return next((value for name in names for value in record.get(name, ()) if value), "")

    def every(names: Iterable[str]) -> list[str]:
        return [value for name in names for value in record.get(name, ())]

    classes = {each.lower() for each in record.get("objectclass", ())}
    if (classes and not classes & (_ACCOUNTS | _LISTS)) or "computer" in classes:
        return None
    known = addresses(value for value in every(_ALIASES) if "@" in value)
    proxies = [value[5:].lower() for value in record.get("proxyaddresses", ()) if value.startswith("SMTP:")]
    address = next(iter(addresses([*record.get("#name", ()), *proxies, first(_ADDRESS)])), "")
    if not address:
        if classes & _ACCOUNTS and "person" not in classes:
            note(place, NO_ADDRESS)
        return None
    forwards = tuple(each for value in every(_FORWARDS) for each in addresses(value.split(",")))
    last = [day_of(value) for value in every(_LAST)]
    quota = first(_QUOTA)
    size = megabytes(
        quota, "kb" if "mdbstoragequota" in record and quota in record["mdbstoragequota"] else "b"
    )
    name = squeeze(first(_NAME)) or squeeze(f"{first(['sn'])} {first(['givenname'])}")
    return Entry(
        address=address,
        place=place,
        name=name,
        aliases=tuple(each for each in known if each != address),
        forwards=tuple(dict.fromkeys(each for each in forwards if each != address)),
        sort=_sort(record, classes, forwards),
        state=_state(record),
        opened=day_of(first(_OPENED)),
        last_login=max(last) if last else None,
        quota_mb=int(size) or None if size else None,
        unit=_units(record, first(["dn"])),
        person=first(_PERSON),
    )


def _sort(record: Attributes, classes: set[str], forwards: tuple[str, ...]) -> str:
    def says(name: str) -> bool:
        return any(value.upper() == "TRUE" for value in record.get(name, ()))

    kinds = set(record.get("msexchrecipienttypedetails", ()))
    if classes & _LISTS and not classes & _ACCOUNTS:
        return "list"
    if says("zimbraissystemresource") or says("zimbraissystemaccount") or kinds & _SYSTEM:
        return "system"
    if "zimbracalendarresource" in classes or record.get("zimbracalrestype"):
        return "system"
    if kinds & _MONITORING:
        return "monitoring"
    if kinds & _SHARED:
        return "shared"
    return "forward" if forwards and says("zimbraprefmaillocaldeliverydisabled") else "personal"


def _state(record: Attributes) -> str:
    words = {value.strip().lower() for name in _STATE for value in record.get(name, ())}
    if words & _CLOSED:
        return "closed"
    control = next((value for value in record.get("useraccountcontrol", ()) if value.isdecimal()), "0")
    if words & _LOCKED or int(control[:12]) & 2:  # ACCOUNTDISABLE
        return "locked"
    return "locked" if any(record.get("pwdaccountlockedtime", ())) else "open"


def _units(record: Attributes, dn: str) -> tuple[str, ...]:
    """Names of the unit, the smallest first: what the account says itself, then the folders it lies in."""
    said = [squeeze(value) for name in _UNIT for value in record.get(name, ()) if value]
    folders = [
        squeeze(part.split("=", 1)[1].replace("\\,", ","))
        for part in _RDN.split(dn)
        if part.strip().lower().startswith("ou=")
    ]
    return tuple(dict.fromkeys([*said, *folders]))
