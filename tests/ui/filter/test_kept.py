"""What is kept of filters."""

from __future__ import annotations

from inspector.present.filter.colouring import BUILT_IN, Rule
from inspector.ui.filter.kept import FILTERS, RULES, Kept
from inspector.ui.memory import Forgetful


def test_filters_and_rules_are_there_again() -> None:
    memory = Forgetful()
    kept, told = Kept(memory), list[tuple[Rule, ...]]()
    assert (kept.filters, kept.rules) == ([], BUILT_IN)
    kept.recoloured.connect(told.append)
    kept.save("slow", "gap > 5s")
    kept.save("mine", "run == focus")
    kept.save("slow", "gap > 10s")
    kept.colour([Rule("kind == end", "grey")])
    again = Kept(memory)
    assert again.filters == [("slow", "gap > 10s"), ("mine", "run == focus")]
    assert again.rules == (Rule("kind == end", "grey"),) == told[0]
    again.forget("slow")
    assert Kept(memory).filters == [("mine", "run == focus")]


def test_odd_things_in_the_settings_are_left_out() -> None:
    memory = Forgetful()
    for text in ("{", "3", '[1, ["a"], ["a", 2], ["name", "x"]]'):
        memory.put(FILTERS, text)
        memory.put(RULES, text)
        assert Kept(memory).filters == ([("name", "x")] if "name" in text else [])
