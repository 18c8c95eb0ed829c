"""What the command line accepts."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from inspector.domain.errors import UserError

if TYPE_CHECKING:
    from inspector.present.filter.tree import Tree

    Commands = argparse._SubParsersAction["Parser"]

LANGUAGE = (
    "The language of EXPR is that of the window's filter: 'state == \"requires_action\"', 'event ~ /delta$/', "
    "'gap > 5s', 'finding.severity >= warn', 'text contains \"timeout\"', with and, or, not and ( ); words alone are "
    "all searched for."
)
COMMANDS = (
    *("demo", "connect", "serve", "proxy", "tap", "runs", "watch", "start", "act", "decide"),
    *("diagnose", "compare", "export", "import"),
)
EXPORTS = ("wire", "har", "json", "markdown", "bundle")
PROTOCOL = "langgraph, assistants, responses or gpt_researcher (default: found out by asking)"
PROG, WINDOW = "stream-inspector", "window"
"""The command that is meant where none is named."""


def tool_version() -> str:
    """The version of this program. To look it up takes longer than all else that is done with the words."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("stream-inspector")
    except PackageNotFoundError:
        return "0"


class _Version(argparse.Action):
    """Tells the version, which is looked up only then."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        told = "show program's version number and exit"
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, default=argparse.SUPPRESS, help=told)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"stream-inspector {tool_version()}")
        parser.exit()


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence. Options are not abbreviated: scripts outlive versions."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **more})

    def error(self, message: str) -> NoReturn:
        """Raises UserError."""
        ended = message if message.endswith("?") else f"{message.rstrip('.')}."
        raise UserError(f"{ended[:1].upper()}{ended[1:]} See {self.prog} --help.")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """What the words mean, with ``command``. UserError for wrong use; SystemExit after ``--help`` or ``--version``.

    Words that begin with no command are the window's: FILEs and its options.
    """
    if not words:  # the empty window is there before argparse has read in which language it is to complain
        return argparse.Namespace(command=WINDOW, files=[], grab=None)
    first = words[0]
    if first in ("-h", "--help", "--version"):
        return parser().parse_args(words[:1])
    if first not in (*COMMANDS, WINDOW):
        first, words = WINDOW, [WINDOW, *words]
    # Not by way of the parser of all: that one takes a FILE or RUN after an option for a word too many. And the window
    # does not wait until those of all other commands are made.
    command = _shown(Parser(prog=f"{PROG} {WINDOW}")) if first == WINDOW else _commands(parser()).choices[first]
    args = command.parse_intermixed_args(list(words[1:]))
    args.command = first
    return args


def parser() -> Parser:
    """The parser with all commands."""
    top = Parser(
        prog=PROG,
        usage="stream-inspector [FILE…]\n       stream-inspector COMMAND …",
        description="See how threads and runs of agent backends really stand, and cancel, resume or feed them by hand. "
        "Without a command: the window, with the FILEs opened in it.",
        epilog="Exit status: 0 all is well, or the effect was seen; 1 an abnormal verdict, or no effect; 2 wrong use, "
        "or unreadable input; 3 the server cannot be reached; 4 refused, by us or by the server.",
    )
    top.add_argument("--version", action=_Version)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", prog=PROG)
    _window(commands)
    _servers(commands)
    _files(commands)
    return top


def _commands(top: Parser) -> Commands:
    return next(action for action in top._actions if isinstance(action, argparse._SubParsersAction))


def _window(commands: Commands) -> None:
    _shown(commands.add_parser(WINDOW, help="the window, with FILEs opened in it (the default)"))
    demo = commands.add_parser("demo", help="the embedded demo server, and the window attached to it")
    demo.add_argument("--scenario", metavar="NAME", help="play only this scene ('list' names them)")
    _grab(demo)
    connect = commands.add_parser("connect", help="the window, connected to a server")
    _server(connect)
    _grab(connect)
    serve = commands.add_parser("serve", help="the demo server alone; with FILE: replay a recording to any client")
    serve.add_argument("file", nargs="?", type=Path, metavar="FILE")
    serve.add_argument("--port", type=_port, default=0, metavar="N", help="a loopback port (default: a free one)")
    serve.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="2 = twice as fast as recorded")
    proxy = commands.add_parser("proxy", help="between an app and its server: records all, and frees what hangs")
    proxy.add_argument("--upstream", required=True, metavar="URL", help="the server's address, such as https://…/v1")
    proxy.add_argument("--port", type=_port, default=0, metavar="N", help="a loopback port (default: a free one)")
    proxy.add_argument("--record", type=Path, metavar="SESSION", help="record into this session file")
    _json(proxy)
    tap = commands.add_parser("tap", help="what to set so that an Agents SDK app is seen from inside")
    tap.add_argument("--port", type=_port, metavar="N", help="where the proxy listens on this machine")
    tap.add_argument("--url", metavar="URL", help="the same for a proxy elsewhere")
    shells = ("bash", "zsh", "sh", "fish", "powershell")
    tap.add_argument("--shell", choices=shells, help="only for this shell (default: for all)")
    _json(tap)


def _shown(command: Parser) -> Parser:
    command.add_argument("files", nargs="*", metavar="FILE")
    _grab(command)
    return command


def _servers(commands: Commands) -> None:
    runs = commands.add_parser("runs", help="list a server's runs")
    _server(runs)
    runs.add_argument("--thread", metavar="T", help="only those of this thread")
    runs.add_argument("--status", metavar="S", help="only those of this status")
    _json(runs)
    watch = commands.add_parser("watch", help="watch a run until it has ended or waits; without RUN: all of them")
    _server(watch)
    watch.add_argument("run", nargs="?", metavar="RUN")
    watch.add_argument("--thread", metavar="T", help="the run's thread; without RUN: all runs of this thread")
    _watching(watch)
    start = commands.add_parser("start", help="start a run, then watch it")
    _server(start)
    start.add_argument("--thread", metavar="T", help="on this thread (default: a new one)")
    start.add_argument("--data", required=True, metavar="JSON|@FILE", help="what to start it with")
    then = "an act to do once the run has ended or waits, or --for is over; several are done in their order"
    start.add_argument("--then", action="append", metavar="ACTION[=DATA]", help=then)
    start.add_argument("--yes", action="store_true", help="send what --then says without asking")
    _watching(start)
    act = commands.add_parser("act", help="cancel, resume, submit … by hand; shows the requests and asks first")
    act.add_argument("action", metavar="ACTION", help="an unknown one is answered with those that there are")
    _server(act)
    act.add_argument("run", metavar="RUN")
    act.add_argument("--thread", metavar="T", help="the run's thread")
    act.add_argument("--data", metavar="JSON|@FILE", help="what the action needs: an answer, outputs, values …")
    act.add_argument("--dry-run", action="store_true", help="only show what would be sent")
    act.add_argument("--yes", action="store_true", help="send without asking")
    act.add_argument(
        "--for", dest="seconds", type=_seconds, default=10.0, metavar="SECONDS", help="wait so long for the effect (10)"
    )
    _json(act)


def _files(commands: Commands) -> None:
    decide = commands.add_parser("decide", help="approve or reject in a saved run state of the Agents SDK")
    decide.add_argument("file", metavar="FILE")
    decide.add_argument("--data", required=True, metavar="JSON|@FILE", help='{"CALL": true, …}: see README')
    decide.add_argument("--out", required=True, type=Path, metavar="FILE", help="where the decided state is written")
    _json(decide)
    diagnose = commands.add_parser("diagnose", help="how the runs of saved logs ended, and why", epilog=LANGUAGE)
    diagnose.add_argument("files", nargs="+", metavar="FILE")
    fits = "only runs of which a row of the log fits; the exit status is theirs. All of the log is judged anyhow"
    diagnose.add_argument("--where", type=_condition, metavar="EXPR", help=fits)
    _json(diagnose)
    compare = commands.add_parser("compare", help="two runs side by side: where they part, and why")
    compare.add_argument("left", metavar="FILE")
    compare.add_argument("right", metavar="OTHER")
    compare.add_argument("--run", metavar="ID", help="the run in FILE (default: its first)")
    compare.add_argument("--other", metavar="ID", help="the run in OTHER (default: its first)")
    _json(compare)
    export = commands.add_parser("export", help="write a session in another format", epilog=LANGUAGE)
    export.add_argument("session", type=Path, metavar="SESSION")
    export.add_argument("out", type=Path, metavar="OUT")
    export.add_argument("--to", choices=EXPORTS, default="wire", help="the format (default: %(default)s)")
    export.add_argument(
        "--no-redact", action="store_true", help="leave keys, tokens and e-mail addresses in the bodies"
    )
    whole = "only exchanges of which a row of the log fits, whole and numbered anew, and the verdicts of its runs"
    export.add_argument("--where", type=_condition, metavar="EXPR", help=whole)
    take = commands.add_parser("import", help="read recordings into a session file")
    take.add_argument("files", nargs="+", metavar="FILE")
    take.add_argument("--session", required=True, type=Path, metavar="SESSION", help="begun where there is none")


def _server(command: argparse.ArgumentParser) -> None:
    command.add_argument("url", metavar="URL")
    command.add_argument("--protocol", metavar="P", help=PROTOCOL)
    command.add_argument(
        "--key-env", metavar="NAME", help="the environment variable with the key (default: the keychain of the system)"
    )
    command.add_argument(
        "--header", action="append", default=[], metavar="NAME=ENV", help="a header from an environment variable"
    )
    command.add_argument(
        "--silence", type=_silence, metavar="SECONDS", help="from which silence on a run counts as stalled (30)"
    )


def _watching(command: argparse.ArgumentParser) -> None:
    command.add_argument("--for", dest="seconds", type=_seconds, metavar="SECONDS", help="stop after this time")
    command.add_argument("--record", type=Path, metavar="SESSION", help="record into this session file")
    _json(command)


def _grab(command: argparse.ArgumentParser) -> None:
    command.add_argument("--grab", type=Path, metavar="PNG", help="save a picture of the settled window, and exit")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(what)
    return value


def _speed(text: str) -> float:
    what = "a number above 0, at most 1000"
    if not 0 < (value := _number(text, what)) <= 1000:
        raise argparse.ArgumentTypeError(what)
    return value


def _seconds(text: str) -> float:
    what = "a number of seconds, not below 0"
    if (value := _number(text, what)) < 0:
        raise argparse.ArgumentTypeError(what)
    return value


def _silence(text: str) -> float:
    what = "a number of seconds above 0"
    if (value := _number(text, what)) <= 0:
        raise argparse.ArgumentTypeError(what)
    return value


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _condition(text: str) -> Tree:
    from inspector.cli.where import condition  # a start without a filter has no use for its language

    return condition(text)
