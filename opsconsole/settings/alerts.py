"""What config.yaml says about alerts: what is told, to whom, by mail and by webhook.

No password stands in config.yaml: it names an environment variable, or a file that its owner alone
may read. It is read when something is sent, so that it can be changed while a scheduler runs.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from opsconsole.catalogue import N_, _
from opsconsole.errors import Refused
from opsconsole.oserrors import said
from opsconsole.settings.values import Getters, count, count_to, endpoint
from opsconsole.strictyaml import Map, Seq, place

EVENTS = {
    "job-failed": N_("job failed"),
    "job-late": N_("job late"),
    "target-behind": N_("target behind"),
    "endpoint-down": N_("endpoint does not answer"),
    "threshold-passed": N_("threshold passed"),
    "source-silent": N_("source is silent"),
    "check-conflict": N_("figures in conflict"),
    "audit-broken": N_("history was touched"),
}
"""What an alert can be about, by the name in ``events:``."""

MOST_SILENT = 87_600  # hours: ten years

SECURITY = ("starttls", "tls", "none")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def event_words(event: str) -> str:
    """What an alert is about, in the language in use."""
    return _(EVENTS[event])


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a password or key stands: in the environment variable ``env``, or in ``file``."""

    env: str = ""
    file: Path | None = None

    def read(self) -> str:
        """The secret. Raises Refused where there is none, or where others than the owner may read it."""
        if self.file is None:
            found = os.environ.get(self.env, "")
            if not found:
                raise Refused(_("the environment variable {name} is not set").format(name=self.env))
            return found
        try:
            with self.file.open(encoding="utf-8") as file:
                mode = os.fstat(file.fileno()).st_mode
                if mode & 0o077:
                    raise Refused(_("{path}: others may read it: chmod 600 {path}").format(path=self.file))
                found = file.readline(4096).rstrip("\r\n")
        except UnicodeDecodeError:
            raise Refused(_("{path}: is not UTF-8 text").format(path=self.file)) from None
        except OSError as error:
            raise Refused(
                _("{path}: cannot be read: {reason}").format(path=self.file, reason=said(error))
            ) from None
        if not found:
            raise Refused(_("{path}: its first line is empty").format(path=self.file))
        return found


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server that takes the messages, and for whom they are. ``ca_file`` names the authority
    of its certificate where that is none of the system's."""

    host: str
    port: int
    security: str
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: Secret | None = None
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address to which messages are posted as JSON; it is ``url``, or stands in ``hidden`` because
    whoever knows it may post. ``secret`` signs them."""

    url: str = ""
    hidden: Secret | None = None
    secret: Secret | None = None
    ca_file: Path | None = None

    def address(self) -> str:
        """The address. Raises Refused for one that is none, or would send in plain text."""
        found = self.hidden.read() if self.hidden else self.url
        try:
            return web_address(found)
        except ValueError:
            raise Refused(_("the address of the webhook must be {form}").format(form=_web_form())) from None


@dataclass(frozen=True, slots=True)
class Alerts:
    """What is told and to whom. ``confirm`` is how many times in a row an endpoint must not answer, or
    a threshold be passed; after ``silent_hours`` without a line a source is silent. More messages at
    once than ``digest_above`` become one, and a channel gets at most ``most_an_hour``."""

    mail: Mail | None = None
    webhook: Webhook | None = None
    events: tuple[str, ...] = tuple(EVENTS)
    confirm: int = 2
    silent_hours: int = 48
    digest_above: int = 5
    most_an_hour: int = 12

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the channels that there are."""
        return (*(("mail",) if self.mail else ()), *(("webhook",) if self.webhook else ()))


def read(top: Map | None, getters: Getters) -> Alerts:
    """The section ``alerts:`` of the settings *top*."""
    node = getters.map(top, "alerts")
    getters.known(
        node,
        {"mail", "webhook", "events", "confirm", "silent_hours", "digest_above", "most_an_hour"},
    )
    base, form = Alerts(), _("a whole number, 1 or more")
    return Alerts(
        mail=_mail(node, getters),
        webhook=_webhook(node, getters),
        events=_events(node, getters),
        confirm=getters.get(node, "confirm", base.confirm, count, form),
        silent_hours=getters.get(
            node,
            "silent_hours",
            base.silent_hours,
            count_to(MOST_SILENT),
            _("a number of hours, 1 to {most}").format(most=MOST_SILENT),
        ),
        digest_above=getters.get(node, "digest_above", base.digest_above, count, form),
        most_an_hour=getters.get(node, "most_an_hour", base.most_an_hour, count, form),
    )


def _mail(alerts: Map | None, getters: Getters) -> Mail | None:
    node = getters.map(alerts, "mail")
    if alerts is None or node is None:
        return None
    getters.known(
        node,
        {"server", "security", "from", "to", "user", "password", "password_env", "password_file", "ca_file"},
    )
    for needed in ("server", "from", "to"):
        if needed not in node.items:
            getters.problem(
                alerts.key_place("mail"), _("'{key}' lacks '{needed}:'").format(key="mail", needed=needed)
            )
    security = getters.get(node, "security", "starttls", _one_of(SECURITY), " / ".join(SECURITY))
    host, port = getters.get(
        node,
        "server",
        ("", 0),
        lambda text: endpoint(text if re.search(r":\d+$", text) else f"{text}:{_PORTS[security]}"),
        _("host or host:port, such as mail.example.vn:587"),
    )
    user = getters.get(node, "user", "", _filled, _("a name"))
    password = _secret(node, "password", getters)
    if bool(user) != bool(password):
        getters.problem(
            alerts.key_place("mail"),
            _("'user:' needs 'password_env:' or 'password_file:', and they need it"),
        )
    if user and security == "none" and not _loopback(host):
        getters.problem(
            node.value_place("security") if "security" in node.items else alerts.key_place("mail"),
            _("the password would travel in plain text: 'security' must be starttls or tls"),
        )
    form = _("an address, such as it@example.vn")
    return Mail(
        host=host,
        port=port,
        security=security,
        sender=getters.get(node, "from", "", _mail_address, form),
        to=_recipients(node, getters, form),
        user=user,
        password=password,
        ca_file=_path(node, "ca_file", getters),
    )


def _recipients(node: Map, getters: Getters, form: str) -> tuple[str, ...]:
    """An address, or a list of them."""
    value = node.items.get("to")
    if not isinstance(value, Seq):
        one = getters.get(node, "to", "", _mail_address, form)
        return (one,) if one else ()
    found = []
    for item, mark in zip(value.items, value.marks, strict=True):
        try:
            found.append(_mail_address(item if isinstance(item, str) else ""))
        except ValueError:
            getters.problem(place(mark), _("each of '{key}' must be {form}").format(key="to", form=form))
    if not value.items:
        getters.problem(place(value.mark), _("'{key}' must name at least one").format(key="to"))
    return tuple(found)


def _webhook(alerts: Map | None, getters: Getters) -> Webhook | None:
    node = getters.map(alerts, "webhook")
    if alerts is None or node is None:
        return None
    getters.known(node, {"url", "url_env", "url_file", "secret", "secret_env", "secret_file", "ca_file"})
    url = getters.get(node, "url", "", web_address, _web_form())
    hidden = _secret(node, "url", getters, plain_allowed=True)
    if sum(key in node.items for key in ("url", "url_env", "url_file")) != 1:
        getters.problem(
            alerts.key_place("webhook"),
            _("'{key}' needs one of {names}").format(key="webhook", names="url, url_env, url_file"),
        )
    return Webhook(url, hidden, _secret(node, "secret", getters), _path(node, "ca_file", getters))


def _secret(node: Map, name: str, getters: Getters, *, plain_allowed: bool = False) -> Secret | None:
    """Where the secret *name* stands: ``name_env`` or ``name_file``."""
    if name in node.items and not plain_allowed:
        getters.problem(
            node.key_place(name),
            _("no secret stands in config.yaml: write '{name}_env: VARIABLE' or '{name}_file: PATH'").format(
                name=name
            ),
        )
    env = getters.get(node, f"{name}_env", "", _variable, _("the name of an environment variable"))
    file = _path(node, f"{name}_file", getters)
    if env and file:
        getters.problem(
            node.key_place(f"{name}_file"),
            _("'{a}' and '{b}' are two ways; name one").format(a=f"{name}_env", b=f"{name}_file"),
        )
    return Secret(env, None if env else file) if env or file else None


def _path(node: Map, key: str, getters: Getters) -> Path | None:
    written = getters.get(node, key, "", _filled, _("a path"))
    return getters.root / written if written else None


def _events(node: Map | None, getters: Getters) -> tuple[str, ...]:
    value = node.items.get("events") if node else None
    form = _("one of {days}").format(days=", ".join(EVENTS))
    if not isinstance(value, Seq):
        one = getters.get(node, "events", "", _one_of(tuple(EVENTS)), form)
        return (one,) if one else tuple(EVENTS)
    found = []
    for item, mark in zip(value.items, value.marks, strict=True):
        if isinstance(item, str) and item in EVENTS:
            found.append(item)
        else:
            getters.problem(place(mark), _("each of '{key}' must be {form}").format(key="events", form=form))
    return tuple(found)


# --- values --------------------------------------------------------------------------------------


def web_address(value: str) -> str:
    """An https address, or an http one of this machine, without a password in it. Raises ValueError."""
    parts = urlsplit(value)
    if not parts.hostname or "@" in parts.netloc or not value.isascii() or not value.isprintable():
        raise ValueError
    if " " in value or (parts.port is not None and parts.port < 1):
        raise ValueError
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(parts.hostname)):
        raise ValueError
    return value


def _web_form() -> str:
    return _("https://… (http:// only for this machine itself), without a password in it")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _mail_address(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value):
        raise ValueError
    return value


def _variable(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise ValueError
    return value


def _filled(value: str) -> str:
    if not value:
        raise ValueError
    return value


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    def convert(value: str) -> str:
        if value not in allowed:
            raise ValueError
        return value

    return convert
