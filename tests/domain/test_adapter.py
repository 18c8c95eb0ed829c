"""The shape of a backend: every registered one has it."""

from __future__ import annotations

import inspect

from inspector.domain.adapter import Adapter, Page, Source, Target
from inspector.protocols.registry import ADAPTERS


def test_every_backend_has_every_part_with_the_same_arguments() -> None:
    wanted = {name: each for name, each in vars(Adapter).items() if inspect.isfunction(each) and name[0] != "_"}
    for adapter in ADAPTERS.values():
        for name, each in wanted.items():
            mine = inspect.signature(getattr(type(adapter), name))
            assert list(mine.parameters) == list(inspect.signature(each).parameters), (adapter.name, name)


def test_defaults_are_the_harmless_ones() -> None:
    assert Source("asking").call is None
    assert Source("asking").closing == "passive"
    assert Page().next is None
    assert Target("x").blocked_by is None
