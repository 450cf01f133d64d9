"""Load an inventory with nornir as its users do. Usage: nornir_load.py FOLDER c|pure COUNT."""

import sys

folder, parser, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
if parser == "pure":
    sys.modules["_ruamel_yaml"] = None  # as installed: nornir does not ask for the C parser

from nornir import InitNornir  # noqa: E402

options = {name: f"{folder}/{name.removesuffix('_file')}s.yaml" for name in ("host_file", "group_file")}
made = InitNornir(
    inventory={
        "plugin": "SimpleInventory",
        "options": {**options, "defaults_file": f"{folder}/defaults.yaml"},
    },
    runner={"plugin": "serial"},
    logging={"enabled": False},
)
found = len(made.inventory.hosts)
if found != count:
    sys.exit(f"{found} hosts, not {count}")
