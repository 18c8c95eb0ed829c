"""``--where``: only what fits a filter."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from inspector.cli.where import condition
from inspector.present.filter.tree import Compared, Op
from tests.cli.shop import Shell
from tests.house.sources import ROOT

pytestmark = pytest.mark.anyio

RECORDINGS = ROOT / "tests/recordings"
WAITS = RECORDINGS / "assistants/02a_requires_action_two_calls.wire.jsonl"
FAILED = RECORDINGS / "assistants/06_failed_rate_limit.wire.jsonl"
TWO = RECORDINGS / "langgraph/resume_wrong_id_both_runs.wire.jsonl"


def test_a_condition_is_a_filter_and_a_bad_one_is_told_with_its_place() -> None:
    assert condition("state == x") == Compared("state", Op.EQ, ("x",))
    for text, said in (
        ("gap > 1s and stte == x", "at character 14, “stte”: There is no field “stte”. Did you mean state?"),
        ("state ==", "at the end: The value for state is missing here."),
        ("run == focus", "no run is in focus here"),
        ("not (run in (focus, x) or part == 1)", "no run is in focus here"),
    ):
        with pytest.raises(argparse.ArgumentTypeError, match="^" + said.replace("?", r"\?").replace("(", r"\(")):
            condition(text)


async def test_a_bad_expression_ends_with_2_and_the_place(shell: Shell) -> None:
    said = await shell("diagnose", str(WAITS), "--where", 'state == "req', exits=2)
    assert said.err.count("\n") == 1
    assert 'at character 10, “"req”: This text is not closed' in said.err
    assert said.out == ""
    assert (await shell("export", str(WAITS), "x.jsonl", "--where", "stte == 1", exits=2)).out == ""


async def test_only_runs_of_which_a_row_fits_are_told_and_count(shell: Shell) -> None:
    waits = 'state == "requires_action"'
    said = await shell("diagnose", "--json", str(WAITS), str(FAILED), "--where", waits, exits=0)
    assert [[run["ending"] for run in line["runs"]] for line in said.lines] == [["waiting"], []]
    said = await shell("diagnose", str(FAILED), "--where", waits, exits=0)
    assert "no run in it fits" in said.out
    both = (await shell("diagnose", "--json", str(TWO))).last["runs"]
    assert len(both) > 1
    one = await shell("diagnose", "--json", str(TWO), "--where", f"run == {both[1]['id']}")
    assert one.last["runs"] == [both[1]]
    everything = await shell("diagnose", "--json", str(TWO), "--where", "")
    assert everything.last["runs"] == both


async def test_an_export_has_whole_exchanges_and_is_judged_as_before(shell: Shell, tmp_path: Path) -> None:
    both = (await shell("diagnose", "--json", str(TWO))).last["runs"]
    out = tmp_path / "part.wire.jsonl"
    await shell("export", str(TWO), str(out), "--where", "link == 1", exits=0)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()[1:]]
    whole = [json.loads(line) for line in TWO.read_text(encoding="utf-8").splitlines()[1:]]
    assert {line.get("x", 0) for line in lines} == {1}
    assert len(lines) == sum(line.get("x") == 1 for line in whole)
    again = (await shell("diagnose", "--json", str(out))).last["runs"]
    assert [run["id"] for run in again] == [both[0]["id"]]
    assert again[0]["messages"] == both[0]["messages"]


async def test_a_report_of_a_part_names_the_frames_of_the_part(shell: Shell, tmp_path: Path) -> None:
    both = (await shell("diagnose", "--json", str(TWO))).last["runs"]
    where = f"run == {both[1]['id']}"
    report, wire = tmp_path / "part.json", tmp_path / "part.wire.jsonl"
    await shell("export", str(TWO), str(report), "--to", "json", "--where", where, exits=0)
    await shell("export", str(TWO), str(wire), "--where", where, exits=0)
    told = json.loads(report.read_text(encoding="utf-8"))
    told = told.get("report", told)
    (run,) = told["runs"]
    assert run["id"] == both[1]["id"]
    frames = len(wire.read_text(encoding="utf-8").splitlines()) - 1
    named = [seq for finding in run["findings"] for seq in finding["frames"]] + [
        each["frame"] for each in run["states"]
    ]
    assert all(seq is None or 1 <= seq <= frames for seq in named)
    assert any(named)
