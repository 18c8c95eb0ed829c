"""Which rows fit a filter, by whole columns: for each row a byte, 1 where it fits."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from math import nan

from inspector.domain.batch import Batch
from inspector.present.filter.carried import Carried
from inspector.present.filter.columns import Columns, Question, Spacing, direction
from inspector.present.filter.facts import LinkFacts, RunFacts
from inspector.present.filter.fields import DEEP, FIELDS, Type, kind_of
from inspector.present.filter.literals import Matcher, Odd, compiled
from inspector.present.filter.tree import And, Compared, Focus, Not, Op, Or, Pattern, Tree, Value, fields_of

_FLIP = bytes([1, 0]) + bytes(254)
_POSITIVE = {Op.NE: Op.EQ, Op.UNLIKE: Op.LIKE}
_NO_RUN, _NO_LINK = RunFacts(), LinkFacts()
_OF_RUN: dict[str, Callable[[RunFacts], str]] = {
    "run": lambda run: run.id,
    "run.name": lambda run: run.name,
    "run.state": lambda run: run.state,
    "run.ending": lambda run: run.ending,
    "thread": lambda run: run.thread,
}
_OF_LINK: dict[str, Callable[[LinkFacts], str | float]] = {
    "protocol": lambda link: link.protocol,
    "connection": lambda link: link.connection,
    "method": lambda link: link.method,
    "url": lambda link: link.url,
    "status": lambda link: nan if link.status is None else link.status,
}

Fits = Callable[[str], bool]


def mask(tree: Tree, columns: Columns, first: int, end: int) -> bytes:
    """A byte for each row from ``first`` to before ``end``."""
    return _mask(tree, columns, first, max(first, end), None)


def _mask(tree: Tree, columns: Columns, first: int, end: int, within: bytes | None) -> bytes:
    """``within``: only these rows are of interest; the others may be either."""
    match tree:
        case Compared():
            test = _POSITIVE.get(tree.op)
            positive = tree if test is None else Compared(tree.field, test, tree.values)
            found = _compared(positive, columns, first, end, within)
            return found if test is None else inverse(found)
        case Not(inner):
            return inverse(_mask(inner, columns, first, end, within))
        case And(parts):
            both = within if within is not None else bytes([1]) * (end - first)
            for part in sorted(parts, key=_costly):
                if 1 not in both:
                    break
                both = intersection(both, _mask(part, columns, first, end, both))
            return both
        case Or(parts):
            either, left = bytes(end - first), within
            for part in sorted(parts, key=_costly):
                either = union(either, _mask(part, columns, first, end, left))
                left = inverse(either) if within is None else intersection(within, inverse(either))
            return either


def intersection(one: bytes, other: bytes) -> bytes:
    """1 where both are. Where one of them is the same all over, as most are, nothing has to be worked out."""
    if 1 not in one or 0 not in other:
        return one
    if 1 not in other or 0 not in one:
        return other
    return (int.from_bytes(one) & int.from_bytes(other)).to_bytes(len(one))


def union(one: bytes, other: bytes) -> bytes:
    """1 where one of them is."""
    if 1 not in other or 0 not in one:
        return one
    if 1 not in one or 0 not in other:
        return other
    return (int.from_bytes(one) | int.from_bytes(other)).to_bytes(len(one))


def inverse(found: bytes) -> bytes:
    """1 where there was 0."""
    return found.translate(_FLIP)


def _costly(tree: Tree) -> int:
    """What looks at each row, or at the frames, comes last: where another part has decided, it need not be asked."""
    fields = fields_of(tree)
    return 2 if fields & DEEP else 1 if fields & {"text", "any", "gap", "silence"} else 0


def by_row(tree: Tree) -> bool:
    """Whether rows are looked at one by one, for their numbers or texts: others are found in whole columns at once."""
    match tree:
        case Compared(field, op, values):
            quick = op is Op.CONTAINS and isinstance(values[0], str) and values[0].isascii()
            return _is_number(field) or (field in ("text", "any") and not quick)
        case Not(inner):
            return by_row(inner)
        case And(parts) | Or(parts):
            return any(map(by_row, parts))


def _is_number(field: str) -> bool:
    """Whether each row has a number of its own for it."""
    return FIELDS[field].type in (Type.NUMBER, Type.TIME) and field not in ("status", "size")


def text_fits(op: Op, values: Sequence[Value]) -> Fits:
    """Whether a text fits one of the values."""
    if op is Op.LIKE and isinstance(values[0], Pattern):
        ready = compiled(values[0])
        return (lambda text: False) if isinstance(ready, Odd) else ready.search
    texts = {value for value in values if isinstance(value, str)}
    if op is Op.CONTAINS:
        word = next(iter(texts), "").lower()
        return lambda text: word in text.lower()
    return texts.__contains__


def number_fits(op: Op, values: Sequence[Value], whole: bool = False) -> Callable[[float], bool]:
    """Whether a number fits; NaN fits nothing. ``whole``: only whole numbers are asked about, which is faster."""
    numbers = [value for value in values if isinstance(value, float)]
    bound = numbers[0]
    # the bound is on the left: its own methods are called, and they are C
    name = {Op.LT: "__gt__", Op.LE: "__ge__", Op.GT: "__lt__", Op.GE: "__le__"}.get(op)
    if name is None:
        return frozenset(numbers).__contains__
    fits: Callable[[float], bool] = getattr(int(bound) if whole and bound.is_integer() else bound, name)
    return fits


def rank_fits(test: Compared) -> Fits:
    """Whether one of the choices that have an order fits."""
    order = FIELDS[test.field].choices
    fits = number_fits(test.op, [float(order.index(value)) for value in test.values if isinstance(value, str)])
    return lambda word: word in order and fits(float(order.index(word)))


def _compared(test: Compared, columns: Columns, first: int, end: int, within: bytes | None) -> bytes:
    field = test.field
    if _is_number(field):
        whole = FIELDS[field].type is Type.NUMBER
        return bytes(map(number_fits(test.op, test.values, whole), _numbers(field, columns, first, end)))
    if field in _OF_RUN:
        return _of_run(test, columns, first, end)
    if field in _OF_LINK:
        return _of_link(test, columns, first, end)
    if field.startswith("finding."):
        return _of_finding(test, columns, first, end)
    if field in ("marked", "comment"):
        return _of_remark(test, columns, first, end)
    if field in DEEP:
        return _of_frame(test, columns, first, end)
    if field == "routine":
        return _of_routine(test, columns, first, end)
    if field in ("kind", "content"):
        return _of_kind(test, columns, first, end)
    return _of_row(test, columns, first, end, within)


def _numbers(field: str, columns: Columns, first: int, end: int) -> Iterable[float]:
    rows = columns.rows
    if field == "gap":
        return columns.gaps(first, end)
    if field == "silence":
        return columns.silences(first, end)
    column: array[int] = {"seq": rows.seq, "part": rows.part, "link": rows.link}.get(field, rows.seq)
    return rows.at[first:end] if field == "at" else column[first:end]


def _of_row(test: Compared, columns: Columns, first: int, end: int, within: bytes | None) -> bytes:
    """By event, state and summary, whatever of them is asked for."""
    rows, fits = columns.rows, text_fits(test.op, test.values)
    if test.field == "event":
        return rows.named(fits, first, end)
    if test.field == "state":
        return rows.stated(fits, first, end)
    if test.op is Op.CONTAINS and isinstance(word := test.values[0], str):
        return bytes((rows.holding if test.field == "any" else rows.saying)(word.lower(), first, end))
    found = bytes(end - first)
    if test.field == "any":
        told = rows.stated(lambda state: bool(state) and fits(state), first, end)
        found = union(rows.named(fits, first, end), told)
    asked = within if within is not None else bytes([1]) * (end - first)
    if word := needed_by(test):
        asked = intersection(asked, bytes(rows.saying(word, first, end)))
    said = bytes(ask and fits(rows.text(row)) for row, ask in zip(range(first, end), asked, strict=True))
    return union(found, said)


def _of_kind(test: Compared, columns: Columns, first: int, end: int) -> bytes:
    rows, wanted = columns.rows, {value for value in test.values if isinstance(value, str)}
    content = rows.content[first:end].tobytes()
    if test.field == "content":
        found = content if "true" in wanted else bytes(end - first)
        return union(found, inverse(content)) if "false" in wanted else found
    quiet = intersection(rows.named(lambda name: kind_of(name) in wanted, first, end), inverse(content))
    return union(quiet, content) if "event" in wanted else quiet


def _of_routine(test: Compared, columns: Columns, first: int, end: int) -> bytes:
    fits, found = text_fits(test.op, test.values), columns.facts.routine.mask(columns.rows, first, end)
    yes, no = (found if fits("true") else bytes(len(found))), (inverse(found) if fits("false") else bytes(len(found)))
    return union(yes, no)


def _of_run(test: Compared, columns: Columns, first: int, end: int) -> bytes:
    facts, tell = columns.facts, _OF_RUN[test.field]
    fits = text_fits(test.op, test.values)
    runs, same = facts.runs, facts.same
    keys = {key for key in columns.run_keys() if fits(tell(runs.get(same(key), _NO_RUN)))}
    if facts.focus and any(isinstance(value, Focus) for value in test.values):
        keys |= {key for key in columns.run_keys() if same(key) == facts.focus}
    return columns.rows.of_runs(keys, first, end)


def _of_link(test: Compared, columns: Columns, first: int, end: int) -> bytes:
    tell, links = _OF_LINK[test.field], columns.facts.links
    text, number = text_fits(test.op, test.values), None
    if FIELDS[test.field].type is Type.NUMBER:
        number = number_fits(test.op, test.values)

    def fits(link: LinkFacts) -> bool:
        told = tell(link)
        return text(told) if isinstance(told, str) else number is not None and number(float(told))

    numbers = columns.rows.link[first:end]
    if fits(_NO_LINK):  # and so rows of no exchange do, too
        others = {number for number, link in links.items() if not fits(link)}
        return inverse(bytes(map(others.__contains__, numbers)))
    return bytes(map({number for number, link in links.items() if fits(link)}.__contains__, numbers))


def _of_finding(test: Compared, columns: Columns, first: int, end: int) -> bytes:
    part = test.field.partition(".")[2]
    fits = rank_fits(test) if part == "severity" else text_fits(test.op, test.values)
    frames: set[int] = set()
    proofs: set[int] = set()
    for finding in columns.facts.findings:
        proofs.update(finding.frames)
        if fits({"id": finding.id, "severity": finding.severity, "text": finding.text}[part]):
            frames.update(finding.frames)
    seq = columns.rows.seq[first:end]
    found = bytes(map(frames.__contains__, seq))
    return union(found, inverse(bytes(map(proofs.__contains__, seq)))) if fits("") else found


def _of_remark(test: Compared, columns: Columns, first: int, end: int) -> bytes:
    fits = text_fits(test.op, test.values)
    remarks, rows = columns.facts.remarks, columns.rows
    told = dict.fromkeys(remarks.marks, "true") if test.field == "marked" else remarks.comments
    without = fits("false" if test.field == "marked" else "")
    other = {spot for spot, word in told.items() if fits(word) is not without}
    frames = {seq for seq, _ in other}
    found = bytearray(map(frames.__contains__, rows.seq[first:end]))
    place = found.find(1)
    while place >= 0:  # a remark is about one of the rows of its frame
        found[place] = (rows.seq[first + place], rows.part[first + place]) in other
        place = found.find(1, place + 1)
    return inverse(bytes(found)) if without else bytes(found)


def _of_frame(test: Compared, columns: Columns, first: int, end: int) -> bytes:
    return columns.scan(_question(test)).mask(columns.rows, first, end)


def _question(test: Compared) -> Question:
    """What a comparison asks of the frames."""
    value = test.values[0]
    if test.field == "size":
        sized = number_fits(test.op, test.values, whole=True)
        return Question(test, lambda batch: compress(range(len(batch)), map(sized, batch.sizes)))
    fits = text_fits(test.op, test.values)
    if test.field == "direction":
        ways = [way for way in ("", "in", "out") if fits(way)]
        return Question(test, lambda batch: (place for place in range(len(batch)) if _way(batch, place) in ways))
    if test.op is Op.CONTAINS and isinstance(value, str) and value.isascii():
        holds = holding(value)
        return Question(test, Carried(holds, holds).fitting)
    may = _foreign if test.op is Op.CONTAINS else holding(needed_by(test))
    return Question(test, Carried(lambda content: fits(content.decode("utf-8", "replace")), may).fitting)


def _foreign(content: bytes) -> bool:
    """Whether there are letters beyond ASCII in it."""
    return not content.isascii()


def _way(batch: Batch, place: int) -> str:
    return direction(batch.kinds[place], batch.heads.get(place, {}))


def holding(word: str) -> Callable[[bytes], bool]:
    """Whether bytes hold a word of ASCII, whatever its case."""
    wanted = word.lower().encode()
    return lambda content: wanted in content.lower()


def needed_by(test: Compared) -> str:
    """What any text that fits holds, whatever its case there; empty where nothing like that is known."""
    value = test.values[0]
    ready = compiled(value) if isinstance(value, Pattern) else None
    return ready.needed if isinstance(ready, Matcher) else ""


def questions(tree: Tree) -> Iterator[Question | Spacing]:
    """What a filter asks that takes long to be worked out: of the frames themselves, of all rows before a row."""
    match tree:
        case Compared("gap" | "silence" as field):
            yield Spacing(field == "silence")
        case Compared(field) if field in DEEP:
            test = _POSITIVE.get(tree.op)
            yield _question(tree if test is None else Compared(field, test, tree.values))
        case Not(inner):
            yield from questions(inner)
        case And(parts) | Or(parts):
            for part in parts:
                yield from questions(part)
