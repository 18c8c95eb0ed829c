"""A filter cut into words, texts, patterns and signs, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """What a token is."""

    WORD = "word"
    TEXT = "text"
    PATTERN = "pattern"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """From ``start`` to before ``end`` of the filter. ``value``: a text without its quotes and escapes.

    ``flags`` are the letters behind a pattern.
    """

    sort: Sort
    value: str
    start: int
    end: int
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a filter makes no sense, in one sentence, and the place: from ``start`` to before ``end``."""

    sentence: str
    start: int
    end: int


_SPACE = re.compile(r"\s+")
_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", re.DOTALL)
_PATTERN = re.compile(r"/((?:[^/\\]|\\.)*)/(\w*)", re.DOTALL)
_SIGN = re.compile(r"==|!=|>=|<=|=~|!~|&&|\|\||[=<>~!(),]")
_WORD = re.compile(r"(?:[^\s\"'()<>=!~,&|]|&(?!&)|\|(?!\|))+")
_ESCAPE = re.compile(r"\\([\\\"'ntr])")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r"}
_PAIR = re.compile(r"\\(.)", re.DOTALL)
_COMPARES = frozenset(["==", "!=", ">=", "<=", "=~", "!~", "=", "<", ">", "~"])


def tokens(text: str) -> tuple[list[Token], Problem | None]:
    """The tokens, with one for the end; where a text or a pattern is not closed, those before it, and the problem."""
    found: list[Token] = []
    place = 0
    while place < len(text):
        if space := _SPACE.match(text, place):
            place = space.end()
            continue
        token = _token(text, place, bool(found) and found[-1].sort is Sort.SIGN and found[-1].value in _COMPARES)
        if isinstance(token, Problem):
            found.append(Token(Sort.END, "", place, len(text)))
            return found, token
        found.append(token)
        place = token.end
    found.append(Token(Sort.END, "", len(text), len(text)))
    return found, None


def _token(text: str, place: int, compared: bool) -> Token | Problem:
    """The token that begins here. ``compared``: behind the sign of a comparison a slash begins a pattern."""
    if text[place] in "\"'":
        quoted = _TEXT.match(text, place)
        if quoted is None:
            return Problem("This text is not closed: its second quote is missing.", place, len(text))
        inner = quoted[1] if quoted[1] is not None else quoted[2]
        plain = _ESCAPE.sub(lambda found: _LETTERS.get(found[1], found[1]), inner)
        return Token(Sort.TEXT, plain, place, quoted.end())
    if text[place] == "/" and compared:
        pattern = _PATTERN.match(text, place)
        if pattern is None:
            return Problem("This pattern is not closed: its second slash is missing.", place, len(text))
        source = _PAIR.sub(lambda found: "/" if found[1] == "/" else found[0], pattern[1])
        return Token(Sort.PATTERN, source, place, pattern.end(), pattern[2])
    if sign := _SIGN.match(text, place):
        return Token(Sort.SIGN, sign[0], place, sign.end())
    word = _WORD.match(text, place)
    end = place + 1 if word is None else word.end()
    return Token(Sort.WORD, text[place:end], place, end)
