"""A filter beside a log that grows."""

from __future__ import annotations

import pytest

from inspector.domain.events import Event, RunKey
from inspector.domain.rows import Rows
from inspector.present.filter import fit as fits
from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import Facts, RunFacts
from inspector.present.filter.fit import Fit
from inspector.present.filter.grammar import parse
from inspector.present.filter.tokens import Problem


def fit(text: str, rows: Rows, runs: dict[int, RunFacts]) -> Fit:
    tree = parse(text)
    assert not isinstance(tree, Problem)
    return Fit(tree, Columns(rows), lambda: Facts(gather_runs=lambda: dict(runs)))


def test_what_was_said_of_old_rows_is_stale_once_their_run_stands_otherwise() -> None:
    rows = Rows()
    rows.append([Event(RunKey(1), 1, 0, 0.0, 1, "a"), Event(RunKey(2), 2, 0, 0.0, 1, "b")])
    runs = {1: RunFacts("r1", ending="running"), 2: RunFacts("r2", ending="running")}
    failed, named = fit("run.ending == failed", rows, runs), fit("event == a", rows, runs)
    assert failed.mask(0, 2) == b"\0\0"
    assert named.mask(0, 2) == b"\1\0"
    assert [failed.stale, named.stale] == [False, False]
    runs[2] = RunFacts("r2", ending="failed")
    assert [failed.stale, named.stale] == [True, False]
    assert fit("run.ending == failed", rows, runs).mask(0, 2) == b"\0\1"


def test_a_filter_that_looks_at_each_row_is_worked_out_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fits, "AT_ONCE", 1)
    monkeypatch.setattr(fits, "STEP", 2)
    rows = Rows()
    rows.append([Event(RunKey(1), seq, 0, 0.0, 1, "a", f"row {seq}") for seq in range(1, 6)])
    slow, quick = fit("text ~ /[24]$/", rows, {}), fit("text contains 4", rows, {})
    assert (slow.behind, quick.behind) == (True, False)
    slow.go_on(lambda: True)
    assert (slow.behind, slow.progress) == (True, 0.4)
    slow.go_on(lambda: False)
    assert (slow.behind, slow.progress) == (False, 1.0)
    rows.append([Event(RunKey(1), 14, 0, 0.0, 1, "a", "row 14")])
    assert slow.mask(0, 6) == b"\0\1\0\1\0\1"
    assert slow.mask(3, 6) == b"\1\0\1"
    assert not slow.behind
