"""The way in: which command, and with which exit status it ends."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from inspector.cli.parser import COMMANDS, WINDOW, parse
from inspector.cli.starting import starting
from inspector.domain.errors import Refused, UserError

FINE, ABNORMAL, USAGE, UNREACHABLE, REFUSED = 0, 1, 2, 3, 4
INTERRUPTED, PIPE_CLOSED = 130, 141
"""As a shell tells of a command that was ended by SIGINT or SIGPIPE."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        args = parse(words)
        if args.command == WINDOW and words[:1] != [WINDOW]:
            _refuse_missing(args.files)
        return _run(args)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FINE
    except UserError as error:
        _complain(error)
        return UNREACHABLE if error.unreachable else USAGE
    except Refused as error:
        _complain(error)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return PIPE_CLOSED


def main_gui() -> int:
    """The entry that the desktop starts: no console, always the window."""
    return main([WINDOW, *sys.argv[1:]])


def _complain(error: Exception) -> None:
    from inspector.cli.output import complain  # knows all words of the program

    complain(str(error))


def _refuse_missing(files: Sequence[str]) -> None:
    """A mistyped command is no reason to open a window."""
    for name in files:
        if not os.path.exists(name):
            raise UserError(f"There is no file “{name}”, and no such command; there are {', '.join(COMMANDS)}.")


def _run(args: argparse.Namespace) -> int:
    if args.command in (WINDOW, "demo", "connect"):
        return _window(args)
    import asyncio  # the first picture of the window does without

    return asyncio.run(_work(args))


def _work(args: argparse.Namespace) -> Coroutine[Any, Any, int]:
    """The coroutine of a command. Only its own part of the program is imported, so that it starts at once."""
    if args.command in ("diagnose", "export", "import"):
        from inspector.cli import logs

        return {"diagnose": logs.diagnose, "export": logs.export, "import": logs.take}[args.command](args)
    if args.command == "decide":
        from inspector.cli import deciding

        return deciding.decide(args)
    if args.command == "compare":
        from inspector.cli import comparing

        return comparing.compare(args)
    if args.command == "tap":
        from inspector.cli import tapping

        return tapping.tap(args)
    if args.command == "proxy":
        from inspector.cli import proxying

        return proxying.proxy(args)
    if args.command == "serve":
        from inspector.cli import serving

        return serving.serve(args)
    if args.command == "act":
        from inspector.cli import acting

        return acting.act(args)
    from inspector.cli import servers, watching

    return {"runs": servers.runs, "watch": watching.watch, "start": watching.start}[args.command](args)


def _window(args: argparse.Namespace) -> int:
    grab: Path | None = args.grab
    if args.command == "demo" and args.scenario is not None:
        from inspector.cli import serving

        if args.scenario == "list":
            return serving.list_scenes()
        serving.refuse_unknown(args.scenario)
    with starting():
        # Qt is loaded for the window only: the other commands must work where it is not installed.
        from inspector.app.interrupts import interrupts_wait

        with interrupts_wait():
            from inspector.app.start import Wish, run

        if args.command == "demo":
            return run(Wish(demo=True, scenario=args.scenario, grab=grab))
        if args.command == "connect":
            from inspector.cli.servers import spec_of

            return run(Wish(connect=spec_of(args), grab=grab))
        return run(Wish(files=tuple(Path(name) for name in args.files), grab=grab))


def _forget_output() -> None:
    """Nobody reads any more: what is still in the buffers must not fail at the interpreter's end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
