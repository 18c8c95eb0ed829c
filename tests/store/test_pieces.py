from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.frames import Frame, Kind
from inspector.domain.redact import REDACTED
from inspector.domain.redactor import Redactor
from inspector.store.pieces import _Text, cuts_of
from inspector.store.redaction import redacted

SECRETS = (
    "sk-proj-abcdefghijklmnop1234",
    "ada.lovelace@example.com",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "Bearer abcdefghijklmnop1234",
)


def delta(text: str, item: str = "msg_1") -> bytes:
    value = {"id": item, "object": "thread.message.delta", "delta": {"content": [{"text": {"value": text}}]}}
    return b"event: thread.message.delta\ndata: " + json.dumps(value).encode() + b"\n\n"


def stream(bodies: list[bytes], link: int = 1) -> list[Frame]:
    return [Frame(n, n, link, Kind.DATA, {}, body) for n, body in enumerate(bodies, 1)]


def told(frames: list[Frame], item: str | None = None) -> str:
    """The text that the events carry, as a reader joins it."""
    text = ""
    for event in b"".join(frame.body for frame in frames).decode().split("\n\n")[:-1]:
        value = json.loads(event.partition("data: ")[2])
        if item in (None, value["id"]):
            text += value["delta"]["content"][0]["text"]["value"]
    return text


@given(
    st.sampled_from(SECRETS),
    st.lists(st.integers(1, 50), max_size=6),
    st.integers(1, 400),
    st.sampled_from(("", "before ", 'a "quote"\n', "ä完🎉 ")),
)
def test_a_secret_in_the_pieces_of_several_events_is_found(
    secret: str, cuts: list[int], chunk: int, before: str
) -> None:
    whole = before + secret + " after"
    edges = sorted({0, len(whole), *(cut % len(whole) for cut in cuts)})
    pieces = [whole[a:b] for a, b in pairwise(edges)]
    content = b"".join(map(delta, pieces))
    frames = stream([content[n : n + chunk] for n in range(0, len(content), chunk)])
    clean = list(redacted(frames))
    text = told(clean)
    assert secret.removeprefix("Bearer ") not in text
    assert text.startswith(before)
    assert text.endswith(" after")
    assert REDACTED in text
    assert [(f.seq, f.at, f.link, f.kind) for f in clean] == [(f.seq, f.at, f.link, f.kind) for f in frames]


def test_what_needs_no_cut_has_none() -> None:
    assert cuts_of(stream([delta("nothing "), delta("to hide")]), Redactor()) == {}
    ((name, cuts),) = cuts_of(stream([delta("ada@exam"), delta("ple.com")]), Redactor()).items()
    assert name == (1, "")
    assert [instead for _, _, instead in cuts] == [REDACTED.encode(), b""]


def test_two_messages_that_are_written_at_the_same_time() -> None:
    secret, other = SECRETS[0], "nothing to hide here, nothing"
    bodies = []
    for n in range(0, 28, 4):
        bodies += [delta(secret[n : n + 4], "msg_1"), delta(other[n : n + 4], "msg_2")]
    clean = list(redacted(stream(bodies)))
    assert (told(clean, "msg_1"), told(clean, "msg_2")) == (REDACTED, other[:28])


def test_what_is_cut_is_told_once_and_only_for_those_in_pieces() -> None:
    redactor = Redactor()
    list(redacted(stream([delta("ada@exam"), delta("ple.com"), delta(" bob@example.com")]), redactor))
    assert [(one.what, one.times) for one in redactor.replaced()] == [("in several pieces", 1), ("e-mail address", 1)]


def test_both_sides_of_a_socket_are_read_apart() -> None:
    def frame(n: int, dir: str, text: str) -> Frame:
        return Frame(n, n, 1, Kind.SOCKET, {"dir": dir, "op": "text"}, json.dumps({"output": text}).encode())

    clean = list(redacted([frame(1, "in", "sk-proj-abcd"), frame(2, "out", "x"), frame(3, "in", "efghijklmnop1234 y")]))
    assert [json.loads(one.body)["output"] for one in clean] == [REDACTED, "x", " y"]


def test_a_long_stream_is_read_in_windows() -> None:
    bodies = [delta(f"word{n} ") for n in range(6_000)]
    bodies[3_000:3_000] = [delta(SECRETS[0][:9]), delta(SECRETS[0][9:] + " ")]
    clean = list(redacted(stream(bodies)))
    assert told(clean) == told(stream(bodies)).replace(SECRETS[0], REDACTED)


def test_names_that_carry_no_text_are_not_joined() -> None:
    frames = stream(
        [b'data: {"id": "sk-proj-abcdefgh", "type": "a@b"}\n\n', b'data: {"id": "ijklmnop", "type": ".com"}\n\n']
    )
    assert [frame.body for frame in redacted(frames)][1] == frames[1].body


def test_a_value_that_stands_whole_in_every_event_is_no_text_in_pieces() -> None:
    redactor = Redactor([r"thread_\w+"])
    frames = stream([b'data: {"thread": "thread_abc", "x_id": "thread_abc"}\n\n'] * 3)
    clean = list(redacted(frames, redactor))
    assert [json.loads(frame.body[6:]) for frame in clean] == [{"thread": REDACTED, "x_id": REDACTED}] * 3
    assert [(one.what, one.times) for one in redactor.replaced()] == [(r"pattern thread_\w+", 6)]


def test_a_secret_that_shows_in_one_piece_and_ends_in_the_next() -> None:
    clean = list(redacted(stream([delta(SECRETS[0][:-4]), delta(SECRETS[0][-4:] + " after")])))
    assert told(clean) == REDACTED + " after"


def test_what_came_on_an_exchange_that_is_over_is_let_go_of_and_looked_through_all_the_same() -> None:
    first, second = SECRETS[0], SECRETS[1]
    frames: list[Frame] = []
    for secret in (first, second):
        for piece in (secret[:8], secret[8:]):
            frames.append(Frame(len(frames) + 1, 0.0, 1, Kind.DATA, {}, delta(piece)))
        frames.append(Frame(len(frames) + 1, 0.0, 1, Kind.END, {"how": "eof"}))
    redactor = Redactor()
    clean = [frame for frame in redacted(frames, redactor) if frame.kind is Kind.DATA]
    assert told(clean) == REDACTED * 2
    assert {one.times for one in redactor.replaced()} == {1}
    left: list[int] = []

    def counted() -> Iterator[Frame]:
        for frame in frames:
            left.append(sum(isinstance(each, _Text) for each in gc.get_objects()))
            yield frame

    cuts_of(counted(), Redactor())
    assert left[-1] - left[0] > 0
    assert left[3] == left[0]
