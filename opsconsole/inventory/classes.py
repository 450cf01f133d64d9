"""The classes of assets. Apart from the kind, so that who only names them loads no kinds."""

from __future__ import annotations

CLASSES = (
    "desktop",
    "laptop",
    "tablet",
    "monitor",
    "printer",
    "scanner",
    "photocopier",
    "ups",
    "switch",
    "router",
    "wifi",
    "firewall",
    "server",
    "storage",
    "camera",
    "projector",
    "codec",
    "microphone",
    "television",
    "phone",
    "air-conditioner",
    "software",
)
