"""The incremental decoder of server-sent events: chunks of bytes in, items in the order of the wire out.

It follows the WHATWG grammar (LF, CR and CRLF in any mixture, BOM, several data lines) and keeps what a browser drops,
because that is evidence: comments (keep-alives), events without data, lines that are no field, bytes that are not
UTF-8, and what was unfinished when the body ended. It never raises, whatever it is fed and however that is cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, repeat
from typing import NamedTuple

_BOM = b"\xef\xbb\xbf"
_BLANK = (b"\n\n", b"\r\n\r\n")
_FIELDS = (b"data", b"event", b"id", b"retry")
_BLOCK = r"(?:id: ([^\n\0]+)@)?(?:event: ([^\n]+)@)?data: ([^\n]*)@(?:id: ([^\n\0]+)@)?@"
_ROW = {end: re.compile(_BLOCK.replace("@", end)) for end in ("\n", "\r\n")}
_HEAD = {end: re.compile(f"(?:event: ([^\n]+){end})?data: ") for end in ("\n", "\r\n")}
_JOINED = 1 << 22
"""Bytes of chunks that are read as one text at the most."""


class SseEvent(NamedTuple):
    """One item of a stream. A tuple, because one is made for every event and a frozen dataclass costs six times more.

    ``kind`` is one of

    - ``event``: ``name`` ("" without an event line: read it as "message"), ``data`` (its lines joined with LF), ``id``
    - ``half``: the same, of an event that the end of the body broke off; only from :meth:`SseDecoder.finish`
    - ``comment``: ``name`` is its text
    - ``retry``: ``data`` holds the milliseconds, digits only
    - ``id``: a block that has an id line and nothing else
    - ``bad``: a line that is no SSE field; ``data`` is the line

    ``id`` is None where the block has no id line. ``bad`` is true where bytes were not UTF-8: they are kept by
    surrogateescape. ``has_data`` is false for an event without a data line, which a browser would not dispatch.
    """

    kind: str
    name: str = ""
    data: str = ""
    id: str | None = None
    bad: bool = False
    has_data: bool = True


class Items:
    """Items of a stream in columns, which cost a tenth of a tuple for each.

    ``names`` is None where an item is anything but a plain event; :meth:`item` has it whole. ``ends``: for each chunk,
    how many items there were after it.
    """

    __slots__ = ("_odd", "datas", "ends", "ids", "names")

    def __init__(self) -> None:
        self.names: list[str | None] = []
        self.datas: list[str] = []
        self.ids: list[str | None] = []
        self.ends: list[int] = []
        self._odd: dict[int, SseEvent] = {}

    def __len__(self) -> int:
        return len(self.names)

    def append(self, item: SseEvent) -> None:
        """Add one."""
        plain = item.kind == "event" and item.has_data and not item.bad
        if not plain:
            self._odd[len(self.names)] = item
        self.names.append(item.name if plain else None)
        self.datas.append(item.data)
        self.ids.append(item.id)

    def extend(self, names: Sequence[str], datas: Sequence[str], ids: Sequence[str | None]) -> None:
        """Add plain events."""
        self.names += names
        self.datas += datas
        self.ids += ids

    def item(self, place: int) -> SseEvent:
        """One of them."""
        name = self.names[place]
        if name is None:
            return self._odd[place]
        return tuple.__new__(SseEvent, ("event", name, self.datas[place], self.ids[place], False, True))


class SseDecoder:
    """Decodes one response body."""

    def __init__(self) -> None:
        self._started = False
        self._head = b""
        self._after_cr = False
        self._between = False
        self._partial: list[bytes] = []
        self._block: list[bytes] = []

    @property
    def pending(self) -> bytes:
        """What belongs to no item yet: the unfinished event, with its complete lines ended by LF."""
        return b"".join([self._head, *(line + b"\n" for line in self._block), *self._partial])

    def feed(self, chunk: bytes) -> list[SseEvent]:
        """The items that this chunk completes. An event is complete at its blank line, every other item at its line."""
        if self._between and chunk.endswith(_BLANK) and (whole := _regular(chunk)) is not None:
            new = tuple.__new__
            return [
                new(SseEvent, ("event", name, data, id_, False, True)) for name, data, id_ in zip(*whole, strict=True)
            ]
        items = Items()
        self._take(chunk, items)
        return list(map(items.item, range(len(items))))

    def flow(self, chunks: Sequence[bytes]) -> Items:
        """The items of many chunks, as :meth:`feed` gives them for one after the other."""
        items, tried = Items(), False
        for place, chunk in enumerate(chunks):
            if self._between and not tried:
                tried = True
                if self._take_joined(chunks[place:], items):
                    break
            self._take(chunk, items)
            items.ends.append(len(items))
        return items

    def _take_joined(self, chunks: Sequence[bytes], items: Items) -> bool:
        """All of them at once, where each of them is whole events and nothing else."""
        blank = b"\r\n\r\n" if b"\r" in chunks[0] else b"\n\n"
        if not all(map(bytes.endswith, chunks, repeat(blank))) or sum(map(len, chunks)) > _JOINED:
            return False
        whole = _regular(b"".join(chunks))
        if whole is None:
            return False
        items.ends += list(accumulate(map(bytes.count, chunks, repeat(blank)), initial=len(items)))[1:]
        items.extend(*whole)  # each ends with a blank line, and has no other
        return True

    def _take(self, chunk: bytes, items: Items) -> None:
        if not self._started:
            chunk = self._without_bom(chunk)
        if not chunk:
            return
        if self._after_cr and chunk[0] == 10:
            chunk = chunk[1:]
        self._after_cr = chunk.endswith(b"\r") if chunk else False
        if self._partial or self._block:
            cut = _first_block_end(chunk)
            self._strict(chunk[:cut], items)
            chunk = chunk[cut:]
        end = _last_block_end(chunk)
        if end:
            block = chunk[:end]
            regular = _regular(block)
            if regular is None:
                self._strict(block, items)
            else:
                items.extend(*regular)
            chunk = chunk[end:]
        if chunk:
            self._strict(chunk, items)
        self._between = not (self._partial or self._block or self._after_cr)

    def finish(self) -> list[SseEvent]:
        """What the end of the body leaves: a half event where one had begun, and the last line if it has no end."""
        items = Items()
        self._between = False
        rest, self._head, self._started = self._head, b"", True
        self._strict(rest, items)
        last = b"".join(self._partial)
        self._partial.clear()
        broken = bool(last) and any(field.startswith(last) for field in _FIELDS)
        if last and not broken:
            self._line(last, items)
        if self._block or broken:
            items.append(_event("half", self._block))
            self._block.clear()
        return list(map(items.item, range(len(items))))

    def _without_bom(self, chunk: bytes) -> bytes:
        """The chunk without a leading BOM; nothing while it cannot be told whether there is one."""
        chunk = self._head + chunk
        if len(chunk) < len(_BOM) and _BOM.startswith(chunk):
            self._head = chunk
            return b""
        self._started, self._head = True, b""
        return chunk.removeprefix(_BOM)

    def _strict(self, chunk: bytes, items: Items) -> None:
        """Line by line. Parts of an unfinished line are collected and joined once, so that cost grows with length."""
        for line in chunk.splitlines(keepends=True):
            if line[-1] not in b"\r\n":
                self._partial.append(line)
                return
            line = line.rstrip(b"\r\n")
            if self._partial:
                self._partial.append(line)
                line = b"".join(self._partial)
                self._partial.clear()
            self._line(line, items)

    def _line(self, line: bytes, items: Items) -> None:
        if not line:
            if self._block:
                items.append(_event("event", self._block))
                self._block.clear()
            return
        field, value = _split(line)
        if field in (b"data", b"event") or (field == b"id" and b"\0" not in value):
            self._block.append(line)
        elif field == b"retry" and value.isdigit():
            items.append(SseEvent("retry", data=value.decode("ascii"), has_data=False))
        elif line.startswith(b":"):
            text, bad = _text(line[1:].removeprefix(b" "))
            items.append(SseEvent("comment", text, bad=bad, has_data=False))
        else:
            text, bad = _text(line)
            items.append(SseEvent("bad", data=text, bad=bad, has_data=False))


def _split(line: bytes) -> tuple[bytes, bytes]:
    field, _, value = line.partition(b":")
    return field, value.removeprefix(b" ")


def _text(value: bytes) -> tuple[str, bool]:
    """The text, and whether its bytes were not UTF-8."""
    try:
        return value.decode(), False
    except UnicodeDecodeError:
        return value.decode(errors="surrogateescape"), True


def _event(kind: str, block: list[bytes]) -> SseEvent:
    name = ""
    id_: str | None = None
    named = spoiled = False
    data: list[str] = []
    for line in block:
        field, value = _split(line)
        text, bad = _text(value)
        spoiled |= bad
        if field == b"data":
            data.append(text)
        elif field == b"event":
            name, named = text, True
        else:
            id_ = text
    if kind == "event" and not (named or data):
        return SseEvent("id", id=id_, bad=spoiled, has_data=False)
    return SseEvent(kind, name, "\n".join(data), id_, spoiled, bool(data))


def _first_block_end(chunk: bytes) -> int:
    """Where the block under way surely ends, so that what follows can go the fast way; else the whole length."""
    full = chunk.find(b"\r\n\r\n") if b"\r" in chunk else -1
    bare = chunk.find(b"\n\n", 0, full + 4 if full >= 0 else len(chunk))
    return bare + 2 if bare >= 0 else full + 4 if full >= 0 else len(chunk)


def _last_block_end(chunk: bytes) -> int:
    """The length of the part that ends with a blank line; 0 without one."""
    full = chunk.rfind(b"\r\n\r\n") if b"\r" in chunk else -1
    bare = chunk.rfind(b"\n\n", full + 3 if full >= 0 else 0)
    return bare + 2 if bare >= 0 else full + 4 if full >= 0 else 0


def _regular(block: bytes) -> tuple[Sequence[str], Sequence[str], Sequence[str | None]] | None:
    """The fast way: whole blocks of nothing but ``[event] data``, all with an id before it, behind it, or without one.

    Gives names, data and ids. None when anything is out of the ordinary, which shows in the number of lines. Such a
    block goes through the strict way, with which this one must agree.
    """
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return None
    end = "\r\n" if b"\r" in block else "\n"
    lines = block.count(b"\n")
    if end == "\r\n" and block.count(b"\r") != lines:  # each line end that is found below has one of each
        return None
    if text.find(end + end) + 2 * len(end) == len(text):
        return _single(text, end)
    blocks = text.split(end + end)
    if blocks.pop() or not blocks:
        return None
    told = _ids(blocks, end)
    ids: Sequence[str | None] = [None] * len(blocks)
    if told is not None:
        ids, blocks = told
        lines -= len(blocks)
        if not all(ids) or "\0" in text:
            return None
    names: list[str] = []
    datas: list[str] = []
    while len(datas) < len(blocks):
        first = place = len(datas)
        found = _HEAD[end].match(blocks[place])
        if found is None:
            return None
        head, size = found[0], found.end()
        while place < len(blocks) and blocks[place].startswith(head):  # most have the name of the one before
            place += 1
        datas += [each[size:] for each in blocks[first:place]]
        names += [found[1] or ""] * (place - first)
        lines -= (2 + head.count("\n")) * (place - first)
    return None if lines else (names, datas, ids)


def _single(text: str, end: str) -> tuple[Sequence[str], Sequence[str], Sequence[str | None]] | None:
    one = _ROW[end].fullmatch(text)
    if one is None:
        return None
    early, name, data, late = one.groups("")
    return (name,), (data,), (late or early or None,)


def _ids(blocks: Sequence[str], end: str) -> tuple[list[str], list[str]] | None:
    """Ids, where all blocks begin or all end with one, and what is left of the blocks."""
    size = len(end)
    if all(each.startswith("id: ") for each in blocks):
        cuts = [each.find(end) for each in blocks]
        ids = [each[4:cut] for each, cut in zip(blocks, cuts, strict=True)]
        return ids, [each[cut + size :] for each, cut in zip(blocks, cuts, strict=True)]
    last = end + "id: "
    cuts = [each.rfind(last) for each in blocks] if last in blocks[0] else [-1]
    if min(cuts) < 0:
        return None
    ids = [each[cut + size + 4 :] for each, cut in zip(blocks, cuts, strict=True)]
    return ids, [each[:cut] for each, cut in zip(blocks, cuts, strict=True)]
