"""A mail server's whole log, as ``/var/log/mail.log`` has it: Postfix and Dovecot, and others between them.

A mail that Postfix hands to Dovecot is counted as received where Dovecot says that it stored it, so
that it counts once.
"""

from __future__ import annotations

from opsconsole.evidence.programs import ProgramParser
from opsconsole.evidence.reader import LineFormat
from opsconsole.evidence.readers.dovecot import OPTIONS, Dovecot, webmail
from opsconsole.evidence.readers.postfix import Postfix

READER = LineFormat(
    "maillog",
    lambda origin: ProgramParser(origin, [Postfix(stored=False), Dovecot(webmail(origin))]),
    "mail",
    OPTIONS,
)
