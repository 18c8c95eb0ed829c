"""What a person can do to a research: the offers, and what each would send over the socket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.actions import Action
from inspector.domain.calls import Call
from inspector.domain.case import Case
from inspector.domain.link import Link
from inspector.protocols.given import allow
from inspector.protocols.gpt_researcher import commands

GONE = "Its socket is closed, and nobody can join the run again: start it again."
ASLEEP = "The run does not ask for anything now."
BUSY = "The server throws away what comes while its task runs."
RUNNING = "It still runs on its own socket: cancel it first, or it would go on unseen beside the new one."
OVER = "The run is over already."
NO_COMMAND = "The command that began it is not in this log."
NO_FILES = "The server has no word on how a run stands: only the files of one that told its path can be fetched."
SAVED = "There is no socket to it here: a run can be acted on only by whoever started it, over its own socket."
ACTS = ("answer_plan", "chat", "cancel", "start_again", "refresh")


@dataclass(frozen=True, slots=True)
class Standing:
    """A run with its socket. ``question`` is what it asks; ``command`` what began it, None = not in the log."""

    state: str | None
    over: bool
    link: Link | None
    question: Any
    command: Any
    files: Mapping[str, str]

    @property
    def open(self) -> bool:
        """Whether its socket can be sent to."""
        return self.link is not None and self.link.socket and self.link.last is None


def standing(case: Case) -> Standing:
    """How a run stands, for the actions."""
    run = case.run
    asks = run.wanted.asks if run.wanted is not None else ()
    command, files = case.said("command", case.own), case.said("files", case.own)
    return Standing(
        run.state,
        run.declared_state is not None and run.declared_state.terminal,
        case.link,
        asks[0].value if asks else None,
        None if command is None else command.data,
        files.data if files is not None and isinstance(files.data, Mapping) else {},
    )


def actions(case: Case, now: float) -> Sequence[Action]:
    """Every action, possible or refused with its reason."""
    s = standing(case)
    return (_answer(s), _chat(s), _cancel(s), _start_again(s), _refresh(case, s))


def plan(action: str, case: Case, data: Any) -> Sequence[Call]:
    """What an action would send. Raises Refused with the reason, UserError for data that is of no use."""
    allow(action, actions(case, case.book.now))
    s = standing(case)
    link = 0 if s.link is None else s.link.number
    if action == "answer_plan":
        words = commands.answer(data)
        again = "once more, only if the server says that it threw the first one away"
        return (commands.said(words, "answer the plan", link), commands.said(words, again, link))
    if action == "chat":
        return (commands.said(commands.chat(data, _report(case), _talk(case)), "ask about the report", link),)
    if action == "cancel":
        return (commands.closed(link),)
    if action == "start_again":
        words = commands.again(s.command) if data in (None, s.command) else commands.start(_changed(s.command, data))
        return (commands.opened(), commands.said(words, "begin the research"))
    return ()


def start(data: Mapping[str, Any]) -> Sequence[Call]:
    """A socket of its own, and the command over it."""
    return (commands.opened(), commands.said(commands.start(data), "begin the research"))


def _changed(command: Any, data: Any) -> Any:
    """A whole command instead of the one before; or, where no task is named, what is different about that one."""
    if isinstance(data, Mapping) and "task" not in data and isinstance(command, Mapping):
        return {**command, **data}
    return data


def _report(case: Case) -> str:
    """The report as its file has it, else as it was streamed."""
    said, streamed = case.said("report", case.own), case.run.messages.get("report")
    if said is not None and said.status == 200 and isinstance(said.data, str) and said.data.strip():
        return said.data
    return "" if streamed is None else streamed.text


def _talk(case: Case) -> list[dict[str, str]]:
    """What was asked and answered about it."""
    talk = (message for name, message in case.run.messages.items() if name.startswith(("question ", "answer ")))
    return [{"role": message.role, "content": message.text} for message in talk]


def _answer(s: Standing) -> Action:
    why = None if s.state == "awaiting_human" else ASLEEP
    return Action(
        "answer_plan",
        "Answer the plan",
        "Sends the answer; servers on newer uvicorn throw the first one away, and only if this one says so, the same "
        "goes out once more. “no” anywhere in it, even within a word, accepts the plan as it is.",
        GONE if why is None and not s.open else why,
        primary=s.state == "awaiting_human",
        form="text",
        context={"question": s.question, "choices": ["no"]},
    )


def _chat(s: Standing) -> Action:
    why = BUSY if not s.over else None if s.open else GONE
    return Action(
        "chat",
        "Ask about the report",
        "Sends the report with your question; the model is used, and paid for, once more.",
        SAVED if s.link is None else why,
        form="text",
    )


def _cancel(s: Standing) -> Action:
    why = OVER if s.over else None if s.open else GONE
    return Action(
        "cancel",
        "Cancel",
        "Closes the socket, and with it the run: the server cancels the task (from 3.2.4 on). Nothing can join or "
        "resume it; what was not received is lost.",
        SAVED if s.link is None else why,
        primary=not s.over and s.open,
    )


def _start_again(s: Standing) -> Action:
    why = RUNNING if s.open and not s.over else NO_COMMAND if s.command is None else None
    return Action(
        "start_again",
        "Start again",
        "The same command on a new socket: all of the research is done, and paid for, again.",
        SAVED if s.link is None else why,
        primary=why is None and s.state != "completed",
        form="json" if isinstance(s.command, Mapping) else "none",
        data=s.command,
    )


def _refresh(case: Case, s: Standing) -> Action:
    why = None if s.files or case.run.id is not None else NO_FILES
    what = "Fetches the files that the run named, and compares the report with what was streamed. Nothing is changed."
    return Action("refresh", "Fetch the files", what, why)
