"""The runner of the benchmarks; how fast anything is, is no matter of a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.store.open import open_log
from tests.benchmarks import bench
from tests.benchmarks.__main__ import MODULES
from tests.benchmarks.bench import GOALS, Measured, Setting, interleaved, run, table
from tests.benchmarks.material import frames, write_session, write_wire


def test_the_goals_are_in_the_registry() -> None:
    assert MODULES
    assert {"G1", "G2", "G5", "G6", "G7", "G8", "G10"} <= set(GOALS)


@pytest.mark.parametrize(
    "line, met, bound",
    (
        (Measured("a", "1", "2", 0.5, 0.5), True, "≤ 0.5"),
        (Measured("a", "1", "2", 0.6, 0.5), False, "≤ 0.5"),
        (Measured("a", "1", "2", 30.0, None, 30.0), True, "≥ 30"),
        (Measured("a", "1", "2", 9.0, None, 30.0), False, "≥ 30"),
        (Measured("a", "1", "2", 9.0), True, ""),
    ),
)
def test_a_goal_is_met_or_not(line: Measured, met: bool, bound: str) -> None:
    assert (line.met, line.bound) == (met, bound)


def test_a_missing_reference_is_a_line_of_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(setting: Setting) -> Iterator[Measured]:
        yield Measured("a", "1 s", "2 s", 0.5, 0.4)
        raise UserError("It is not installed.")

    monkeypatch.setitem(bench.GOALS, "G0", missing)
    lines = list(run(["G0"], Setting(tmp_path, 10)))
    assert [line for _, line in lines if isinstance(line, str)] == ["It is not installed."]
    assert table(lines).splitlines()[2:] == [
        "| G0 | a | 1 s | 2 s | 0.50 | ≤ 0.4 | **missed** |",
        "| G0 | It is not installed. | | | | | not run |",
    ]


def test_cases_take_turns(tmp_path: Path) -> None:
    turns: list[str] = []
    cases = [lambda: turns.append("a"), lambda: turns.append("b")]
    assert len(interleaved(Setting(tmp_path, 10, 3), cases)) == 2
    assert turns == ["a", "b"] * 3


def test_the_material_is_the_same_in_a_session_and_in_a_wire_log(tmp_path: Path) -> None:
    count = write_session(tmp_path / "a.session", 1000)
    write_wire(tmp_path / "a.wire.jsonl", 1000)
    session, wire = open_log(tmp_path / "a.session"), open_log(tmp_path / "a.wire.jsonl")
    assert list(session) == list(wire) == list(frames(1000))
    assert len(session) == count
    assert sum(frame.kind is Kind.DATA for frame in session) >= 1000
    session.close()
    wire.close()
