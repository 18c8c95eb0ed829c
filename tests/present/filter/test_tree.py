"""Trees and their text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspector.present.filter.grammar import parse
from inspector.present.filter.tree import EVERY, And, Compared, Not, Op, Or, Tree, fields_of, text_of, time_text
from tests.present.filter.trees import trees


@given(trees())
def test_a_tree_written_out_and_read_again_is_the_same(tree: Tree) -> None:
    assert parse(text_of(tree)) == tree


def test_brackets_stand_only_where_they_are_needed() -> None:
    a, b, c = (Compared("part", Op.EQ, (float(number),)) for number in (1, 2, 3))
    assert text_of(Or((And((a, b)), c))) == "part == 1 and part == 2 or part == 3"
    assert text_of(And((Or((a, b)), Not(c)))) == "(part == 1 or part == 2) and not part == 3"
    assert text_of(Not(And((a, b)))) == "not (part == 1 and part == 2)"
    assert text_of(EVERY) == ""


def test_values_look_as_people_write_them() -> None:
    assert [time_text(ms) for ms in (5_000.0, 250.0, 90_000.0, 7_200_000.0, 1_204.5)] == [
        *("5s", "250ms", "1.5m", "2h", "1.2045s")
    ]
    assert text_of(Compared("state", Op.EQ, ('say "hi"\n',))) == r'state == "say \"hi\"\n"'
    assert text_of(Compared("run.ending", Op.IN, ("cut", "failed"))) == "run.ending in (cut, failed)"


@given(st.floats(-1e15, 1e15))
def test_times_are_written_exactly(ms: float) -> None:
    assert parse(f"gap > {time_text(ms)}") == Compared("gap", Op.GT, (ms,))


def test_the_fields_of_a_tree() -> None:
    tree = parse("state == x and not (gap > 5s or severity >= warn)")
    assert isinstance(tree, And)
    assert fields_of(tree) == {"state", "gap", "finding.severity"}
