from __future__ import annotations

import json
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.frames import Frame, Kind
from inspector.domain.redact import REDACTED, redact_text
from inspector.domain.redactor import Redactor
from inspector.store import redaction
from inspector.store.redaction import redacted, settled

SECRET = "hunter2-hunter2"
EVENT = f'event: ä\ndata: {{"api_key": "{SECRET}", "text": "完成 🎉"}}\n\n'


def chunks(text: str, size: int, link: int = 1) -> list[Frame]:
    content = text.encode()
    return [Frame(n, n, link, Kind.DATA, {}, content[n : n + size]) for n in range(0, len(content), size)]


def renumbered(frames: list[Frame]) -> list[Frame]:
    return [Frame(n, frame.at, frame.link, frame.kind, frame.head, frame.body) for n, frame in enumerate(frames, 1)]


@given(st.integers(1, 200))
def test_a_secret_cut_by_chunks_is_found_and_the_rest_stays_where_it_was(size: int) -> None:
    frames = chunks("data: before\n\n" + EVENT + "data: after\n\n", size)
    clean = list(redacted(frames))
    text = b"".join(frame.body for frame in clean).decode()
    assert text == "data: before\n\n" + EVENT.replace(SECRET, REDACTED) + "data: after\n\n"
    assert [(frame.seq, frame.at, frame.link) for frame in clean] == [(f.seq, f.at, f.link) for f in frames]
    for before, after in zip(frames, clean, strict=True):
        if before.at + size <= len("data: before\n\n"):
            assert after.body == before.body


@given(st.lists(st.sampled_from((f'"api_key": "{SECRET}"', "data: x\n", '"', REDACTED, "ä", ","))), st.integers(1, 9))
def test_no_way_to_cut_a_body_changes_what_is_redacted(parts: list[str], size: int) -> None:
    text = "".join(parts)
    frames = chunks(text, size)
    clean = list(redacted(frames))
    assert b"".join(frame.body for frame in clean).decode() == redact_text(text)
    assert [frame.seq for frame in clean] == [frame.seq for frame in frames]


def test_exchanges_do_not_mix_and_order_stays() -> None:
    first, second = chunks(EVENT, 7, 1), chunks(EVENT.replace("hunter2", "gather3"), 5, 2)
    mixed = renumbered([frame for pair in zip(first, second, strict=False) for frame in pair])
    clean = list(redacted(mixed))
    assert [frame.seq for frame in clean] == [frame.seq for frame in mixed]
    for link in (1, 2):
        text = b"".join(frame.body for frame in clean if frame.link == link)
        assert b"hunter2" not in text
        assert b"gather3" not in text


def test_a_body_without_an_end_waits_for_the_end_of_its_exchange() -> None:
    frames = [*chunks(f'{{"password": "{SECRET}"}}', 9), Frame(90, 0.0, 1, Kind.END, {"how": "eof"})]
    clean = list(redacted(frames))
    assert b"".join(frame.body for frame in clean) == f'{{"password": "{REDACTED}"}}'.encode()
    assert clean[-1].head == {"how": "eof"}


def test_a_body_that_never_ends_does_not_fill_the_memory() -> None:
    given_out = 0

    def endless() -> Iterator[Frame]:
        nonlocal given_out
        for number in range(1, 200):
            given_out = number
            yield Frame(number, 0.0, 1, Kind.DATA, {}, bytes(redaction.MOST_BYTES // 16))

    next(settled(endless(), Redactor()))
    assert given_out == 17


def test_requests_answers_notes_and_sockets_are_cleaned() -> None:
    headers = {"Authorization": f"Bearer {SECRET}", "x-request-id": "r"}
    body = json.dumps({"password": SECRET, "model": "m"}).encode()
    clean = list(
        redacted(
            [
                Frame(1, 0.0, 1, Kind.REQUEST, {"url": f"/a?api_key={SECRET}", "headers": headers, "json": True}, body),
                Frame(2, 0.0, 1, Kind.RESPONSE, {"status": 200, "headers": {"set-cookie": SECRET}}),
                Frame(3, 0.0, 2, Kind.SOCKET, {"op": "text"}, body),
                Frame(4, 0.0, 0, Kind.NOTE, {"plan": [{"body": {"api_key": SECRET}}], "text": "ok"}),
            ]
        )
    )
    assert SECRET not in repr(clean)
    assert clean[0].head["headers"]["x-request-id"] == "r"
    assert json.loads(clean[0].body) == {"password": REDACTED, "model": "m"}
    assert (clean[1].head["status"], clean[2].head["op"], clean[3].head["text"]) == (200, "text", "ok")


def test_bytes_that_are_no_text_stay() -> None:
    body = bytes(range(256)) + b"\xff\n\n"
    assert next(redacted([Frame(1, 0.0, 1, Kind.DATA, {}, body)])).body == body
