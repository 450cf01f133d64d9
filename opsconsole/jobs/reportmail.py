"""Reports by mail: each message lies in the folder ``outbox`` among the reports until a server has taken it.

It is written before it is sent, so that a server that is down, or a kill, loses none; whoever got one twice
knows it by its ``Message-ID``. What a server takes for nobody, or never, is remarked and not tried again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import formatdate
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.reports.order import folder_of
from opsconsole.reports.render.common import replacing

if TYPE_CHECKING:
    from opsconsole.reports.issue import Written
    from opsconsole.settings import Settings
    from opsconsole.settings.alerts import Mail
    from opsconsole.settings.reports import Scheduled

MOST_MAILED = 20_000_000
"""Bytes of all attachments together; what is more stays in its folder, and the message says so."""

Remark = Callable[[str], None]


def outbox(settings: Settings) -> Path:
    """Where messages wait."""
    return folder_of(settings) / "outbox"


def put(settings: Settings, entry: Scheduled, written: Written, said: str, remark: Remark) -> None:
    """Lay the message with the files of *written* into the outbox, where *entry* names addresses."""
    if not entry.mail:
        return
    server = settings.alerts.mail
    if server is None:
        remark(_("not mailed: 'alerts: mail:' in config.yaml names no mail server"))
        return
    from opsconsole.jobs.channels import WHOLE_LINES

    message = _message(server, entry, written, said, remark)
    folder = outbox(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / f"{_called(written)}.eml", "wb") as handle:
        os.fchmod(handle.fileno(), 0o600)
        handle.write(message.as_bytes(policy=WHOLE_LINES))


def send_waiting(settings: Settings, remark: Remark) -> list[str]:
    """Send what waits. Returns why which message still waits."""
    from opsconsole.jobs.channels import WHOLE_LINES, NotSent, deliver

    server, failures = settings.alerts.mail, []
    if server is None:
        return []
    for path in sorted(outbox(settings).glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=WHOLE_LINES)
        to = tuple(each.addr_spec for each in message["To"].addresses)
        try:
            refused = deliver(replace(server, to=to), message)
        except NotSent as error:
            if not error.lasting:
                failures.append(_("{file} waits: {reason}").format(file=path.name, reason=error))
                continue
            refused = _("not mailed: {reason}").format(reason=error)
        path.unlink()
        if refused:
            remark(f"{path.stem}: {refused}")
    return failures


def _called(written: Written) -> str:
    number = f"{written.year}-{written.number}" if written.number else "draft"
    return f"{number}-{written.outline}-{written.period}-{written.language}-{written.revision}"


def _message(server: Mail, entry: Scheduled, written: Written, said: str, remark: Remark) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = server.sender, ", ".join(entry.mail)
    made["Subject"] = " ".join(said.split())
    made["Date"] = formatdate(localtime=False)
    made["Message-ID"] = f"<report-{_called(written)}@{server.sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    attached, left = [], []
    room = MOST_MAILED
    for path in _chosen(entry, written):
        size = path.stat().st_size
        if size > room:
            left.append(_("{file} was not attached: the message would be too large").format(file=path.name))
            continue
        room -= size
        attached.append(path)
    for each in left:
        remark(each)
    findings = (f"{words}: {sentence}" for words, sentence in written.conflicts)
    made.set_content("\n".join((said, "", *findings, *left)) + "\n", cte="quoted-printable")
    for path in attached:
        main, sub = (guess_type(path.name)[0] or "application/octet-stream").split("/")
        made.add_attachment(path.read_bytes(), maintype=main, subtype=sub, filename=path.name)
    return made


def _chosen(entry: Scheduled, written: Written) -> Iterable[Path]:
    return (path for path in written.files if path.suffix.lstrip(".") in entry.formats)
