"""A real Dovecot and a real Postfix in a folder of their own, for tests; Debian's packages, started by root."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

DOMAIN = "hoabinh.example"
PASSWORD = "Bi-mat-1"
_POSTFIX = "/usr/sbin/postfix"
_DOVECOT = "/usr/sbin/dovecot"
_NEEDED = (_POSTFIX, _DOVECOT, "/usr/lib/dovecot/lmtp", "/usr/lib/dovecot/pop3-login")
_MORE = (
    "/usr/lib/dovecot/managesieve-login",
    "/usr/lib/dovecot/submission-login",
    "/usr/lib/dovecot/modules/lib90_sieve_plugin.so",
)


def missing(*, services: bool = False) -> str:
    """Why the servers cannot be started here, with *services* those of ``MailServer``; '' where they can."""
    lacking = [path for path in (*_NEEDED, *(_MORE if services else ())) if not Path(path).exists()]
    if lacking:
        return (
            f"not installed: {', '.join(lacking)} (Debian: postfix dovecot-imapd dovecot-pop3d dovecot-lmtpd, "
            "and dovecot-managesieved dovecot-sieve dovecot-submissiond)"
        )
    if os.geteuid() != 0:
        return "Postfix and Dovecot start as root only"
    return ""


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class MailServer:
    """Both servers, with mailboxes ``names`` and one password for all; *services* adds ManageSieve, Sieve at
    delivery and Dovecot's submission. Mail to elsewhere.example finds nobody who listens."""

    def __init__(
        self, folder: Path, names: list[str], *, long_ids: bool = True, services: bool = False
    ) -> None:
        self.folder, self.names = folder, names
        self.long_ids, self.services = long_ids, services
        self.smtp, self.imap, self.pop3, self.back = (free_port() for _n in range(4))
        self.sieve, self.submission, self.nobody = (free_port() for _n in range(3))
        self.postfix_log = folder / "logs" / "postfix.log"
        self.dovecot_log = folder / "logs" / "dovecot.log"
        self._postfix, self._dovecot = folder / "postfix", folder / "dovecot"
        for path in (
            folder / "logs",
            self._postfix,
            self._dovecot,
            folder / "spool",
            folder / "data",
            folder / "mail",
        ):
            path.mkdir(parents=True)
        for path in [folder, *folder.parents][:-1]:
            path.chmod(path.stat().st_mode | 0o055)  # the servers' users must get in
        shutil.chown(folder / "mail", "nobody", "nogroup")
        shutil.chown(folder / "data", "postfix", "postfix")
        self._write()

    def _write(self) -> None:
        folder = self.folder
        users = "".join(
            f"{name}@{DOMAIN}:{{PLAIN}}{PASSWORD}:65534:65534::{folder}/mail/{name}::\n"
            for name in self.names
        )
        (self._dovecot / "users").write_text(users)
        (self._dovecot / "dovecot.conf").write_text(
            f"""
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {self.dovecot_log}
protocols = imap pop3 lmtp{" sieve submission" if self.services else ""}
{self._services() if self.services else ""}
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
default_internal_user = dovecot
default_login_user = dovenull
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = {self._dovecot}/users
}}
userdb {{
  driver = passwd-file
  args = {self._dovecot}/users
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    address = 127.0.0.1
    port = {self.pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service lmtp {{
  unix_listener {folder}/spool/private/dovecot-lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {folder}/spool/private/auth {{
    mode = 0666
  }}
}}
"""
        )
        (self._postfix / "main.cf").write_text(
            f"""
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {self.postfix_log}
maillog_file_prefixes = {folder}
myhostname = mail.{DOMAIN}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
virtual_mailbox_domains = {DOMAIN}
virtual_alias_maps = inline:{{ van.thu@{DOMAIN}={self.names[0]}@{DOMAIN} }}
virtual_transport = lmtp:unix:private/dovecot-lmtp
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_auth_enable = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_client_restrictions =
smtpd_peername_lookup = no
enable_long_queue_ids = {"yes" if self.long_ids else "no"}
transport_maps = inline:{{ elsewhere.example=smtp:[127.0.0.1]:{self.nobody} }}
"""
        )
        (self._postfix / "master.cf").write_text(
            f"""
127.0.0.1:{self.smtp} inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o content_filter=amavis:[127.0.0.1]:{self.back}
127.0.0.1:{self.back} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=no
  -o content_filter=
  -o mynetworks=127.0.0.0/8
  -o smtpd_relay_restrictions=permit_mynetworks,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
amavis unix - - n - - smtp
  -o syslog_name=postfix/amavis
error unix - - n - - error
retry unix - - n - - error
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
        )

    def _services(self) -> str:
        return f"""
submission_host = 127.0.0.1:{self.back}
submission_relay_host = 127.0.0.1
submission_relay_port = {self.back}
hostname = mail.{DOMAIN}
protocol lmtp {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:{self.folder}/mail/%u-scripts;active={self.folder}/mail/%u.sieve
}}
service managesieve-login {{
  inet_listener sieve {{
    address = 127.0.0.1
    port = {self.sieve}
  }}
}}
service submission-login {{
  inet_listener submission {{
    address = 127.0.0.1
    port = {self.submission}
  }}
}}
"""

    def start(self) -> None:
        """Start both; returns when they take connections."""
        private = self.folder / "spool" / "private"
        private.mkdir(exist_ok=True)
        shutil.chown(private, "postfix")  # else Postfix refuses to start
        _run(_POSTFIX, "-c", str(self._postfix), "check")
        _run(_DOVECOT, "-c", str(self._dovecot / "dovecot.conf"))
        _run(_POSTFIX, "-c", str(self._postfix), "start")
        more = (self.sieve, self.submission) if self.services else ()
        for port in (self.smtp, self.back, self.imap, self.pop3, *more):
            for _try in range(100):
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            else:
                raise TimeoutError(f"nobody listens on port {port}: {self.logs()}")

    def stop(self) -> None:
        """End both."""
        subprocess.run([_POSTFIX, "-c", str(self._postfix), "stop"], capture_output=True)
        subprocess.run(
            ["/usr/bin/doveadm", "-c", str(self._dovecot / "dovecot.conf"), "stop"], capture_output=True
        )

    def logs(self) -> str:
        """What both have logged."""
        return "".join(path.read_text() for path in (self.postfix_log, self.dovecot_log) if path.exists())


def _run(*command: str) -> None:
    # Not through a pipe: what stays in the background would keep it open.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=60)
        said.seek(0)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {said.read()}")
