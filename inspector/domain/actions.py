"""What a person can do to a run, what it would cost, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Reruns:
    """Which steps an act makes run, as far as the checkpoint tells.

    ``again``: they run from their beginning, whatever they did before (None = not known). ``maybe``: they have run, and
    may come again after those. ``begun``: of ``again``, those that the checkpoint knows to have begun. ``by_choice``:
    ``again`` for each checkpoint id that can be chosen instead.
    """

    again: tuple[str, ...] | None = ()
    maybe: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    by_choice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """One action in the run's present state.

    ``id`` is the word of the command line. ``why_not`` is the reason when it is impossible now (None = possible).
    ``consequence`` is one line: what it does, what is lost, what runs again. ``primary``: worth a button of its own.
    ``kinds`` are the ways to do it, first = default (cancel: interrupt, rollback). ``form`` names the form that edits
    its data: none | tool_outputs | answer | json | state | checkpoint | approvals | new_run | choice | text.
    ``context`` is what the form shows: the calls or interrupts as asked, the checkpoints to choose from.
    ``data`` is a proposal for the form to start with. ``reruns``: None = nothing of this run runs by it.
    ``until`` is when the offer lapses, as Unix seconds.
    """

    id: str
    title: str
    consequence: str
    why_not: str | None = None
    primary: bool = False
    kinds: tuple[str, ...] = ()
    form: str = "none"
    context: Mapping[str, Any] = field(default_factory=dict)
    data: Any = None
    reruns: Reruns | None = None
    until: float | None = None

    @property
    def possible(self) -> bool:
        """Whether it can be sent now."""
        return self.why_not is None


class Effect(StrEnum):
    """What became of an act."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of an act's script.

    ``why`` is one sentence: the proof of the effect, or what the server said instead. ``started`` is the id of a run
    that the act began. ``before`` and ``after`` are the compared facts (status, next, checkpoint, interrupts).
    ``next`` are ids of actions to try now.
    """

    effect: Effect
    why: str
    started: str | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    next: tuple[str, ...] = ()
