"""The acts: look, send exactly the plan, and look again until the effect is proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.actions import Effect, Outcome
from inspector.domain.calls import Call, Script, filled
from inspector.domain.case import Case
from inspector.domain.errors import Refused, UserError
from inspector.protocols.jsons import obj, text
from inspector.protocols.langgraph.bodies import history
from inspector.protocols.langgraph.effects import Watch, no_way_back, read, refused, stands, stopped
from inspector.protocols.langgraph.graph import graph_call
from inspector.protocols.langgraph.orphans import open_calls, told
from inspector.protocols.langgraph.plans import planned
from inspector.protocols.langgraph.runs import go_on
from inspector.protocols.langgraph.standing import ACTIVE, Standing, stand_of
from inspector.protocols.langgraph.words import nodes

_MOVED = "The thread has moved on since this was planned: {}. Look at it again."


def act(action: str, case: Case, data: Any) -> Script[Outcome]:
    """The script of an act. Raises at once, as planning does; what turns up later is its outcome."""
    known = stand_of(case)
    shown = planned(action, known, data, case.capabilities)
    return _act(action, known, shown, data, case.capabilities)


def _act(
    action: str, known: Standing, shown: Sequence[Call], data: Any, capabilities: Mapping[str, Any]
) -> Script[Outcome]:
    assert known.thread is not None
    metrics = capabilities.get("metrics") is not False
    before = yield from read(known.run, known.thread, subgraphs=True, metrics=metrics)
    if before.problem is not None:
        why = f"The server could not be asked how the run stands: {before.problem}."
        return Outcome(Effect.REFUSED, why, before=known.facts(), next=("refresh",))
    if action == "refresh":
        return (yield from _refresh(known, before))
    try:
        calls = planned(action, before, data, capabilities)
    except (Refused, UserError) as why_not:
        return Outcome(Effect.REFUSED, str(why_not), before=before.facts(), next=("refresh",))
    asked = [(each.id, each.value) for each in known.pending]
    if calls != shown or (asked and asked != [(each.id, each.value) for each in before.pending]):
        return Outcome(Effect.REFUSED, _MOVED.format(stands(before)), before=before.facts(), next=("refresh",))
    if action == "cancel":
        further = () if capabilities.get("flavour") == "aegra" else ("cancel:rollback",)
        return (yield from _cancel(calls[0], before, metrics, further))
    if action in ("set_state", "give_up"):
        return (yield from _edit(action, calls[0], before))
    if action == "copy_and_continue":
        return (yield from _copy(calls, before, metrics))
    no_way = None
    if action == "rewind":
        no_way = yield from no_way_back(known.thread, str(obj(calls[0].json).get("checkpoint_id")))
    if no_way is not None:
        return Outcome(Effect.REFUSED, no_way, before=before.facts(), next=("refresh",))
    return (yield from go_on(action, calls[0], before, known.thread, metrics))


def _refresh(known: Standing, now: Standing) -> Script[Outcome]:
    """Reads only: besides run, thread and state also the checkpoints and the drawing."""
    assert known.thread is not None
    yield history(known.thread)
    if now.assistant is not None:
        yield graph_call(now.assistant)
    run = f"The run is {now.status}; " if now.status is not None else ""
    why = run + stands(now) + "."
    return Outcome(Effect.SEEN, why[:1].upper() + why[1:], None, known.facts(), now.facts())


def _cancel(call: Call, before: Standing, metrics: bool, further: tuple[str, ...]) -> Script[Outcome]:
    """``further``: what is left to try where this kind of cancel does nothing."""
    assert before.thread is not None
    reply = yield call
    assert reply is not None
    if not reply.ok:
        return refused(reply, before)
    watch = Watch(before.run, before.thread, before, metrics)
    done = yield from watch.until(stopped)
    now = watch.last
    if done:
        row = "deleted" if now.status == "missing" else now.status
        why = f"The run is {row}; {_after_cancel(now)}."
        left = ("continue", "set_state", "give_up") if now.next and not now.pending else ()
        return Outcome(Effect.SEEN, why, None, before.facts(), now.facts(), left)
    if now.status in ACTIVE:
        why = (
            f"The server took the cancel ({reply.status}), but the run is still {now.status}: "
            "perhaps nothing executes it any more. A copy of the thread can go on."
        )
        rest = (*(() if dict(call.query).get("action") == "rollback" else further), "copy_and_continue", "refresh")
        return Outcome(Effect.NOT_SEEN, why, None, before.facts(), now.facts(), rest)
    row = "deleted" if now.status == "missing" else now.status
    where = f" ({nodes(now.next)})" if now.next else ""
    why = f"The run is {row}, but its thread is still busy: a node{where} does not react to the cancel and goes on."
    return Outcome(Effect.NOT_SEEN, why, None, before.facts(), now.facts(), ("refresh", "copy_and_continue"))


def _after_cancel(now: Standing) -> str:
    if now.others:
        run, status = now.others[0]
        return f"the thread goes on with run {run} ({status})"
    if now.thread_status == "busy":
        return "no worker executes it, though the thread's row still says busy (until its next run)"
    return stands(now)


def _edit(action: str, call: Call, before: Standing) -> Script[Outcome]:
    assert before.thread is not None
    reply = yield call
    assert reply is not None
    if not reply.ok:
        return refused(reply, before)
    made = text(reply.body, "checkpoint_id") or text(reply.body, "checkpoint", "checkpoint_id")
    watch = Watch(before.run, before.thread, before, False)
    done = yield from watch.until(lambda now: _edited(action, before, now, made))
    now = watch.last
    if not done:
        why = f"The server took it ({reply.status}), but {stands(now)}, as before."
        return Outcome(Effect.NOT_SEEN, why, None, before.facts(), now.facts(), ("refresh",))
    if action == "give_up":
        why = f"Nothing is left to run; {nodes(before.next or ())} will not run any more."
        return Outcome(Effect.SEEN, why, None, before.facts(), now.facts())
    why = f"The state has a new checkpoint; next is {nodes(now.next or ()) or 'nothing'}"
    why += f" (it was {nodes(before.next or ()) or 'nothing'})." + _history(before, now)
    left = ("resume",) if now.pending else ("continue",) if now.next else ()
    return Outcome(Effect.SEEN, why, None, before.facts(), now.facts(), left)


def _history(before: Standing, now: Standing) -> str:
    """Whether the calls that had no output have one now: the history as the server has it after the write."""
    open_before, left = open_calls(before.values), open_calls(now.values)
    if not open_before:
        return ""
    return f" Still without an output: {told(left)}." if left else " Every tool call of the history has its output."


def _edited(action: str, before: Standing, now: Standing, made: str | None) -> bool:
    if action == "give_up" and now.next != ():
        return False
    return now.checkpoint != before.checkpoint and made in (None, now.checkpoint)


def _copy(calls: Sequence[Call], before: Standing, metrics: bool) -> Script[Outcome]:
    reply = yield calls[0]
    assert reply is not None
    copy = text(reply.body, "thread_id")
    if not reply.ok or copy is None:
        return refused(reply, before)
    first = yield from read(None, copy)
    return (yield from go_on("copy_and_continue", filled(calls[1], reply), first, copy, metrics))
