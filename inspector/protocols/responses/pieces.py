"""The short way for the commonest events by far: a stretch of pieces of one text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from inspector.domain.book import Keys
from inspector.domain.events import Purpose
from inspector.protocols.exchange import Exchange
from inspector.protocols.flow import Texts
from inspector.protocols.responses.memory import Known, Memory

PIECE = "response.output_text.delta"


class _Delta(msgspec.Struct, gc=False):
    type: Literal["response.output_text.delta"]
    delta: str
    item_id: str
    output_index: int
    content_index: int
    sequence_number: int | UnsetType = UNSET
    response: Any = UNSET
    response_id: Any = UNSET

    @property
    def place(self) -> tuple[str, int, int]:
        return self.item_id, self.output_index, self.content_index


_DELTA = msgspec.json.Decoder(_Delta)


def stretch(memory: Memory, keys: Keys, x: Exchange, datas: Sequence[str]) -> Texts | None:
    """What they come to; None where one of them is, or may say, more than that its text goes on."""
    if x.run is None or x.opened.purpose is Purpose.JOIN:
        return None
    known = memory.known(x.run)
    deltas = None if known.over and known.id is not None else _deltas(datas)
    if deltas is None or not memory.grows(known, *deltas[0].place) or not _counted(x, known, deltas):
        return None
    x.run = keys.canon(x.run)
    x.memory["told"] = True
    texts = [delta.delta for delta in deltas]
    place = dict(zip(("item_id", "output_index", "content_index"), deltas[0].place, strict=True))
    return Texts(x.run, texts, [(memory.grown(x.run, place, "".join(texts), False), len(texts) - 1)])


def _deltas(datas: Sequence[str]) -> list[_Delta] | None:
    """All of them, where they are pieces of one part of one message, and none is empty."""
    found: list[_Delta] = []
    for data in datas:
        try:
            delta = _DELTA.decode(data)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return None
        if not delta.delta or not delta.item_id or delta.response is not UNSET or delta.response_id is not UNSET:
            return None
        if found and delta.place != found[0].place:
            return None
        found.append(delta)
    return found


def _counted(x: Exchange, known: Known, deltas: Sequence[_Delta]) -> bool:
    """Whether their numbers go on as they should, and then notes that they did."""
    numbers = [delta.sequence_number for delta in deltas if delta.sequence_number is not UNSET]
    mine: dict[int, int] = x.memory.get("numbers", {})
    before = mine.get(id(known))
    if before is None or x.memory.get("unnumbered") or numbers != list(range(before + 1, before + 1 + len(deltas))):
        return False
    known.numbered = True
    mine[id(known)] = before + len(deltas)
    known.last = max(known.last or 0, before + len(deltas))
    return True
