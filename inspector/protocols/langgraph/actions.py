"""What a person can do to a run now: each act possible, or refused with the reason, and what it would cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inspector.domain.actions import Action
from inspector.domain.case import Case
from inspector.protocols.jsons import items, obj, text
from inspector.protocols.langgraph.answers import choices, proposal
from inspector.protocols.langgraph.orphans import ERROR, INTERRUPTED, answers, open_calls, told
from inspector.protocols.langgraph.plans import ACTIONS, KINDS, objection
from inspector.protocols.langgraph.reruns import reruns
from inspector.protocols.langgraph.standing import ACTIVE, Standing, stand_of
from inspector.protocols.langgraph.words import nodes

_TITLES = {
    "resume": "Resume with an answer",
    "continue": "Continue",
    "cancel": "Cancel",
    "set_state": "Set the state",
    "rewind": "Rewind to a checkpoint",
    "give_up": "Give up",
    "copy_and_continue": "Copy the thread and continue there",
    "refresh": "Refresh",
}
_FORMS = {
    "resume": "answer",
    "cancel": "choice",
    "set_state": "state",
    "rewind": "checkpoint",
}


def actions(case: Case, now: float) -> Sequence[Action]:
    """All acts of this backend, the likeliest first. ``now`` is not needed: nothing here hangs on time."""
    standing = stand_of(case)
    return tuple(_action(name, case, standing) for name in ACTIONS)


def _action(name: str, case: Case, s: Standing) -> Action:
    why_not = objection(name, s, case.capabilities)
    return Action(
        id=name,
        title=_TITLES[name],
        consequence=_CONSEQUENCES[name](case, s),
        why_not=why_not,
        primary=why_not is None and name in _primary(s),
        kinds=_kinds(case) if name == "cancel" else (),
        form=_form(name, s),
        context=_context(name, case, s),
        data=_data(name, s),
        reruns=reruns(name, case, s),
    )


def _kinds(case: Case) -> tuple[str, ...]:
    return KINDS[:1] if case.capabilities.get("flavour") == "aegra" else KINDS


def _form(name: str, s: Standing) -> str:
    if name == "copy_and_continue" and s.pending:
        return "answer"
    return _FORMS.get(name, "none")


def _primary(s: Standing) -> tuple[str, ...]:
    """The one or two acts that make sense now."""
    if s.pending:
        return ("resume",)
    if s.status in ACTIVE:
        return ("cancel",)
    if s.status == "success" and not s.next:  # over, or nobody asked yet whether something is left
        return ()
    return ("continue", "set_state") if s.status in ("interrupted", "timeout") else ("continue",)


def _resuming(case: Case, s: Standing) -> str:
    where = nodes(each.node for each in s.pending if each.node)
    again = f"runs {where} again from the beginning" if where else "runs the waiting node again from the beginning"
    several = " All answers go in one map from interrupt ids." if len(s.pending) > 1 else ""
    return f"Starts a run that {again}, with the answer: what came before the question is done twice.{several}"


def _continuing(case: Case, s: Standing) -> str:
    what = nodes(s.next or ()) or "what is next"
    done = nodes(dict.fromkeys(node.name for node in case.run.nodes.values() if node.phase == "end"))
    already = f" Done already, and not repeated: {done}." if done else ""
    return (
        f"Starts a run of {what}, from the beginning of the node: side effects of an earlier try happen twice.{already}"
    )


def _cancelling(case: Case, s: Standing) -> str:
    return (
        "interrupt stops the run and keeps what it has committed; rollback deletes the run with its checkpoints. "
        "A node that does not react goes on until it ends."
    )


def _setting(case: Case, s: Standing) -> str:
    calls = open_calls(s.values)
    orphans = f" Answers the calls that have no output: {told(calls)}." if calls else ""
    skipped = nodes(s.next or ())
    what = f"Skips {skipped}: writes" if skipped else "Writes"
    node = "it" if skipped and len(s.next or ()) == 1 else "the named node"
    return f"{what} values as if {node} had returned them: what follows is next. Nothing runs by itself.{orphans}"


def _rewinding(case: Case, s: Standing) -> str:
    return (
        "Starts a run from an earlier checkpoint: the nodes after it run again. What came later stays in the history."
    )


def _giving_up(case: Case, s: Standing) -> str:
    return (
        f"Takes the thread to its end: {nodes(s.next or ()) or 'what is next'} never runs. The values stay as they are."
    )


def _copying(case: Case, s: Standing) -> str:
    what = nodes(s.next or ()) or "what is next"
    held = " The original goes on if it is alive: then side effects happen twice." if s.held else ""
    return f"Copies the thread with its checkpoints and runs {what} on the copy; the original stays as it is.{held}"


def _refreshing(case: Case, s: Standing) -> str:
    return "Asks for the run, its thread, state, runs, checkpoints and graph. Changes nothing."


_CONSEQUENCES = {
    "resume": _resuming,
    "continue": _continuing,
    "cancel": _cancelling,
    "set_state": _setting,
    "rewind": _rewinding,
    "give_up": _giving_up,
    "copy_and_continue": _copying,
    "refresh": _refreshing,
}


def _context(name: str, case: Case, s: Standing) -> Mapping[str, Any]:
    if name in ("resume", "copy_and_continue") and s.pending:
        asked = [{"id": each.id, "node": each.node, "value": each.value} for each in s.pending]
        return {"interrupts": asked, "choices": choices(s.pending), "edits": True, "values": s.values}
    if name == "set_state":
        return {"nodes": _node_names(case, s), "next": list(s.next or ()), "values": s.values, **_orphans(s)}
    if name == "rewind":
        return {"checkpoints": list(_checkpoints(case))}
    return {}


def _data(name: str, s: Standing) -> Any:
    if name in ("resume", "copy_and_continue") and s.pending:
        return proposal(s.pending)
    if name == "cancel":
        return {"action": KINDS[0]}
    if name == "set_state":
        values = answers(open_calls(s.values), INTERRUPTED, "error") if not s.held else {}
        return {"values": values, "as_node": s.next[0]} if s.next else {"values": values}
    return None


def _orphans(s: Standing) -> dict[str, Any]:
    """Tool calls that nobody answered, and the values that would answer all of them."""
    calls = open_calls(s.values)
    if not calls:
        return {}
    fills = [("Interrupted", answers(calls, INTERRUPTED, "error")), ("An error", answers(calls, ERROR, "error"))]
    fills.append(("Outputs", answers(calls, "")))
    named = f"In the history without an output: {told(calls)}. Give one for each: a model refuses a history without."
    return {"orphans": named, "fills": [{"title": title, "data": data} for title, data in fills]}


def _node_names(case: Case, s: Standing) -> list[str]:
    """The nodes that a state can be set as: those of the drawing, of the tasks seen, and what is next."""
    said = case.said("graph", s.assistant) if s.assistant is not None else None
    drawn = (
        [str(name).split(":")[0] for node in items(said.data, "nodes") if (name := obj(node).get("id"))] if said else []
    )
    seen = [node.name for node in case.run.nodes.values() if node.kind == "node" and not node.parent]
    return [name for name in dict.fromkeys([*(s.next or ()), *drawn, *seen]) if name not in ("__start__", "__end__")]


def _checkpoints(case: Case) -> Iterator[dict[str, Any]]:
    """The checkpoints from which something would run, newest first, as the history tells them."""
    said = case.said("history")
    for row in items(said.data) if said is not None else ():
        checkpoint = text(row, "checkpoint_id") or text(row, "checkpoint", "checkpoint_id")
        after = [str(name) for name in items(row, "next")]
        if checkpoint is not None and after:
            about = obj(row, "metadata")
            yield {
                "checkpoint_id": checkpoint,
                "next": after,
                "step": about.get("step"),
                "source": about.get("source"),
                "created_at": text(row, "created_at"),
            }
