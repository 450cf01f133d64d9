"""The command that serves the console to browsers."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from opsconsole.catalogue import _
from opsconsole.cli.frame import Frame, narrate, say
from opsconsole.cli.speech import Command
from opsconsole.errors import Refused


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on."
)
@click.option(
    "--socket",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Listen on this socket of the machine instead, for a proxy.",
)
@click.option("--public-url", help="The address by which browsers come, where a proxy stands before it.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file (mode 600) with the token that lets in.",
)
@click.option("--user-header", help="The header in which a proxy names its user.")
@click.option("--proxy", "proxies", multiple=True, help="An address or network from which it is believed.")
@click.option("--sessions", default=8, show_default=True, help="So many consoles at once, at most.")
@click.option("--allow-changes", is_flag=True, help="Let consoles write; without this they only show.")
@click.pass_obj
def serve(
    frame: Frame,
    host: str,
    port: int,
    socket: Path | None,
    public_url: str | None,
    token_file: Path | None,
    user_header: str | None,
    proxies: tuple[str, ...],
    sessions: int,
    allow_changes: bool,
) -> None:
    """Serve the console to browsers: on this machine, read-only, for who has the token."""
    frame.settings  # noqa: B018 - a settings file with errors is told now, not to every browser
    if find_spec("textual_serve") is None:
        raise Refused(
            _(
                "the console in a browser needs the extra 'web', which is not installed: "
                "pip install 'opsconsole[web]' (textual-serve)"
            )
        )
    from opsconsole.web.access import serving
    from opsconsole.web.server import ConsoleServer, arguments

    chosen = serving(
        host=host,
        port=port,
        socket=socket,
        public_url=public_url,
        token_file=token_file,
        user_header=user_header,
        proxies=proxies,
        sessions=sessions,
        allow_changes=allow_changes,
    )
    if chosen.open_token:
        narrate(
            _(
                "warning: over plain http the token can be read on its way; put a proxy with TLS before it "
                "(docs/serve.md)"
            )
        )
    address = chosen.origins[0]
    say(f"{address}/?token={chosen.token}" if chosen.minted else f"{address}/")
    narrate(
        _("consoles may write") if allow_changes else _("consoles only show; --allow-changes lets them write")
    )
    narrate(_("Ctrl+C ends it, with every session."))
    begun = arguments(frame.config, frame.language, allow_changes=allow_changes)
    ConsoleServer(chosen, begun, narrate).serve()
