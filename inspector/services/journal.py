"""The journal of acts: notes in the log, so that a saved session tells what was done by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from inspector.domain.actions import Effect, Outcome
from inspector.domain.frames import Frame
from inspector.domain.notes import JOURNAL, note
from inspector.services.model import JournalEntry, Request


def entry_note(
    action: str,
    run: str | None,
    connection: str,
    requests: Sequence[Request],
    answers: Sequence[tuple[int, Any]],
    outcome: Outcome,
    who: str,
    when: datetime,
) -> dict[str, Any]:
    """The head of the note about one act."""
    return note(
        JOURNAL,
        f"{action}: {outcome.effect.value}: {outcome.why}",
        action=action,
        run=run,
        connection=connection,
        plan=[asdict(request) for request in requests],
        answers=[list(answer) for answer in answers],
        effect=outcome.effect.value,
        why=outcome.why,
        started=outcome.started,
        who=who,
        when=when.isoformat(timespec="seconds"),
    )


def entry(book: int, frame: Frame) -> JournalEntry:
    """The act that a note tells of; what a foreign file has in an odd shape is left out."""
    head = frame.head
    run = head.get("run")
    effect = str(head.get("effect", ""))
    return JournalEntry(
        book=book,
        seq=frame.seq,
        at=frame.at,
        action=str(head.get("action", "")),
        run=run if isinstance(run, str) else None,
        connection=str(head.get("connection", "")),
        who=str(head.get("who", "")),
        when=str(head.get("when", "")),
        requests=tuple(_request(each) for each in _list(head.get("plan")) if isinstance(each, Mapping)),
        answers=tuple(
            (each[0], each[1])
            for each in _list(head.get("answers"))
            if isinstance(each, list | tuple) and len(each) == 2 and isinstance(each[0], int)
        ),
        effect=effect if effect in tuple(Effect) else Effect.NOT_SEEN.value,
        why=str(head.get("why", "")),
    )


def _request(value: Mapping[str, Any]) -> Request:
    headers = value.get("headers")
    named = {str(name): str(text) for name, text in headers.items()} if isinstance(headers, Mapping) else {}
    return Request(str(value.get("method", "")), str(value.get("url", "")), named, value.get("body"))


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
