"""Takes secrets out of what is exported, and tells what it took: the credentials that are known, and own patterns."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from inspector.domain.errors import UserError
from inspector.domain.redact import REDACTED, redact_headers, redact_text, redact_url, secret_spans

SHOWN = 3
_PARAMETER = re.compile(rf"([^?&;#=/@]+)={re.escape(REDACTED)}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LITERAL = re.compile(r'("(?:[^"\\\r\n]|\\.)*")')
_STRUCTURE = frozenset('{}[]:,"\\\r\n')
_WORDS = frozenset(("true", "false", "null"))


@dataclass(frozen=True, slots=True)
class Replaced:
    """One value that was taken out: what it was taken for, how it begins, and how often it stood there."""

    what: str
    sample: str
    times: int


class Redactor:
    """``own`` are regular expressions; UserError where one cannot be used. Counts until it is thrown away."""

    def __init__(self, own: Sequence[str] = ()) -> None:
        self._own = [(source, _compiled(source)) for source in own if source.strip()]
        self._found: Counter[tuple[str, str]] = Counter()

    def replaced(self) -> list[Replaced]:
        """What was taken out so far, the most frequent first."""
        return [Replaced(what, masked(value), times) for (what, value), times in self._found.most_common()]

    def text(self, text: str) -> str:
        """Without secrets. JSON stays JSON."""
        text = redact_text(text, self._told)
        if self._own:
            parts = _LITERAL.split(text)
            parts[::2] = [self._replaced(part, bare=True) for part in parts[::2]]
            for place in range(1, len(parts), 2):
                if not parts[place + 1].lstrip().startswith(":"):  # a name of a field stays
                    parts[place] = self._literal(parts[place])
            text = "".join(parts)
        return text

    def body(self, body: bytes) -> bytes:
        """The same for bytes, of which only some need be a text."""
        return self.text(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape") if body else body

    def head(self, head: Mapping[str, Any]) -> dict[str, Any]:
        """The head of a frame or of a log, or any JSON object, wherever in it they are."""
        clean = dict(head)
        if isinstance(clean.get("headers"), Mapping):
            clean["headers"] = self._headers({str(name): _word(value) for name, value in clean["headers"].items()})
        if isinstance(clean.get("url"), str):
            clean["url"] = self._url(clean["url"])
        text = json.dumps(clean, ensure_ascii=False, default=dict)
        changed = redact_text(text, self._told)
        if changed != text:
            value = json.loads(changed)
            clean = value if isinstance(value, dict) else {}
        return {name: self._leaf(value) for name, value in clean.items()} if self._own else clean

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where in a text they are: from, to."""
        found = [(start, end) for start, end, _ in secret_spans(text)]
        return found + [match.span() for _, pattern in self._own for match in pattern.finditer(text)]

    def spanning(self, value: str) -> None:
        """Count a value that stood in several pieces."""
        self._told("in several pieces", value)

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        clean = redact_headers(headers)
        for name, value in headers.items():
            if clean[name.lower()] != value and REDACTED not in value:
                self._told(f"header {name.lower()}", value)
        return clean

    def _url(self, url: str) -> str:
        clean = redact_url(url)
        if clean != url:
            for name in _PARAMETER.findall(clean) or ["login"]:
                self._told("in an address", name)
        return clean

    def _leaf(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._replaced(value)
        if isinstance(value, Mapping):
            return {name: self._leaf(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self._leaf(part) for part in value]
        return value

    def _literal(self, literal: str) -> str:
        """A string of JSON: it stays one, whatever a pattern takes of it."""
        try:
            text = json.loads(literal, strict=False)
        except ValueError:
            return literal
        clean = self._replaced(text)
        return literal if clean == text else json.dumps(clean, ensure_ascii=False)

    def _replaced(self, text: str, bare: bool = False) -> str:
        """Without what the own patterns name. ``bare``: between strings, where what JSON is built of must stay."""
        for source, pattern in self._own:
            text = pattern.sub(partial(self._stand_in, f"pattern {source}", bare), text)
        return text

    def _stand_in(self, what: str, bare: bool, match: re.Match[str]) -> str:
        value = match[0]
        structural = bare and (value in _WORDS or not _STRUCTURE.isdisjoint(value))
        if not value.strip() or structural or _inside(match, REDACTED):
            return value
        number = bare and _NUMBER.fullmatch(value.strip()) is not None
        if number and not _is_json_number(match) and _is_part_of_number(match):
            return value
        self._told(what, value)
        return f'"{REDACTED}"' if number and _is_json_number(match) else REDACTED

    def _told(self, what: str, value: str) -> None:
        if value != REDACTED:
            self._found[what, value] += 1


def masked(value: str) -> str:
    """How a secret begins, and how long it is: enough to know it again, and of no use to anybody else."""
    return f"{value[:SHOWN]}… ({len(value)})" if len(value) > 4 * SHOWN else f"… ({len(value)})"


def _compiled(source: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(source)
    except (re.error, OverflowError, RecursionError) as error:
        raise UserError(f"“{source}” is no pattern: {error}.") from None
    if pattern.match(""):
        raise UserError(f"“{source}” fits everywhere: a pattern has to name something.")
    return pattern


def _inside(match: re.Match[str], word: str) -> bool:
    start = match.string.rfind(word, max(0, match.start() - len(word)), match.end() + len(word))
    return start >= 0 and start < match.end() and match.start() < start + len(word)


def _is_json_number(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 9) : match.start()].rstrip()[-1:]
    after = match.string[match.end() : match.end() + 9].lstrip()[:1]
    return before in (":", ",", "[") and after in (",", "}", "]")


def _is_part_of_number(match: re.Match[str]) -> bool:
    around = match.string[max(0, match.start() - 1) : match.start()] + match.string[match.end() : match.end() + 1]
    return any(letter in "0123456789.eE+-" for letter in around)


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=dict)
