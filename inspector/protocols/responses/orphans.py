"""Calls in a history that nobody answered: a server refuses each request that goes on from one.

The history is a list of items in the request itself, a conversation, or the chain of earlier responses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from inspector.domain.calls import Call, Script
from inspector.domain.case import Case
from inspector.domain.events import Ask, ErrorSeen
from inspector.domain.run import Run
from inspector.protocols.jsons import items, text
from inspector.protocols.responses.chart import WAITING
from inspector.protocols.responses.discover import get, input_call, items_call
from inspector.protocols.responses.items import answer_of, ask_of, named_open, names_open
from inspector.protocols.responses.memory import conversation_of
from inspector.protocols.responses.routes import response_path
from inspector.protocols.responses.standing import Standing
from inspector.protocols.responses.words import OUTPUT_OF

INTERRUPTED = "interrupted by operator"
ERROR = "Error: the tool failed."
LONGEST = 20
"""How many responses of a chain are looked at."""

Lookup = Callable[[str, str], Any]
"""What the server said about a ``run``, its ``input`` or a conversation's ``items``; None where it was not asked."""


def refusal(case: Case, s: Standing) -> str | None:
    """The words with which a request was refused because of open calls in its history."""
    if s.run is not None or not s.asked:
        return None
    said = [seen.fact.message for seen in case.run.errors if isinstance(seen.fact, ErrorSeen)]
    return next((message for message in reversed(said) if names_open(message)), None)


def orphans(case: Case, s: Standing, lookup: Lookup | None = None) -> tuple[Ask, ...]:
    """The open calls of the history that a next request would go on from, the run's own among them.

    ``lookup``: answers that are newer than the log's.
    """
    refused = refusal(case, s)
    ended = s.state in ("cancelled", "failed", "incomplete", "completed") and _conversation(s) is not None
    if refused is None and not ended and s.state != WAITING:
        return ()
    known = history(case, s, lookup or _logged(case))
    found = open_calls(known)
    answered = {ident for item in known for ident, _ in answer_of(item)}
    for ask in s.asks:
        if ask.id not in found and ask.id not in answered and ask.id is not None:
            found[ask.id] = ask
    for ident in named_open(refused or ""):
        if ident not in found and ident not in answered:
            found[ident] = Ask("tool", ident)
    return tuple(found.values())


def open_calls(history: Iterable[Any]) -> dict[str, Ask]:
    """The calls and requests for approval among these items that no item answers, by their ids."""
    rows = [item for item in history if isinstance(item, Mapping)]
    answered = {ident for item in rows for ident, _ in answer_of(item)}
    asks = [ask for item in rows if (ask := ask_of(item, "")) is not None]
    return {ask.id: ask for ask in asks if ask.id and ask.id not in answered}


def history(case: Case, s: Standing, lookup: Lookup) -> list[Any]:
    """The items that are known of the history: of the conversation or chain, and what the request itself brings."""
    own = items(s.asked, "input") if s.run is None else []
    conversation = _conversation(s)
    if conversation is not None:
        told = lookup("items", conversation)
        if told is not None:
            return [*items(told, "data"), *own]
        return [*(item for run in case.book.of_thread(conversation) for item in _made(run)), *own]
    first = s.run if s.run is not None else s.asked.get("previous_response_id")
    return [*_chain(case, first if isinstance(first, str) else None, lookup), *own]


def _chain(case: Case, ident: str | None, lookup: Lookup) -> list[Any]:
    found: list[Any] = []
    seen: set[str] = set()
    while ident is not None and ident not in seen and len(seen) < LONGEST:
        seen.add(ident)
        told, run = lookup("run", ident), case.book.run_by_id(ident)
        made = items(told, "output") or ([] if run is None else _made(run))
        found = [*items(lookup("input", ident), "data"), *made, *found]
        ident = text(told, "previous_response_id")
    return found


def _made(run: Run) -> list[Any]:
    """The calls of a response as the log saw them, with what answered them."""
    found: list[Any] = []
    for call in run.tools.values():
        node = run.nodes.get(call.id)
        kind = node.kind if node is not None and node.kind in OUTPUT_OF else "function_call"
        if not call.hosted:
            found.append({"type": kind, "call_id": call.id, "name": call.name, "arguments": call.arguments})
            if call.output is not None:
                found.append({"type": OUTPUT_OF[kind], "call_id": call.id, "output": call.output})
    return found


def _conversation(s: Standing) -> str | None:
    return conversation_of(s.asked) or conversation_of(s.told)


def _logged(case: Case) -> Lookup:
    def lookup(about: str, ident: str) -> Any:
        said = case.said(about, ident)
        return said.data if said is not None and said.status == 200 else None

    return lookup


def look_at_history(case: Case, s: Standing) -> Script[Lookup]:
    """Asks for the history as the server has it now; what it does not tell is taken from the log.

    The chain behind a response that was taken is in order: the server would have refused it.
    """
    told: dict[tuple[str, str], Any] = {}

    def ask(about: str, ident: str, call: Call) -> Script[Any]:
        reply = yield call
        if reply is not None and reply.ok:
            told[about, ident] = reply.body
        return told.get((about, ident))

    conversation, logged = _conversation(s), _logged(case)
    ident = None if s.run is not None else s.asked.get("previous_response_id")
    if conversation is not None:
        yield from ask("items", conversation, items_call(conversation))
        ident = None
    seen: set[str] = set()
    while isinstance(ident, str) and ident not in seen and len(seen) < LONGEST:
        seen.add(ident)
        found = yield from ask("run", ident, get(response_path(ident), "response"))
        if found is None:
            break
        yield from ask("input", ident, input_call(ident))
        ident = text(found, "previous_response_id")
    return lambda about, ident: told.get((about, ident)) or logged(about, ident)


def put_in(given: Any, made: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The input of a request with outputs in it: each behind its call where that is in it, else in front."""
    rows = [{"role": "user", "content": given}] if isinstance(given, str) and given else items(given)
    rest, found = {_answers(item): item for item in made}, list[Any]()
    for row in rows:
        found.append(row)
        ask = ask_of(row, "") if isinstance(row, Mapping) else None
        if ask is not None and ask.id in rest:
            found.append(rest.pop(ask.id))
    return [*rest.values(), *found]


def _answers(item: Mapping[str, Any]) -> str | None:
    return next((ident for ident, _ in answer_of(item)), None)
