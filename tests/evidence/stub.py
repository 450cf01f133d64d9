"""A meeting server that answers only to a right checksum, as BigBlueButton does."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
ANSWER = """<response><returncode>SUCCESS</returncode><meetings><meeting><meetingName>t</meetingName>
<meetingID>r1</meetingID><internalMeetingID>m-1</internalMeetingID><createTime>1551746700000</createTime>
<startTime>1551746700000</startTime><endTime>0</endTime><hasBeenForciblyEnded>false</hasBeenForciblyEnded>
<attendees><attendee><userID>w_1</userID><fullName>Mai Châu</fullName><role>VIEWER</role></attendee>
</attendees></meeting></meetings></response>"""
REFUSED = """<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>
<message>You did not pass the checksum security check</message></response>"""


class Stub(http.server.BaseHTTPRequestHandler):
    """A server that answers only to a right checksum, as BigBlueButton does."""

    checksum = "sha1"
    body = ANSWER
    status = 200

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        call = parts.path.rpartition("/")[2]
        query, _mark, given = parts.query.rpartition("checksum=")
        signed = hashlib.new(self.checksum, (call + query.rstrip("&") + SECRET).encode()).hexdigest()
        body = (self.body if given == signed else REFUSED).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


@contextmanager
def serving() -> Iterator[tuple[type[Stub], str]]:
    """(what can be set, the address of the API) of a stub on loopback."""
    handler = type("Handler", (Stub,), {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield handler, f"http://127.0.0.1:{server.server_address[1]}/bigbluebutton/api"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
