"""The graphs of the scenes: what each of them does, and what is wrong with it.

What hangs or fails on a thread's first attempt works on the second, save for the node of ``stuck-node``: that one has
to be skipped by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inspector.demo.events import Fault, Trouble
from inspector.demo.lg_graph import END, START, Ask, Edge, Fail, Graph, Node, Pause, Say, Tell, Values, Work, chain

_ANSWER = "The harbour opens at nine, the ferry leaves at half past, and the weather will hold until the evening."
_CALLS: tuple[dict[str, Any], ...] = (
    {"id": "call_weather_oslo", "name": "get_weather", "args": {"city": "Oslo"}, "type": "tool_call"},
    {"id": "call_time_oslo", "name": "get_time", "args": {"city": "Oslo"}, "type": "tool_call"},
)
_YES = ("approve", "approved", "yes", "y", "ok", "accept")


def node(name: str, seconds: float, **update: Any) -> Node:
    """A node that works for some seconds and gives its update."""

    def work(values: Values, attempt: int) -> Work:
        yield Pause(seconds)
        return {"trail": [name], **update}

    return Node(name, work)


def ticking(name: str, seconds: int) -> Node:
    """A node that tells its progress once a second."""

    def work(values: Values, attempt: int) -> Work:
        for second in range(1, seconds + 1):
            yield Pause(1.0)
            yield Tell({"node": name, "done": second, "of": seconds})
        return {"trail": [name]}

    return Node(name, work)


def writing(name: str, text: str, every: float = 0.12) -> Node:
    """A node whose model answers token by token."""

    def work(values: Values, attempt: int) -> Work:
        message = f"lc_run--{name}-{attempt}"
        for word in text.split(" "):
            yield Pause(every)
            yield Say(message, word + " ")
        return {"trail": [name], "messages": [{"type": "ai", "content": text, "id": message}]}

    return Node(name, work)


def hanging(name: str, attempts: int | None = None, seconds: float = 1.0) -> Node:
    """A node that never ends: always, or on the first ``attempts`` of a thread."""

    def work(values: Values, attempt: int) -> Work:
        yield Pause() if attempts is None or attempt <= attempts else Pause(seconds)
        return {"trail": [name]}

    return Node(name, work)


def failing(name: str, error: str, message: str) -> Node:
    """A node that raises on its first attempt."""

    def work(values: Values, attempt: int) -> Work:
        yield Pause(1.2)
        if attempt == 1:
            yield Fail(error, message)
        return {"trail": [name]}

    return Node(name, work)


def asking(name: str, question: Any, key: str = "answer") -> Node:
    """A node that asks a person, and goes on with the answer."""

    def work(values: Values, attempt: int) -> Work:
        answer = yield Ask(question)
        return {"trail": [name], key: answer}

    return Node(name, work)


def _approved(values: Values) -> bool:
    answer = values.get("answer")
    if isinstance(answer, dict):
        answer = answer.get("approved", answer.get("type"))
    return answer is True or (isinstance(answer, str) and answer.strip().lower() in _YES)


def _not(predicate: Callable[[Values], bool]) -> Callable[[Values], bool]:
    return lambda values: not predicate(values)


def _agent(values: Values, attempt: int) -> Work:
    messages = values.get("messages", [])
    asked = any(message.get("tool_calls") for message in messages)
    outputs = {
        message.get("tool_call_id"): message.get("content") for message in messages if message.get("type") == "tool"
    }
    yield Pause(1.0)
    if not asked:
        calls = [dict(call) for call in _CALLS]
        return {"messages": [{"type": "ai", "content": "", "id": "msg-calls", "tool_calls": calls}]}
    missing = [call["id"] for call in _CALLS if call["id"] not in outputs]
    if missing:
        yield Fail("ValueError", f"Found AIMessages with tool_calls that have no ToolMessage: {', '.join(missing)}")
    text = "; ".join(f"{call['name']} says {outputs.get(call['id'])}" for call in _CALLS)
    for word in text.split(" "):
        yield Say("msg-answer", word + " ")
        yield Pause(0.1)
    return {"messages": [{"type": "ai", "content": text, "id": "msg-answer"}]}


def _human_tools(values: Values, attempt: int) -> Work:
    answer = yield Ask({"kind": "tool_outputs_required", "tool_calls": [dict(call) for call in _CALLS]})
    given = answer if isinstance(answer, dict) else {call["id"]: answer for call in _CALLS}
    return {
        "messages": [
            {"type": "tool", "tool_call_id": call["id"], "name": call["name"], "content": str(given[call["id"]])}
            for call in _CALLS
            if call["id"] in given
        ]
    }


def _calls_open(values: Values) -> bool:
    messages = values.get("messages", [])
    return bool(messages and messages[-1].get("tool_calls"))


def _line(id_: str, description: str, *nodes: Node, **more: Any) -> Graph:
    return Graph(id_, description, nodes, chain(*nodes), **more)


_DRAFT = {"question": "Approve this draft?", "draft": "Dear guests, the ferry leaves at half past nine."}

GRAPHS: tuple[Graph, ...] = (
    _line(
        "healthy",
        "Plans, searches and writes, and comes to its end.",
        node("plan", 1.0),
        ticking("search", 2),
        writing("write", _ANSWER),
    ),
    Graph(
        "interrupt",
        "Asks for approval of a draft; approved it is published, otherwise it is discarded.",
        (node("draft", 1.2), asking("review", _DRAFT), node("publish", 1.0), node("discard", 0.5)),
        (
            Edge(START, "draft"),
            Edge("draft", "review"),
            Edge("review", "publish", _approved),
            Edge("review", "discard", _not(_approved)),
            Edge("publish", END),
            Edge("discard", END),
        ),
    ),
    Graph(
        "two-interrupts",
        "Two nodes ask at once; both answers are needed.",
        (
            node("plan", 1.0),
            asking("ask_budget", {"question": "What may it cost?"}, "budget"),
            asking("ask_date", {"question": "On which day?"}, "date"),
            node("book", 1.0),
        ),
        (
            Edge(START, "plan"),
            Edge("plan", "ask_budget"),
            Edge("plan", "ask_date"),
            Edge("ask_budget", "book"),
            Edge("ask_date", "book"),
            Edge("book", END),
        ),
    ),
    Graph(
        "tool-outputs",
        "Needs the outputs of two tools, which a person or another program gives.",
        (Node("agent", _agent), Node("human_tools", _human_tools)),
        (
            Edge(START, "agent"),
            Edge("agent", END, _not(_calls_open)),
            Edge("agent", "human_tools", _calls_open),
            Edge("human_tools", "agent"),
        ),
    ),
    _line(
        "cut-midway",
        "Every stream of it breaks off after three seconds; the run itself takes forty and ends well.",
        node("plan", 1.0),
        ticking("collect", 38),
        node("report", 1.0),
        fault=Fault(Trouble.CUT, 3.0),
    ),
    _line(
        "no-final-event",
        "Ends well, and its streams end without having said so.",
        node("plan", 1.5),
        ticking("search", 3),
        node("write", 1.5),
        fault=Fault(Trouble.NO_FINAL),
    ),
    _line(
        "silent",
        "Its streams are opened and never send a byte; the run works for a minute and ends well.",
        node("plan", 1.0),
        ticking("collect", 58),
        node("report", 1.0),
        fault=Fault(Trouble.SILENT),
    ),
    _line(
        "keepalives-only",
        "The model's host does not answer, so that there is nothing but keep-alives. The second attempt succeeds.",
        node("plan", 0.2),
        hanging("call_model", attempts=1),
        node("answer", 0.5),
    ),
    _line(
        "stuck-node",
        "One node hangs for ever, each time.",
        node("plan", 1.0),
        hanging("crawl"),
        node("summarise", 1.0),
    ),
    _line(
        "failed",
        "A node raises. The second attempt succeeds.",
        node("plan", 1.0),
        failing("charge_card", "ConnectionError", "the payment gateway answered 503 Service Unavailable"),
        node("confirm", 1.0),
    ),
    _line(
        "cancelled",
        "Long enough to be cancelled by somebody.",
        node("plan", 1.0),
        ticking("collect", 8),
        node("report", 1.0),
    ),
    _line(
        "time-limit",
        "The server's time limit ends the first run after five seconds. The second attempt succeeds.",
        node("plan", 1.0),
        hanging("crawl", attempts=1),
        node("report", 1.0),
        time_limit=5.0,
    ),
    _line(
        "zombie",
        "The worker of the first run dies. The run stays `running`, and blocks its thread.",
        node("plan", 0.8),
        hanging("crawl", attempts=1),
        node("report", 1.0),
        worker_dies_after=1.5,
    ),
)
