"""The sites of the sessions that begin soon are tried, each session once: the job ``preflight``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.operations.conference.preflight import Tries, cause_text, target_of
from opsconsole.operations.conference.preflights import record, was_tried
from opsconsole.operations.conference.sessions import sessions, sites_of
from opsconsole.store.clock import now

if TYPE_CHECKING:
    from opsconsole.jobs.work import Work


def preflight(work: Work) -> None:
    """Every session that begins within ``preflight: minutes_before`` and was not tried since then. It is
    done also where sites do not answer, for that is the result."""
    settings = work.settings
    zone, chosen = settings.timezone, settings.preflight
    begun = now()
    here = begun.astimezone(zone)
    ahead = dt.timedelta(minutes=chosen.minutes_before)
    with work.database.read() as reader:
        coming = [
            one
            for one in sessions(reader, zone, f"{here:%Y-%m-%dT%H:%M}", f"{here + ahead:%Y-%m-%dT%H:%M}")
            if one.start > here and not was_tried(reader, one.key, one.start - ahead)
        ]
        sites = {one.key: sites_of(reader, one) for one in coming}
    tried, failed = 0, []
    found = []
    for one in coming:
        work.check()
        tries = Tries(chosen.timeout_seconds, chosen.slow_ms, stopped=work.stopped)
        targets = [(site.key, target_of(site, chosen.server)) for site in sites[one.key].values()]
        results = tries.run(targets)
        found.append((one.key, results))
        tried += len(results)
        for result in results:
            if result.state == "fail":
                name = sites[one.key][result.site].name
                failed.append(result.site)
                work.remark(f"{one.key} {name}: {cause_text(result.cause)}")
    work.check()
    with work.database.write() as writer:
        work.hold(writer)
        for step, (key, results) in enumerate(found):
            # a run is known by its instant; two sessions of one job do not share one
            record(writer, begun + dt.timedelta(microseconds=step), key, results, _("job preflight"))
        work.finish(
            writer,
            {
                "sessions": len(coming),
                "open": tried - len(failed),
                "down": len(failed),
                "not_answering": sorted(set(failed)),
            },
        )
