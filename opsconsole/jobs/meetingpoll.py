"""The stage ``poll-conference``: ask the meeting servers who is there now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsconsole.catalogue import _
from opsconsole.errors import Refused

if TYPE_CHECKING:
    from opsconsole.jobs.work import Work


def poll_conference(work: Work) -> None:
    """One poll of every server of ``meeting_servers:``. A server that does not answer is remarked, and
    the others are recorded; where none answers, the run fails. Raises Refused without servers."""
    from opsconsole.evidence.announced import Invited, invited
    from opsconsole.evidence.bigbluebutton_api import ask
    from opsconsole.evidence.directory import Directory
    from opsconsole.evidence.polling import observe, snapshots

    settings = work.settings
    if not settings.meeting_servers:
        raise Refused(_("no meeting server is declared: add 'meeting_servers:' to config.yaml"))
    answers = []
    errors = []
    for server in settings.meeting_servers:
        work.check()
        try:
            answers.append((server, ask(server, "getMeetings")))
        except Refused as error:
            work.remark(str(error))
            errors.append(str(error))
    if not answers:
        raise Refused("\n".join(errors))
    totals = {"meetings": 0, "people": 0, "over": 0, "lost": 0, "silent": len(errors)}
    with work.database.write() as writer:
        work.hold(writer)

        def lookup(keys: object) -> dict[str, Invited]:
            return invited(writer, keys)  # type: ignore[arg-type]

        directory = Directory.load(writer, settings.timezone, lookup)
        for server, answer in answers:
            seen = snapshots(answer.root, answer.ahead)
            polled = observe(writer, directory, server.name, server.url, seen, answer.at)
            for name in ("meetings", "people", "over", "lost"):
                totals[name] += getattr(polled, name)
            if answer.ahead:
                work.remark(
                    _(
                        "meeting server '{name}': its clock is {seconds} s ahead; its times are corrected"
                    ).format(name=server.name, seconds=answer.ahead)
                )
            if polled.lost:
                work.remark(
                    _(
                        "meeting server '{name}': {count} meetings ended at an unknown time between polls"
                    ).format(name=server.name, count=polled.lost)
                )
        work.finish(writer, totals)
