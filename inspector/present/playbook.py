"""The playbook: what an expert would try next in the exact state of a run, in order, and why the rest is no use now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inspector.domain.actions import Action
from inspector.domain.charts import Ending
from inspector.domain.diagnosis import Verdict
from inspector.domain.ending import NOBODY

ASK, RETRY = "refresh", ("start_new_run", "start_again")
_ANSWERS = ("resume", "submit_tool_outputs", "approve", "answer_plan", "decide")

ORDERS: Mapping[str, tuple[str, ...]] = {
    "waiting": (*_ANSWERS, "continue", "set_state", "rewind", ASK, "give_up", "cancel", "copy_and_continue", *RETRY),
    "blocked": (ASK, "cancel", "copy_and_continue", *RETRY),
    "queued": (ASK, "kick", "fail", "cancel", "copy_and_continue", *RETRY),
    "running": (ASK, "cancel", "kick", "fail"),
    "silent": (ASK, "resume_stream", "kick", "cancel", "set_state", "continue", "copy_and_continue", "fail", *RETRY),
    "cancelling": (ASK, "cancel", "copy_and_continue", "set_state", "continue", "give_up", *RETRY),
    "cut": (ASK, "resume_stream", "cancel", "continue", "copy_and_continue", "give_up", *RETRY),
    "failed": ("continue", "set_state", "rewind", *RETRY, "copy_and_continue", "give_up", ASK),
    "stopped": ("continue", "set_state", "rewind", "give_up", "copy_and_continue", *RETRY, ASK),
    "over": (*RETRY, "continue", "rewind", "set_state", ASK),
    "lost": (ASK, *RETRY, "copy_and_continue"),
    "abandoned": (ASK, "cancel", "copy_and_continue", "set_state", "continue", "give_up", *RETRY),
    "unknown": (ASK, "resume_stream", *_ANSWERS, "continue", "cancel", *RETRY),
}
"""By situation: the ids of actions, the first to try first. What is not named comes last, as the backend has it."""

_BY_ENDING = {
    Ending.WAITING: "waiting",
    Ending.RUNNING: "running",
    Ending.STALLED: "silent",
    Ending.CUT: "cut",
    Ending.FAILED: "failed",
    Ending.EXPIRED: "over",
    Ending.INCOMPLETE: "over",
    Ending.COMPLETED: "over",
    Ending.CANCELLED: "stopped",
    Ending.LOST: "lost",
    Ending.UNKNOWN: "unknown",
    Ending.NOT_STARTED: "queued",
}


@dataclass(frozen=True, slots=True)
class Play:
    """One line: the ``number`` of a possible action and its one-line consequence; None and the reason otherwise."""

    number: int | None
    action: Action
    text: str


def situation(verdict: Verdict) -> str:
    """Which of the situations the run is in."""
    found = {finding.id for finding in verdict.findings}
    if found & {"run.cancel_pending", "run.still_executing"}:
        return "cancelling"
    if "run.blocked" in found:
        return "blocked"
    if "langgraph.half_finished" in found:
        return "stopped"
    return "abandoned" if verdict.why == NOBODY else _BY_ENDING[verdict.ending]


def ordered(actions: Iterable[Action], verdict: Verdict) -> tuple[Action, ...]:
    """The actions as an expert would try them: the possible ones first."""
    order = ORDERS[situation(verdict)]
    rank = {name: number for number, name in enumerate(order)}
    found = sorted(actions, key=lambda action: rank.get(action.id, len(order)))
    return tuple(sorted(found, key=lambda action: not action.possible))


def playbook(actions: Iterable[Action], verdict: Verdict) -> tuple[Play, ...]:
    """The lines of the playbook."""
    plays, number = [], 0
    for action in ordered(actions, verdict):
        if action.possible:
            number += 1
        plays.append(Play(number if action.possible else None, action, action.why_not or action.consequence))
    return tuple(plays)


def playbook_lines(plays: Sequence[Play]) -> list[str]:
    """The playbook as text: what can be done in order, then what cannot, with the reason."""
    lines = [f"{play.number}. {play.action.id}: {play.text}" for play in plays if play.number is not None]
    return lines + [f"–  {play.action.id}: {play.text}" for play in plays if play.number is None]


@dataclass(frozen=True, slots=True)
class Following:
    """What to try after an act: the action, and which of its kinds (None = as usual)."""

    action: Action
    kind: str | None = None

    @property
    def title(self) -> str:
        """Its name, with the kind."""
        return self.action.title + (f" ({self.kind})" if self.kind else "")

    @property
    def words(self) -> str:
        """How it is written on the command line."""
        data = f""" --data '{{"action": "{self.kind}"}}'""" if self.kind else ""
        return self.action.id + data


def following(steps: Sequence[str], plays: Sequence[Play], done: str, seen: bool) -> tuple[Following, ...]:
    """What to offer after the act ``done``: what its outcome names (``id`` or ``id:kind``), as far as it is possible.

    After an act without effect that is at least the next line of the playbook.
    """
    possible = {play.action.id: play.action for play in plays if play.number is not None}
    found: dict[tuple[str, str | None], Following] = {}
    for step in steps:
        name, _, kind = step.partition(":")
        action = possible.get(name)
        if action is None or (name == done and not kind) or (kind and kind not in action.kinds):
            continue
        found[name, kind or None] = Following(action, kind or None)
    if not seen and not any(each.action.id != ASK for each in found.values()):
        rest = [action for action in possible.values() if action.id not in (done, ASK)]
        if rest:
            found[rest[0].id, None] = Following(rest[0])
    return tuple(found.values())
