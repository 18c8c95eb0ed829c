"""What can be done about a trace: decide in the saved state of a run that waits for approvals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.actions import Action
from inspector.domain.book import Said
from inspector.domain.calls import Call
from inspector.domain.case import Case
from inspector.domain.errors import Refused, UserError
from inspector.protocols.agents_sdk.runstate import RunState, run_state
from inspector.protocols.agents_sdk.states import decisions_of

LOCAL = "Decisions are written into the saved run state (decide FILE --out FILE); nothing is sent to a server."
NO_STATE = (
    "There is no saved run state here: let the program save it (result.to_state().to_string(), in JavaScript "
    "result.state.toString()) and open that file."
)
NOT_WAITING = "This run state does not wait for approvals."


def state_of(case: Case) -> RunState | None:
    """The saved state of the run, the newest that the log has."""
    said = saved_state(case)
    return run_state(said.data) if said is not None and isinstance(said.data, Mapping) else None


def saved_state(case: Case) -> Said | None:
    """The same as it was read, with its frame."""
    return case.said("run_state", case.run.id or f"#{case.run.key}")


def actions(case: Case, now: float) -> Sequence[Action]:
    """One action, and why it is impossible where it is."""
    state = state_of(case)
    asked = [] if state is None else [_shown(state, number) for number in range(len(state.pending))]
    return (
        Action(
            "decide",
            "Decide",
            "Writes your decisions into a copy of the saved run state. The program goes on when it runs that copy.",
            _why_not(state),
            primary=True,
            form="decisions",
            context={"calls": asked, "resume": [] if state is None else resume_lines(state, "decided.run_state.json")},
            data={} if state is None else {one.call: None for one in state.pending},
        ),
    )


def plan(action: str, case: Case, data: Any) -> Sequence[Call]:
    """What is written, as a call to nobody. Refused with the reason, UserError for unusable data."""
    if action != "decide":
        raise UserError(f"There is no action {action} for an Agents SDK trace; there is decide.")
    state = state_of(case)
    why_not = _why_not(state)
    if state is None or why_not is not None:
        raise Refused(why_not or NO_STATE)
    decided = decisions_of(state, data)
    body = {call: {"approve": yes, **({} if reason is None else {"reason": reason})} for call, (yes, reason) in decided}
    return (Call("PUT", "/run_state", json=body, reads=False, label="write the decided run state to a file"),)


def resume_lines(state: RunState, file: str) -> list[str]:
    """The two lines of the program that go on with a decided state."""
    if state.snake:
        return [
            f'state = await RunState.from_string(agent, open("{file}").read())',
            "result = await Runner.run(agent, state)",
        ]
    return [
        f'const state = await RunState.fromString(agent, await readFile("{file}", "utf8"));',
        "const result = await run(agent, state);",
    ]


def _why_not(state: RunState | None) -> str | None:
    if state is None:
        return NO_STATE
    return None if state.waits and state.pending else NOT_WAITING


def _shown(state: RunState, number: int) -> Mapping[str, Any]:
    one = state.pending[number]
    decided = state.decided.get(one.call)
    shown = {"id": one.call, "name": one.name, "arguments": one.arguments, "node": one.agent}
    return {**shown, "decided": None if decided is None else {"approve": decided[0], "reason": decided[1]}}
