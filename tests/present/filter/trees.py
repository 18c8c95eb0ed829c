"""Trees as hypothesis makes them."""

from __future__ import annotations

from hypothesis import strategies as st

from inspector.present.filter.fields import FIELDS, Type
from inspector.present.filter.literals import OPS
from inspector.present.filter.tree import And, Compared, Focus, Not, Op, Or, Pattern, Tree, Value

PATTERNS = st.builds(Pattern, st.sampled_from(["delta$", "^a/b", r"\d+\.", "", "[)/(]", r"\\/x", "x y"]), st.booleans())
TIMES = st.one_of(st.sampled_from([0.0, 5_000.0, 250.0, 90_000.0]), st.floats(-1e12, 1e12))


def _values(name: str, op: Op) -> st.SearchStrategy[Value]:
    field = FIELDS[name]
    if op in (Op.LIKE, Op.UNLIKE):
        return PATTERNS
    if field.choices:
        return st.sampled_from(field.choices)
    if field.type is Type.TEXT:
        texts = st.text(max_size=12)
        return st.one_of(texts, st.just(Focus())) if name == "run" and op is not Op.CONTAINS else texts
    return TIMES


@st.composite
def comparisons(draw: st.DrawFn, names: tuple[str, ...]) -> Compared:
    """One comparison that makes sense."""
    name = draw(st.sampled_from(names))
    op = draw(st.sampled_from(OPS[FIELDS[name].type]))
    count = draw(st.integers(1, 3)) if op is Op.IN else 1
    return Compared(name, op, tuple(draw(_values(name, op)) for _ in range(count)))


def trees(names: tuple[str, ...] = tuple(FIELDS)) -> st.SearchStrategy[Tree]:
    """Any filter over these fields."""

    def joined(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(inner.map(Not), parts.map(And), parts.map(Or))

    return st.recursive(comparisons(names), joined, max_leaves=6)
