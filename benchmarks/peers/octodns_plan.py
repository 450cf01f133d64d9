"""A plan by octoDNS that finds nothing to change. Usage: octodns_plan.py CONFIG c|pure COUNT."""

import sys

import yaml

config, parser, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
if parser == "c":
    yaml.SafeLoader = yaml.CSafeLoader  # octoDNS itself always takes the parser in Python

from octodns.manager import Manager  # noqa: E402
from octodns.provider.yaml import YamlProvider  # noqa: E402

seen = 0
populate = YamlProvider.populate


def counting(self, zone, target=False, lenient=False):
    global seen
    found = populate(self, zone, target=target, lenient=lenient)
    seen += len(zone.records)
    return found


YamlProvider.populate = counting
changes = Manager(config).sync(dry_run=True)
if changes or seen != 2 * count:
    sys.exit(f"{changes} changes of {seen} records, not none of {2 * count}")
