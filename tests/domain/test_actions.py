"""Actions: possible unless there is a reason why not."""

from __future__ import annotations

from inspector.domain.actions import Action, Effect, Outcome


def test_a_reason_makes_an_action_impossible() -> None:
    assert Action("cancel", "Cancel", "ends it").possible
    assert not Action("cancel", "Cancel", "ends it", why_not="it is over").possible


def test_an_outcome_is_one_of_three_words_of_the_command_line() -> None:
    assert {effect.value for effect in Effect} == {"seen", "not_seen", "refused"}
    assert Outcome(Effect.SEEN, "proof").started is None
