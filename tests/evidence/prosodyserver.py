"""A real Prosody in a folder of its own, for tests, and clients that join its rooms; Debian's package.

Jitsi Meet's rooms are rooms of Prosody (MUC). Its module ``event_sync`` says who came and went; where
that is not at hand (``OPSCONSOLE_EVENT_SYNC`` names its file), ``TELLING`` stands for it: it writes the
same lines and posts the same bodies, as its documentation has them.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

HOST = "meet.hoabinh.example"
ROOMS = f"conference.{HOST}"
_PROSODY = "/usr/bin/prosody"

# Who somebody is comes with a token in Jitsi Meet; here with the nickname in the presence.
NAMES = """
module:hook("muc-occupant-pre-join", function (event)
    local nick = event.stanza:get_child_text("nick", "http://jabber.org/protocol/nick");
    if nick then event.origin.jitsi_meet_context_user = { name = nick; id = "id-"..nick; }; end
end, 10);
"""

TELLING = """
local json, http, jid = require "util.json", require "net.http", require "util.jid";
local prefix = module:get_option_string("api_prefix");

local function post(what, room, payload)
    payload.room_jid, payload.room_name, payload.is_breakout = room.jid, jid.node(room.jid), false;
    http.request(prefix.."/events/"..what, {
        method = "POST", headers = { ["Content-Type"] = "application/json" }, body = json.encode(payload);
    }, function () end);
end

module:hook("muc-room-created", function (event)
    module:log("info", "Start tracking occupants for %s", event.room.jid);
    event.room.told = { since = os.time(), all = {} };
    post("room/created", event.room, { event_name = "muc-room-created", created_at = os.time() });
end, -3);

module:hook("muc-occupant-joined", function (event)
    local known, who = event.room.told, event.occupant.jid;
    if not known then  -- who makes the room is in it before it is told: in Jitsi Meet its focus
        module:log("error", "(occupant joined) Room has no Event data - %s", event.room.jid);
        return;
    end
    local user = event.origin.jitsi_meet_context_user or {};
    local one = { occupant_jid = who, joined_at = os.time(), name = user.name, id = user.id };
    known.all[who] = one;
    module:log("info", "New occupant in room: %s - %s", event.room.jid, json.encode(one));
    post("occupant/joined", event.room, { event_name = "muc-occupant-joined", occupant = one });
end, -2);

module:hook("muc-occupant-left", function (event)
    local one = event.room.told.all[event.occupant.jid];
    if one then one.left_at = os.time(); end
    module:log("info", "Occupant left in room: %s - %s", event.room.jid, json.encode(one));
    post("occupant/left", event.room, { event_name = "muc-occupant-left", occupant = one });
end, -2);

module:hook("muc-room-destroyed", function (event)
    local known, all = event.room.told, {};
    for _, one in pairs(known.all) do table.insert(all, one); end
    module:log("info", "Room destroyed - %s", event.room.jid);
    post("room/destroyed", event.room, { event_name = "muc-room-destroyed", created_at = known.since,
        destroyed_at = os.time(), all_occupants = all });
end, -2);
"""


def missing() -> str:
    """Why Prosody cannot be started here; '' where it can."""
    return "" if Path(_PROSODY).exists() else f"not installed: {_PROSODY} (Debian: prosody)"


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Prosody:
    """The server, and a receiver that appends every body posted to it to ``bodies``, one a line."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.log, self.bodies = folder / "prosody.log", folder / "bodies.log"
        self._config = folder / "prosody.cfg.lua"
        self._process: subprocess.Popen[bytes] | None = None
        self._receiver = HTTPServer(("127.0.0.1", 0), _receiving(self.bodies))
        threading.Thread(target=self._receiver.serve_forever, daemon=True).start()
        modules = folder / "modules"
        modules.mkdir()
        (modules / "mod_test_names.lua").write_text(NAMES)
        (modules / "mod_test_telling.lua").write_text(TELLING)
        given = os.environ.get("OPSCONSOLE_EVENT_SYNC", "")
        for path in Path(given).parent.glob("*.lua") if given else ():
            shutil.copy(path, modules)
        api = f'api_prefix = "http://127.0.0.1:{self._receiver.server_port}/api"'
        (folder / "data").mkdir()
        self._config.write_text(
            f"""
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
plugin_paths = {{ "{modules}" }}
modules_enabled = {{ "saslauth", "disco", "ping" }}
modules_disabled = {{ "s2s", "tls", "admin_shell" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {self.port} }}
c2s_require_encryption = false
run_as_root = true
log = {{ {{ levels = {{ min = "info" }}, to = "file", filename = "{self.log}" }} }}
muc_mapper_domain_base = "{HOST}"
VirtualHost "{HOST}"
  authentication = "anonymous"
Component "{ROOMS}" "muc"
  modules_enabled = {{ "test_names"{"" if given else ', "test_telling"'} }}
  restrict_room_creation = false
  muc_room_locking = false
  {api}
"""
            + (
                f"""
Component "esync.{HOST}" "event_sync_component"
  muc_component = "{ROOMS}"
  {api}
"""
                if given
                else ""
            )
        )

    def start(self) -> None:
        """Start it and wait until it listens. Raises RuntimeError with its log where it does not."""
        self._process = subprocess.Popen(
            [_PROSODY, "-F", "--config", str(self._config)],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "errors").open("ab"),
            env=os.environ | {"TZ": "Asia/Ho_Chi_Minh"},  # its stamps are of its machine's clock
        )
        for _try in range(100):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError((self.folder / "errors").read_text() + self.written())

    def written(self) -> str:
        """Its log until now."""
        return self.log.read_text() if self.log.exists() else ""

    def wait_for(self, found: Callable[[], bool]) -> None:
        """Wait for what it is about to write. Raises RuntimeError with the log after ten seconds."""
        for _try in range(200):
            if found():
                return
            time.sleep(0.05)
        raise RuntimeError(self.written())

    def kill(self) -> None:
        """End it at once, as a machine without power does."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it and the receiver."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)
        self._receiver.shutdown()
        self._receiver.server_close()


def _receiving(bodies: Path) -> type[BaseHTTPRequestHandler]:
    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            with bodies.open("ab") as file:
                file.write(body + b"\n")
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Receiver


class Client:
    """A site: an anonymous XMPP client that joins one room under a name."""

    def __init__(self, port: int, room: str, resource: str, name: str | None) -> None:
        self.place = f"{room}@{ROOMS}/{resource}"
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._got = ""
        stream = (
            f"<stream:stream to='{HOST}' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>"
        )
        self._say(stream, "</stream:features>")
        trace = base64.b64encode(b"x").decode()
        self._say(
            f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'>{trace}</auth>",
            "<success",
        )
        self._say(stream, "</stream:features>")
        self._say(
            "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
            "</iq>",
        )
        nick = f"<nick xmlns='http://jabber.org/protocol/nick'>{escape(name)}</nick>" if name else ""
        self._say(
            f"<presence to={quoteattr(self.place)}><x xmlns='http://jabber.org/protocol/muc'/>{nick}</presence>",
            "code='110'",
        )

    def _say(self, text: str, until: str) -> None:
        self._got = ""
        self._socket.sendall(text.encode())
        while until not in self._got:
            part = self._socket.recv(65536)
            if not part or re.search(r"<failure|type='error'", self._got):
                raise RuntimeError(self._got)
            self._got += part.decode("utf-8", "replace")

    def leave(self) -> None:
        """Leave the room as a program does that is closed."""
        self._say(f"<presence to={quoteattr(self.place)} type='unavailable'/>", "type='unavailable'")
        self._socket.close()

    def drop(self) -> None:
        """Be gone without a word: the connection is cut."""
        self._socket.close()
