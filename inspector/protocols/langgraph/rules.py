"""Findings that only LangGraph has, and what it changes of the common ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inspector.domain.adapter import Rule
from inspector.domain.book import Said
from inspector.domain.case import Case
from inspector.domain.charts import StateKind
from inspector.domain.events import ErrorSeen, Purpose
from inspector.domain.findings import NOTE, Evidence
from inspector.domain.link import Link
from inspector.domain.rules_run import blocked as common_blocked
from inspector.domain.rules_run import waits
from inspector.domain.rules_stream import noticed, ours, silent_due
from inspector.domain.rules_stream import silent as common_silent
from inspector.domain.run import Run
from inspector.protocols.jsons import items, number, obj, parse, text
from inspector.protocols.langgraph.abandoned import RULE as ABANDONED
from inspector.protocols.langgraph.orphans import RULE as ORPHANS
from inspector.protocols.langgraph.standing import pending_of
from inspector.protocols.langgraph.streams import CACHED

_DUMB_MODES = {"messages", "messages-tuple", "custom", "events", "debug", "feedback", "updates", "tasks", "checkpoints"}


def _ended(link: Link) -> bool:
    return link.ok and link.end is not None and link.ended_by == "server"


def _row(case: Case) -> Any:
    """The run's row: asked for itself, or as the list shows it."""
    said = case.said("run")
    if said is not None and said.status == 200:
        return said.data
    listed = case.said("runs")
    rows = items(listed.data) if listed is not None else ()
    return next((row for row in rows if text(row, "run_id") == case.run.id), None)


def _body(case: Case) -> Any:
    """What the run was started with: its request, or else what the server kept of it."""
    for link in case.links():
        if link.opened.purpose in (Purpose.CREATE, Purpose.WAIT, Purpose.BACKGROUND) and link.request is not None:
            from_request = link.request.body
            if from_request:
                return parse(from_request)
    return obj(_row(case), "kwargs")


def _last_of_thread(case: Case) -> bool:
    runs = case.book.of_thread(case.run.thread)
    return not runs or runs[-1].key == case.run.key


def hidden_wait(case: Case, now: float) -> Evidence | None:
    """It waits, and a stream that ended never showed that."""
    run = case.run
    if not waits(case) or run.shown_asks or run.server_word is None:
        return None
    told = run.stream_word
    if told is not None and told.status.state in ("waiting", "interrupted"):
        return None
    if told is not None and told.status.state == "success":
        # v2 calls a run that stopped at a breakpoint completed
        values = _hidden(case) | {"called": told.status.raw}
        return Evidence((told.seq, run.server_word.seq), values, ("resume", "continue"))
    blind = [link for link in case.streams() if _ended(link) and link.opened.purpose is not Purpose.WAIT]
    if not blind or blind[-1].end is None:
        return None
    return Evidence((blind[-1].end.seq, run.server_word.seq), _hidden(case), ("resume", "continue"))


def _hidden(case: Case) -> dict[str, Any]:
    wanted = case.run.wanted
    return {"modes": _modes(case), "nodes": [ask.node for ask in wanted.asks if ask.node] if wanted else []}


def _modes(case: Case) -> list[str]:
    modes = obj(_body(case)).get("stream_mode")
    return [modes] if isinstance(modes, str) else [str(m) for m in items(modes)]


def half_finished(case: Case, now: float) -> Evidence | None:
    """The thread is idle, nothing is asked, and yet nodes are left to run."""
    thread, state = case.said("thread"), case.said("state")
    if thread is None or state is None or not _last_of_thread(case) or case.run.declared_state is None:
        return None
    if not _after(case, thread) or not _after(case, state):
        return None
    kind = case.run.declared_state.kind
    if kind in (StateKind.START, StateKind.BUSY) or text(thread.data, "status") != "idle":
        return None
    left = [str(name) for name in items(obj(state.data), "next")]
    pending = [task for task in items(obj(state.data), "tasks") if items(obj(task), "interrupts")]
    if not left or pending or obj(thread.data, "interrupts"):
        return None
    return Evidence((thread.seq, state.seq), {"nodes": left}, ("continue", "set_state", "give_up"))


def mode_mismatch(case: Case, now: float) -> Evidence | None:
    """Nothing but metadata came, though the run did its work."""
    state = case.run.declared_state
    if state is None or (state.kind is not StateKind.GOOD_END and not waits(case)):
        return None
    for link in case.streams():
        if link.opened.purpose is not Purpose.CREATE or not _ended(link) or link.first_event_at is None:
            continue
        if link.last_content_at != link.first_event_at or case.run.nodes or case.run.messages or case.run.shown_asks:
            continue
        modes = _modes(case)
        if modes and set(modes) <= _DUMB_MODES and link.contents <= 1:
            return Evidence((link.last_content_seq or link.last_seq,), {"modes": modes}, ("refresh",))
    return None


def nothing_done(case: Case, now: float) -> Evidence | None:
    """A continue, resume or goto was accepted, and the newest checkpoint is still another run's."""
    state, body, run = case.said("state"), obj(_body(case)), case.run
    if state is None or state.status != 200 or run.state not in ("success", "waiting") or not _last_of_thread(case):
        return None
    command = obj(body, "command")
    made_by = text(state.data, "metadata", "run_id")
    goes_on = bool(command) or ("input" in body and body["input"] is None)
    if not goes_on or run.id is None or made_by in (None, run.id) or not _after(case, state):
        return None
    if _is_newer(case, made_by) or _asks_anew(case) or _in_part(run, command, state.data):
        return None
    how = "resume" if command.get("resume") is not None else "goto" if command else "continue"
    nodes = [str(n) for n in items(obj(state.data), "next")]
    values = {"how": how, "waits": run.state == "waiting", "nodes": nodes}
    return Evidence((state.seq,), values, ("refresh", "resume"))


def _after(case: Case, said: Said) -> bool:
    """Whether this was answered after the run was last seen at work, so that it shows what came of it."""
    return said.seq > (case.run.content_seq or case.run.first_seq)


def _is_newer(case: Case, other: str | None) -> bool:
    """Whether the list of the thread's runs shows that other run as made after this one."""
    listed = case.said("runs")
    rows = items(listed.data if listed is not None else None)
    made = {text(row, "run_id"): text(row, "created_at") or "" for row in rows}
    return made.get(other, "") > made.get(case.run.id, text(_row(case), "created_at") or "~")


def _in_part(run: Run, command: Mapping[str, Any], state: Any) -> bool:
    """Whether a step of it ended: of several questions of one step only the last answer makes a checkpoint.

    Where no step was shown, an answer by ids may be the reason why one of the step's tasks has its result.
    """
    if run.nodes:
        return any(node.phase == "end" and node.note != CACHED for node in run.nodes.values())
    tasks = [obj(task) for task in items(state, "tasks")]
    by_id = isinstance(command.get("resume"), Mapping)
    return by_id and any(task.get("result", True) is not None and not items(task, "interrupts") for task in tasks)


def _asks_anew(case: Case) -> bool:
    """Whether it asks something new: a node that asks twice takes its first answer without a checkpoint."""
    run, before = case.run, set()
    for earlier in case.siblings():
        if earlier.first_seq < run.first_seq and earlier.wanted is not None:
            before |= {(ask.id, repr(ask.value)) for ask in earlier.wanted.asks}
    for said in case.answers("state"):
        if said.seq < run.first_seq:
            before |= {(pending.id, repr(pending.value)) for pending in pending_of(said.data)}
    asked = {(ask.id, repr(ask.value)) for ask in run.wanted.asks} if run.wanted is not None else set()
    return bool(before) and bool(asked - before)


def replay_lossy(case: Case, now: float) -> Evidence | None:
    """A rejoined stream without the error that ended the run: the server never replays it."""
    run, word = case.run, case.run.server_word
    if word is None or word.status.state not in ("error", "timeout"):
        return None
    if any(isinstance(s.fact, ErrorSeen) and s.fact.where == "event" for s in run.errors):
        return None
    for link in case.streams():
        if not link.opened.joined or not _ended(link) or link.first_event_at is None or link.end is None:
            continue
        if link.opened.purpose is Purpose.JOIN and link.end.seq < word.seq:
            return Evidence((link.end.seq, word.seq), {"what": "error"}, ("refresh",))
    return None


def overwrite(case: Case, now: float) -> Evidence | None:
    """Two runs of one thread were at work at once: each began while the other had not ended."""
    run = case.run
    if run.begun_at is None or run.content_at is None or run.thread is None:
        return None
    for other in case.siblings():
        if other.begun_at is None or other.content_at is None or not _streamed(other) or not _streamed(run):
            continue
        if max(run.begun_at, other.begun_at) < min(run.content_at, other.content_at):
            frames = tuple(seq for seq in (run.content_seq, other.content_seq) if seq is not None)
            return Evidence(frames, {"run": other.id}, ("rewind", "copy_and_continue"))
    return _within(case)


def _within(case: Case) -> Evidence | None:
    """By the list of the thread's runs: one of the two began after the other and ended before it, and both did work."""
    mine, listed = _row(case), case.said("runs")
    if listed is None or text(mine, "status") not in _WORKED:
        return None
    for row in items(listed.data):
        times = [(text(each, "created_at") or "", text(each, "updated_at") or "") for each in (mine, row)]
        (began, ended), (later, sooner) = max(times, key=lambda each: each[1]), min(times, key=lambda each: each[1])
        if text(row, "status") in _WORKED and "" not in (began, later) and began < later < sooner < ended:
            return Evidence((listed.seq,), {"run": text(row, "run_id")}, ("rewind", "copy_and_continue"))
    return None


_WORKED = ("success", "error")


def _streamed(run: Run) -> bool:
    return run.stream_word is not None


def still_executing(case: Case, now: float) -> Evidence | None:
    """The run is shown as over, and its thread is busy with nothing else."""
    thread, run = case.said("thread"), case.run
    if thread is None or not run.over or run.terminal_seq is None or text(thread.data, "status") != "busy":
        return None
    if not _last_of_thread(case) or thread.seq < run.terminal_seq:
        return None
    listed = case.said("runs")
    rows = items(listed.data if listed is not None else None)
    if any(text(row, "status") in ("running", "pending") and text(row, "run_id") != run.id for row in rows):
        return None
    return Evidence((run.terminal_seq, thread.seq), {"word": run.state}, ("refresh", "cancel"))


def blocked(case: Case, now: float) -> Evidence | None:
    """Refused, or queued behind another run of the thread; named where the list or the log tells."""
    found = common_blocked(case, now)
    listed = case.said("runs")
    rows = items(listed.data if listed is not None else None)
    active = [row for row in rows if text(row, "status") == "running" and text(row, "run_id") != case.run.id]
    name = text(active[0], "run_id") if active else None
    if found is not None:
        return Evidence(found.frames, {**found.values, "run": found.values.get("run") or name}, found.next)
    if case.run.state == "pending" and listed is not None and name is not None:
        return Evidence((listed.seq,), {"run": name, "message": None, "queued": True}, ("refresh", "cancel"))
    return None


def silent(case: Case, now: float) -> Evidence | None:
    """As everywhere, with what the server counts: a run that it shows as running while not one worker is busy."""
    found, metrics = common_silent(case, now), case.said("metrics", "server")
    if found is None or metrics is None or metrics.seq < (case.run.content_seq or 0) or case.run.state != "running":
        return found
    active, most = number(metrics.data, "workers", "active"), number(metrics.data, "workers", "max")
    running = number(metrics.data, "queue", "n_running")
    if active != 0 or not most or not running:
        return found
    return replace(found, values={**found.values, "idle": True}, next=(*found.next, "copy_and_continue"))


_SEQUENCE = noticed("stream.sequence")


def sequence(case: Case, now: float) -> Evidence | None:
    """As everywhere; a note where ids of a stream of ours repeat: that is how this server numbers all its streams.

    Of the streams that were let go, all were ours.
    """
    found = _SEQUENCE.check(case, now)
    if found is None:
        return None
    for seen in case.run.notices("stream.sequence"):
        link = case.book.links.get(seen.link)
        if (link is not None and not ours(link)) or getattr(seen.fact, "values", {}).get("what") != "repeated":
            return found
    return replace(found, severity=NOTE)


RULES: tuple[Rule, ...] = (
    Rule("stream.sequence", sequence),
    Rule("stream.silent", silent, silent_due),
    Rule("langgraph.hidden_wait", hidden_wait),
    Rule("langgraph.half_finished", half_finished),
    Rule("langgraph.mode_mismatch", mode_mismatch),
    Rule("langgraph.nothing_done", nothing_done),
    Rule("langgraph.replay_lossy", replay_lossy),
    Rule("langgraph.concurrent_overwrite", overwrite),
    Rule("run.still_executing", still_executing),
    Rule("run.blocked", blocked),
    noticed("langgraph.input_dropped", ("refresh",)),
    ABANDONED,
    ORPHANS,
)
