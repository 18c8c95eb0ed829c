"""What the command line accepts."""

from __future__ import annotations

import argparse
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

COMMANDS = ("demo", "connect", "serve", "runs", "watch", "start", "act", "diagnose", "export", "import")


def tool_version() -> str:
    """The version of this program."""
    try:
        return version("stream-inspector")
    except PackageNotFoundError:
        return "0"


def parser() -> argparse.ArgumentParser:
    """The parser of everything but the bare ``stream-inspector [FILE…]``."""
    top = argparse.ArgumentParser(
        prog="stream-inspector",
        description="See how threads and runs of agent backends really stand, and cancel, resume or feed them by hand. "
        "Without a command: the window, with the FILEs opened in it.",
    )
    top.add_argument("--version", action="version", version=f"stream-inspector {tool_version()}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    _window(commands)
    _servers(commands)
    _files(commands)
    return top


def _window(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    show = commands.add_parser("window", help="the window, with FILEs opened in it (the default)")
    show.add_argument("files", nargs="*", type=Path, metavar="FILE")
    show.add_argument("--grab", type=Path, metavar="PNG", help="save a picture of the settled window, and exit")
    demo = commands.add_parser("demo", help="the embedded demo server, and the window attached to it")
    demo.add_argument("--scenario", metavar="NAME", help="play only this scene ('list' names them)")
    demo.add_argument("--grab", type=Path, metavar="PNG", help="save a picture of the settled window, and exit")
    connect = commands.add_parser("connect", help="the window, connected to a server")
    _server(connect)
    connect.add_argument("--grab", type=Path, metavar="PNG", help="save a picture of the settled window, and exit")
    serve = commands.add_parser("serve", help="the demo server alone; with FILE: replay a recording to any client")
    serve.add_argument("file", nargs="?", type=Path, metavar="FILE")
    serve.add_argument("--port", type=int, default=0, metavar="N", help="a loopback port (default: a free one)")
    serve.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="2 = twice as fast as recorded")


def _servers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    runs = commands.add_parser("runs", help="list a server's runs")
    _server(runs)
    runs.add_argument("--thread", metavar="T")
    runs.add_argument("--status", metavar="S")
    watch = commands.add_parser("watch", help="watch a run until it has ended or waits")
    _server(watch)
    watch.add_argument("run", nargs="?", metavar="RUN")
    watch.add_argument("--thread", metavar="T")
    _watching(watch)
    start = commands.add_parser("start", help="start a run, then watch it")
    _server(start)
    start.add_argument("--thread", metavar="T")
    start.add_argument("--data", required=True, metavar="JSON|@FILE", help="what to start it with")
    _watching(start)
    act = commands.add_parser("act", help="cancel, resume, submit … by hand; shows the requests and asks first")
    act.add_argument("action", metavar="ACTION")
    _server(act)
    act.add_argument("run", metavar="RUN")
    act.add_argument("--thread", metavar="T")
    act.add_argument("--data", metavar="JSON|@FILE")
    act.add_argument("--dry-run", action="store_true", help="only show what would be sent")
    act.add_argument("--yes", action="store_true", help="send without asking")
    act.add_argument("--for", dest="seconds", type=float, default=10.0, metavar="SECONDS")


def _files(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    diagnose = commands.add_parser("diagnose", help="how the runs of saved logs ended, and why")
    diagnose.add_argument("files", nargs="+", type=Path, metavar="FILE")
    _json(diagnose)
    export = commands.add_parser("export", help="write a session in another format")
    export.add_argument("session", type=Path, metavar="SESSION")
    export.add_argument("out", type=Path, metavar="OUT")
    export.add_argument("--to", choices=("wire",), default="wire")
    export.add_argument(
        "--no-redact", action="store_true", help="leave keys, tokens and e-mail addresses in the bodies"
    )
    take = commands.add_parser("import", help="read recordings into a session file")
    take.add_argument("files", nargs="+", type=Path, metavar="FILE")
    take.add_argument("--session", required=True, type=Path, metavar="SESSION")


def _server(command: argparse.ArgumentParser) -> None:
    command.add_argument("url", metavar="URL")
    command.add_argument("--protocol", metavar="P", help="langgraph or assistants (default: found out by asking)")
    command.add_argument("--key-env", metavar="NAME", help="the environment variable that holds the key")
    command.add_argument(
        "--header", action="append", default=[], metavar="NAME=ENV", help="a header from the environment"
    )
    command.add_argument(
        "--silence", type=float, metavar="SECONDS", help="from which silence on a run counts as stalled"
    )
    _json(command)


def _watching(command: argparse.ArgumentParser) -> None:
    command.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="stop after this time")
    command.add_argument("--record", type=Path, metavar="SESSION", help="record into this session file")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def _speed(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1000:
        raise argparse.ArgumentTypeError("a number above 0, at most 1000")
    return value
