"""Small graphs, one for each way in which a run gets stuck. They need no model and no network."""

from __future__ import annotations

import asyncio
import operator
from typing import Annotated, Any, TypedDict

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Send, interrupt


class State(TypedDict, total=False):
    text: str
    trail: Annotated[list[str], operator.add]
    seconds: float
    answer: Any
    goal: int


class Found(TypedDict, total=False):
    trail: Annotated[list[str], operator.add]


class Chat(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]


def _mark(name: str) -> Any:
    async def node(state: State) -> State:
        return {"trail": [name]}

    return node


def _line(*nodes: tuple[str, Any], gives: Any = State) -> Any:
    builder: Any = StateGraph(State, output_schema=gives)
    before = START
    for name, node in nodes:
        builder.add_node(name, node)
        builder.add_edge(before, name)
        before = name
    builder.add_edge(before, END)
    return builder


async def _review(state: State) -> State:
    answer = interrupt({"question": "Approve this draft?", "draft": state.get("text", "")})
    return {"trail": ["review"], "answer": answer}


async def _publish(state: State) -> State:
    return {"trail": [f"publish:{state.get('answer')}"]}


async def _interview(state: State) -> State:
    name = interrupt({"question": "What is your name?"})
    age = interrupt({"question": "How old are you?"})
    return {"trail": [f"{name} is {age}"]}


def _ask(name: str) -> Any:
    async def node(state: State) -> State:
        return {"trail": [f"{name}:{interrupt({'from': name})}"]}

    return node


async def _explode(state: State) -> State:
    if state.get("text") != "fixed":
        raise ValueError("the database said no")
    return {"trail": ["explode"]}


async def _crawl(state: State) -> State:
    await asyncio.sleep(state.get("seconds", 600))
    return {"trail": ["crawl"]}


async def _hold_on(state: State) -> State:
    """Goes on after a cancellation, as a node with a blanket ``except`` does."""
    end = asyncio.get_running_loop().time() + state.get("seconds", 6)
    while (left := end - asyncio.get_running_loop().time()) > 0:
        try:
            await asyncio.sleep(left)
        except asyncio.CancelledError:
            continue
    return {"trail": ["hold_on"]}


async def _agent(state: Chat) -> Chat:
    last = state["messages"][-1]
    if isinstance(last, ToolMessage):
        return {"messages": [AIMessage(f"The tool said: {last.content}", id=f"answer-{len(state['messages'])}")]}
    call = {"name": "weather", "args": {"city": "Graz"}, "id": "call_1", "type": "tool_call"}
    return {"messages": [AIMessage("", id="question-1", tool_calls=[call])]}


async def _human_tools(state: Chat) -> Chat:
    calls = state["messages"][-1].tool_calls
    outputs = interrupt({"tool_calls": calls})
    return {"messages": [ToolMessage(outputs[call["id"]], tool_call_id=call["id"]) for call in calls]}


async def _count(state: State) -> State:
    return {"trail": [str(len(state.get("trail", [])))]}


def _looper() -> Any:
    builder: Any = StateGraph(State)
    builder.add_node("count", _count)
    builder.add_edge(START, "count")
    builder.add_conditional_edges(
        "count", lambda state: END if len(state["trail"]) >= state.get("goal", 1000) else "count", ["count", END]
    )
    return builder.compile()


def _asking_twice() -> Any:
    builder: Any = StateGraph(State)
    builder.add_node("begin", _mark("begin"))
    builder.add_node("left", _ask("left"))
    builder.add_node("right", _ask("right"))
    builder.add_node("join", _mark("join"))
    builder.add_edge(START, "begin")
    builder.add_edge("begin", "left")
    builder.add_edge("begin", "right")
    builder.add_edge(["left", "right"], "join")
    builder.add_edge("join", END)
    return builder.compile()


def _with_tools() -> Any:
    builder: Any = StateGraph(Chat)
    builder.add_node("agent", _agent)
    builder.add_node("human_tools", _human_tools)
    builder.add_edge(START, "agent")
    builder.add_conditional_edges(
        "agent", lambda state: "human_tools" if state["messages"][-1].tool_calls else END, ["human_tools", END]
    )
    builder.add_edge("human_tools", "agent")
    return builder.compile()


def _fanning_out() -> Any:
    builder: Any = StateGraph(State)
    builder.add_node("split", _mark("split"))
    research = _line(("fetch", _mark("fetch")), ("condense", _mark("condense")), gives=Found)
    builder.add_node("researcher", research.compile())
    builder.add_node("join", _mark("join"))
    builder.add_edge(START, "split")
    builder.add_conditional_edges(
        "split", lambda state: [Send("researcher", {"text": str(n)}) for n in range(3)], ["researcher"]
    )
    builder.add_edge("researcher", "join")
    builder.add_edge("join", END)
    return builder.compile()


steps = _line(("plan", _mark("plan")), ("search", _mark("search")), ("write", _mark("write"))).compile()
hitl = _line(("draft", _mark("draft")), ("review", _review), ("publish", _publish)).compile()
interview = _line(("interview", _interview), ("last", _mark("last"))).compile()
two = _asking_twice()
stop = _line(("first", _mark("first")), ("second", _mark("second")), ("third", _mark("third"))).compile(
    interrupt_before=["second"]
)
tools = _with_tools()
boom = _line(("first", _mark("first")), ("explode", _explode), ("last", _mark("last"))).compile()
looper = _looper()
hang = _line(("first", _mark("first")), ("crawl", _crawl), ("last", _mark("last"))).compile()
stubborn = _line(("first", _mark("first")), ("hold_on", _hold_on), ("last", _mark("last"))).compile()
fan = _fanning_out()
nested = _line(
    ("outer", _mark("outer")), ("inner", _line(("review", _review)).compile()), ("last", _mark("last"))
).compile()
