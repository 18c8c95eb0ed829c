"""``proxy``: between an app and its server, headless, until it is interrupted."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli.output import complain, json_line, say
from inspector.domain.errors import UserError
from inspector.services.hub import Hub
from inspector.store.settings import sessions_folder
from inspector.wiring import build_hub, proxying

if TYPE_CHECKING:
    from inspector.capture.exchange import Passing
    from inspector.capture.proxy import ProxyServer


async def proxy(args: argparse.Namespace) -> int:
    """Passes on and records until the process is told to end; what is open then breaks off for the app."""
    hub = build_hub()
    end = _told_to_end()
    try:
        args.record = await _record(hub, args.record)
        async with proxying(hub, args.upstream, args.port) as server:
            out = Out(args.json)
            out.begin(server, args)
            server.proxy.on_over(out.over)
            with suppress(asyncio.CancelledError):
                await end.wait()
    finally:
        await hub.aclose()
    return 0


async def _record(hub: Hub, wanted: Path | None) -> Path | None:
    """Record to the file that was named, or to one of our own; None where that cannot be: the app comes first."""
    if wanted is not None:
        await hub.record_to(wanted)
        return wanted
    folder = sessions_folder()
    path = folder / f"proxy {datetime.now().astimezone():%Y-%m-%d %H.%M.%S}-{os.getpid()}.session"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        await hub.record_to(path)
    except (OSError, UserError) as error:
        complain(f"Nothing is recorded to disk: {error}")
        return None
    return path


class Out:
    """What is printed. A proxy whose reader has gone prints no more, and goes on: an app depends on it."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._heard = True

    def begin(self, server: ProxyServer, args: argparse.Namespace) -> None:
        """How to use it."""
        if self._json:
            where = {"url": server.url, "base": server.base, "port": server.port, "upstream": args.upstream}
            json_line({"proxy": where, "record": None if args.record is None else str(args.record)})
            return
        say(f"The proxy for {args.upstream} listens at {server.url}. In the app's environment:\n")
        say(f"  OPENAI_BASE_URL={server.base}")
        say(f"  OPENAI_WEBSOCKET_BASE_URL={server.base.replace('http', 'ws', 1)}\n")
        say(f"Recorded to: {args.record or 'memory only'}")
        say(f"What hangs: stream-inspector runs {server.url}")
        say(f"Traces of the Agents SDK: stream-inspector tap --port {server.port}\n")

    def over(self, exchange: Passing) -> None:
        """An exchange has come to its end."""
        shown = exchange.shown()
        if not self._heard:
            return
        try:
            if self._json:
                json_line({"exchange": shown})
            else:
                status = shown["status"] or "no answer"
                say(
                    f"{shown['id']:>6}  {shown['method']} {shown['path']}  {status}  {shown['how']}  {shown['age_s']} s"
                )
        except (BrokenPipeError, ValueError):
            self._heard = False
            sys.stdout = None  # nothing may fail at it any more, nor at its flush


def _told_to_end() -> asyncio.Event:
    """Set at SIGINT and SIGTERM, where the system has them: then the recording is closed properly."""
    end, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT"):
        with suppress(RuntimeError, ValueError):
            loop.add_signal_handler(getattr(signal, name), end.set)
    return end
