"""Recordings made wrong in every way in which servers, proxies and networks make them wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from inspector.domain.frames import Frame, Kind

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**400, float("nan"), float("inf"), "", "x", "\ud83d", "completed", "success", [], {},
    [None], [[1, {}]], {"id": 1}, {"id": "x", "value": {}}, {"status": ["success"]}, "2026-01-01T00:00:00", 1e300,
)  # fmt: skip
"""Values that are wrong wherever something else is expected."""

BYTES = (b"\xff", b"\x00", b"\r", b"\n\n", b"\xef\xbb\xbf", b"data: ", b"event: error\n", b"{", b"\xed\xa0\x80", b":")


def mutant(frames: Sequence[Frame], random: Random) -> list[Frame]:
    """The frames after up to four things went wrong, numbered anew."""
    wrong = list(frames)
    for _ in range(random.randrange(1, 5)):
        if wrong:
            wrong = random.choice(WAYS)(wrong, random)
    return [Frame(seq, f.at, f.link, f.kind, f.head, f.body) for seq, f in enumerate(wrong, 1)]


def _changed(frame: Frame, head: Mapping[str, Any] | None = None, body: bytes | None = None) -> Frame:
    head, body = frame.head if head is None else head, frame.body if body is None else body
    return Frame(frame.seq, frame.at, frame.link, frame.kind, head, body)


def _replaced(frames: list[Frame], random: Random, change: Callable[[Frame], Frame]) -> list[Frame]:
    place = random.randrange(len(frames))
    return [*frames[:place], change(frames[place]), *frames[place + 1 :]]


def _drop(frames: list[Frame], random: Random) -> list[Frame]:
    place = random.randrange(len(frames))
    return [*frames[:place], *frames[place + 1 :]]


def _stop(frames: list[Frame], random: Random) -> list[Frame]:
    return frames[: random.randrange(len(frames)) + 1]


def _twice(frames: list[Frame], random: Random) -> list[Frame]:
    place = random.randrange(len(frames))
    return [*frames[:place], frames[place], *frames[place:]]


def _shuffle(frames: list[Frame], random: Random) -> list[Frame]:
    return random.sample(frames, len(frames))


def _cut(frames: list[Frame], random: Random) -> list[Frame]:
    return _replaced(frames, random, lambda f: _changed(f, body=f.body[: random.randrange(len(f.body) + 1)]))


def _flip(frames: list[Frame], random: Random) -> list[Frame]:
    def flip(frame: Frame) -> Frame:
        place = random.randrange(len(frame.body) + 1)
        return _changed(
            frame, body=frame.body[:place] + random.choice(BYTES) + frame.body[place + random.randrange(3) :]
        )

    return _replaced(frames, random, flip)


def _other_link(frames: list[Frame], random: Random) -> list[Frame]:
    link = random.choice(frames).link
    return _replaced(frames, random, lambda f: Frame(f.seq, f.at, link, f.kind, f.head, f.body))


def _head(frames: list[Frame], random: Random) -> list[Frame]:
    """A key of the head is gone, or holds something odd: recordings of others hold what they like."""

    def spoil(frame: Frame) -> Frame:
        if not frame.head:
            return frame
        head = dict(frame.head)
        key = random.choice(sorted(head))
        head.pop(key) if random.random() < 0.4 else head.update({key: random.choice(ODD)})
        return _changed(frame, head=head)

    return _replaced(frames, random, spoil)


def _value(frames: list[Frame], random: Random) -> list[Frame]:
    """Something in the JSON of an event or an answer is of another type."""
    return _replaced(frames, random, lambda f: _changed(f, body=_spoiled(f, random)))


def _spoiled(frame: Frame, random: Random) -> bytes:
    if frame.kind not in (Kind.DATA, Kind.REQUEST, Kind.SOCKET):
        return frame.body
    lines = frame.body.decode("utf-8", "replace").split("\n")
    for number in random.sample(range(len(lines)), len(lines)):
        start = "data: " if lines[number].startswith("data: ") else ""
        try:
            value = json.loads(lines[number].removeprefix(start))
        except ValueError:
            continue
        lines[number] = start + json.dumps(odd_somewhere(value, random))
        break
    return "\n".join(lines).encode()


def odd_somewhere(value: Any, random: Random) -> Any:
    """The JSON value with one odd value in it."""
    if isinstance(value, dict) and value and random.random() < 0.85:
        key = random.choice(sorted(value))
        if random.random() < 0.1:
            return {name: each for name, each in value.items() if name != key}
        return {**value, key: odd_somewhere(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.85:
        place = random.randrange(len(value))
        return [*value[:place], odd_somewhere(value[place], random), *value[place + 1 :]]
    return random.choice(ODD)


WAYS = (_drop, _stop, _twice, _shuffle, _cut, _flip, _other_link, _head, _value, _value, _value)
