"""Reads a filter. Never raises: text that makes no sense gives the problem and its place."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NoReturn

from inspector.domain.errors import UserError
from inspector.present.filter.fields import NAMES, Field
from inspector.present.filter.literals import OPS, Odd, read
from inspector.present.filter.tokens import Problem, Sort, Token, tokens
from inspector.present.filter.tree import And, Compared, Not, Op, Or, Tree, Value, quoted

DEEPEST = 50
"""So many brackets and ``not`` may stand within each other."""

LONGEST = 20_000
"""Characters of a filter."""

_SIGNS = {sign: Op(sign) for sign in ("==", "!=", "<", "<=", ">", ">=", "~", "!~")} | {"=": Op.EQ, "=~": Op.LIKE}
_JOINS = {"and": "and", "&&": "and", "or": "or", "||": "or"}
_SIGNED = re.compile(r"(?:^|(?<=[\s(!]))([A-Za-z_#][\w.]*)(\s*)(==|!=|>=|<=|=~|!~|[=<>~])(?=(\s|$)?)")
_WORDED = re.compile(
    r"(?:^|(?<=[\s(!]))([A-Za-z_#][\w.]*)\s+(?:not\s+)?(?:contains(?=\s|$|[\"'])|in\s*\()", re.IGNORECASE
)


def parse(text: str) -> Tree | Problem:
    """What a filter says. Words without a comparison are all searched for, each wherever it stands in a row."""
    if len(text) > LONGEST:
        return Problem(f"A filter has {LONGEST:,} characters at most.", LONGEST, len(text))
    if not compares(text):
        parts = tuple(Compared("any", Op.CONTAINS, (word,)) for word in text.split())
        return parts[0] if len(parts) == 1 else And(parts)
    return _Reader(text).whole()


def compares(text: str) -> bool:
    """Whether it is more than words to search for: whether something is compared in it."""
    for found in _SIGNED.finditer(text):
        apart = bool(found[2]) and found[4] is not None
        if apart or len(found[3]) == 2 or found[1].lower() in NAMES:
            return True
    return any(found[1].lower() in NAMES for found in _WORDED.finditer(text))


class _Reader:
    """Recursive descent: or < and < not < comparison. UserError is the way out of the middle, with ``_problem`` set."""

    def __init__(self, text: str) -> None:
        self._tokens, self._broken = tokens(text)
        self._problem = Problem("", 0, 0)
        self._place = 0
        self._depth = 0

    def whole(self) -> Tree | Problem:
        """All of it."""
        try:
            tree = self._any()
            if self._now.sort is not Sort.END:
                lost = self._now.value == ")"
                self._stop("No bracket is open here." if lost else "An “and” or an “or” is missing here.")
            return tree if self._broken is None else self._broken
        except UserError:
            return self._problem

    @property
    def _now(self) -> Token:
        return self._tokens[self._place]

    def _stop(self, sentence: str, token: Token | None = None) -> NoReturn:
        at = token or self._now
        lost = at.sort is Sort.END and self._broken is not None
        self._problem = self._broken if lost and self._broken else Problem(sentence, at.start, at.end)
        raise UserError(self._problem.sentence)

    def _take(self) -> Token:
        token = self._now
        if token.sort is not Sort.END:
            self._place += 1
        return token

    def _word(self, token: Token) -> str:
        return token.value.lower() if token.sort in (Sort.WORD, Sort.SIGN) else ""

    def _any(self) -> Tree:
        return self._joined("or")

    def _joined(self, word: str) -> Tree:
        inner = self._all if word == "or" else self._one
        parts = [inner()]
        while _JOINS.get(self._word(self._now)) == word:
            self._take()
            parts.append(inner())
        if len(parts) == 1:
            return parts[0]
        return Or(tuple(parts)) if word == "or" else And(tuple(parts))

    def _all(self) -> Tree:
        return self._joined("and")

    def _one(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            self._stop("This is nested too deep.")
        try:
            if self._word(self._now) in ("not", "!"):
                self._take()
                return Not(self._one())
            if self._now.value == "(" and self._now.sort is Sort.SIGN:
                return self._bracket()
            return self._operand()
        finally:
            self._depth -= 1

    def _bracket(self) -> Tree:
        opened = self._take()
        inner = self._any()
        if self._word(self._now) != ")":
            at_end = self._now.sort is Sort.END
            sentence = "This bracket is not closed." if at_end else "An “and”, an “or” or a bracket is missing here."
            self._stop(sentence, opened if at_end and self._broken is None else None)
        self._take()
        return inner

    def _operand(self) -> Tree:
        token = self._now
        if token.sort in (Sort.SIGN, Sort.END) or self._word(token) in _JOINS:
            self._stop("A comparison is missing here, such as state == “error”.")
        self._take()
        if token.sort is Sort.WORD:
            negated, op, sign = self._op()
            if op is not None:
                test = self._test(token, op, sign)
                return Not(test) if negated else test
        return Compared("any", Op.CONTAINS, (token.value,))

    def _op(self) -> tuple[bool, Op | None, Token]:
        """The comparison that stands here, if one does, and whether a ``not`` goes before it."""
        sign, before = self._now, self._place
        negated = self._word(sign) == "not"
        if negated:
            self._take()
            sign = self._now
        word = self._word(sign)
        op = _SIGNS.get(word) if sign.sort is Sort.SIGN else {"contains": Op.CONTAINS, "in": Op.IN}.get(word)
        if op is None or (negated and op not in (Op.CONTAINS, Op.IN)):
            self._place = before
            return False, None, sign
        self._take()
        return negated, op, sign

    def _test(self, name: Token, op: Op, sign: Token) -> Tree:
        field = NAMES.get(name.value.lower())
        if field is None:
            near = get_close_matches(name.value.lower(), NAMES, 1)
            other = f" Did you mean {near[0]}?" if near else f" Words are found by: text contains {quoted(name.value)}."
            self._stop(f"There is no field “{name.value}”.{other}", name)
        if op not in OPS[field.type]:
            self._stop(f"{field.name} is compared with {', '.join(OPS[field.type])}.", sign)
        if op is not Op.IN:
            return Compared(field.name, op, (self._value(field, op),))
        return Compared(field.name, op, self._several(field))

    def _several(self, field: Field) -> tuple[Value, ...]:
        if self._word(self._now) != "(":
            self._stop(f"The values go in brackets: {field.name} in (…, …).")
        self._take()
        values = [self._value(field, Op.IN)]
        while self._word(self._now) == ",":
            self._take()
            values.append(self._value(field, Op.IN))
        if self._word(self._now) != ")":
            self._stop("A comma, or a bracket that closes, is missing here.")
        self._take()
        return tuple(values)

    def _value(self, field: Field, op: Op) -> Value:
        token = self._now
        if token.sort in (Sort.SIGN, Sort.END) or (self._word(token) in ("and", "or", "not")):
            wanted = f": one of {', '.join(field.choices)}" if field.choices else ""
            self._stop(f"The value for {field.name} is missing here{wanted}.")
        self._take()
        value = read(token, field, op)
        if isinstance(value, Odd):
            self._stop(str(value), token)
        return value
