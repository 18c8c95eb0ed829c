"""Acts that begin a run: sent, followed to its end or to its next wait, and proved by what changed on the thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.domain.actions import Effect, Outcome
from inspector.domain.calls import Call, Script
from inspector.protocols.jsons import obj
from inspector.protocols.langgraph.effects import Watch, read, refused, stands, started, stopped
from inspector.protocols.langgraph.standing import ACTIVE, Standing
from inspector.protocols.langgraph.words import nodes


def go_on(action: str, call: Call, before: Standing, thread: str, metrics: bool) -> Script[Outcome]:
    """Send the run of an act and see what it changes. ``before`` is how its thread stood."""
    reply = yield call
    assert reply is not None
    if not reply.ok:
        return refused(reply, before)
    run = started(reply, before)
    if run is None:
        run = started(reply, before, (yield from read(None, thread)))
    watch = Watch(run, thread, before, metrics)
    over = yield from watch.until(stopped if run is not None else _settled)
    now = watch.last if watch.last is not before else Standing(run, thread)
    why = _progress(action, obj(call.json), before, now)
    how = _how(now, run, over)
    if why is None:
        why = how + _nothing(action, now)
        again = ("refresh", "cancel")[: 1 + (now.status in ACTIVE)]
        return Outcome(Effect.NOT_SEEN, why, run, before.facts(), now.facts(), again)
    left = ("resume",) if now.pending else ("continue",) if now.next and over else ()
    return Outcome(Effect.SEEN, f"{why} {how}", run, before.facts(), now.facts(), left)


def _settled(now: Standing) -> bool:
    return now.thread_status != "busy" and not now.active


def _how(now: Standing, run: str | None, over: bool) -> str:
    name = f"Run {run}" if run is not None else "The run"
    if not over:
        return f"{name} is {now.status or 'under way'} and goes on"
    if now.status in ("error", "timeout"):
        return f"{name} failed: {now.error or now.status}; {stands(now)}."
    return f"{name} is over ({now.status}); {stands(now)}."


def _nothing(action: str, now: Standing) -> str:
    if now.status in ACTIVE:
        where = f"; {nodes(now.next)} ran no further yet" if now.next else ""
        return f", but has changed nothing so far{where}."
    if action == "resume" and now.pending:
        return " It asks the same again: the answer was not taken, or the node repeats its question."
    return " Nothing on the thread has changed."


def _progress(action: str, body: Mapping[str, Any], before: Standing, now: Standing) -> str | None:
    """The sentence that proves the effect, or None when nothing shows it."""
    if now.next is None:
        return None
    if "command" in body and before.pending:
        return _answered(body, before, now)
    if now.checkpoint == before.checkpoint and now.next == before.next and now.pending == before.pending:
        return None
    if action == "rewind":
        return "The thread goes on from the earlier checkpoint." if now.checkpoint != before.checkpoint else None
    return f"The thread went past {nodes(before.next or ()) or 'where it stood'}."


def _answered(body: Mapping[str, Any], before: Standing, now: Standing) -> str | None:
    """Every interrupt that was answered has to be gone, or to ask something else."""
    answer = obj(body, "command").get("resume")
    keys = set(answer) if isinstance(answer, Mapping) and set(answer) <= set(before.ids) else set()
    meant = [each for each in before.pending if not keys or each.id in keys]
    if any(each in now.pending for each in meant):
        return None
    left = [each for each in now.pending if each in before.pending]
    rest = f"; {len(left)} still wait" if left else ""
    return f"The interrupt{'s' * (len(meant) > 1)} of {nodes(each.node for each in meant)} took the answer{rest}."
