"""The way in: which command, and with which exit status it ends."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from inspector.cli import acting, logs, servers, serving
from inspector.cli.output import complain
from inspector.cli.parser import COMMANDS, parser
from inspector.domain.errors import Refused, UserError

FINE, ABNORMAL, USAGE, UNREACHABLE, REFUSED = 0, 1, 2, 3, 4


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not any(word in COMMANDS for word in words[:1]) and not (
        words and words[0].startswith("-") and "--grab" not in words
    ):
        words.insert(0, "window")
    try:
        args = parser().parse_args(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else USAGE
    try:
        return _run(args)
    except UserError as error:
        complain(str(error))
        return UNREACHABLE if error.unreachable else USAGE
    except Refused as error:
        complain(str(error))
        return REFUSED
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            sys.stdout.close()
        return FINE


def main_gui() -> int:
    """The entry that the desktop starts: no console, always the window."""
    return main(["window", *sys.argv[1:]])


def _run(args: argparse.Namespace) -> int:
    if args.command in ("window", "demo", "connect"):
        return _window(args)
    return asyncio.run(_command(args))


async def _command(args: argparse.Namespace) -> int:
    if args.command == "diagnose":
        return await logs.diagnose(args.files, args.json)
    if args.command == "export":
        return await logs.export(args.session, args.out, args.to, not args.no_redact)
    if args.command == "import":
        return await logs.take(args.files, args.session)
    if args.command == "serve":
        return await serving.serve(args.file, args.port, args.speed)
    if args.command == "runs":
        return await servers.runs(args)
    if args.command == "watch":
        return await servers.watch(args)
    if args.command == "start":
        return await servers.start(args)
    return await acting.act(args)


def _window(args: argparse.Namespace) -> int:
    if args.command == "demo" and args.scenario == "list":
        return serving.list_scenes()
    # Qt is loaded for the window only: the other commands must work where it is not installed
    from inspector.app import Wish, run

    grab: Path | None = args.grab
    if args.command == "demo":
        return run(Wish(demo=True, scenario=args.scenario, grab=grab))
    if args.command == "connect":
        return run(Wish(connect=servers.spec_of(args), grab=grab))
    return run(Wish(files=tuple(args.files), grab=grab))
