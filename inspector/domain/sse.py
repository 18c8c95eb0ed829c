"""The incremental decoder of server-sent events: chunks of bytes in, items in the order of the wire out.

It follows the WHATWG grammar (LF, CR and CRLF in any mixture, BOM, several data lines) and keeps what a browser drops,
because that is evidence: comments (keep-alives), events without data, lines that are no field, bytes that are not
UTF-8, and what was unfinished when the body ended. It never raises, whatever it is fed and however that is cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

_BOM = b"\xef\xbb\xbf"
_BLANK = (b"\n\n", b"\r\n\r\n")
_FIELDS = (b"data", b"event", b"id", b"retry")
_ROW = r"(?:id: ([^\n\0]+)@)?(?:event: ([^\n]+)@)?data: ([^\n]*)@(?:id: ([^\n\0]+)@)?@"
_LF_ROW = re.compile(_ROW.replace("@", r"\n"))
_CRLF_ROW = re.compile(_ROW.replace("@", r"\r\n"))
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
        items = Items()
        if self._between and chunks[0].endswith(_BLANK) and sum(map(len, chunks)) <= _JOINED:
            body = b"".join(chunks)
            blank = b"\r\n\r\n" if b"\r" in body else b"\n\n"
            whole = _regular(body) if all(chunk.endswith(blank) for chunk in chunks) else None
            if whole is not None:  # so each event ends with a blank line, and has no other
                items.extend(*whole)
                items.ends += accumulate(chunk.count(blank) for chunk in chunks)
                return items
        for chunk in chunks:
            self._take(chunk, items)
            items.ends.append(len(items))
        return items

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
    """The fast way: one scan for whole blocks of nothing but ``[id] [event] data [id]``, with the same line ends.

    Gives names, data and ids. None when anything is out of the ordinary, which shows in the lengths: the events found
    must add up to the block. Such a block goes through the strict way, with which this one must agree.
    """
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return None
    returns = block.count(b"\r") if b"\r" in block else 0
    row, end = (_CRLF_ROW, 2) if returns else (_LF_ROW, 1)
    one = row.fullmatch(text)
    if one is not None:
        early, name, data, late = one.groups("")
        if returns and returns != text.count("\n"):
            return None
        return (name,), (data,), (late or early or None,)
    rows = row.findall(text)
    if not rows:
        return None
    ids, names, datas, late_ids = zip(*rows, strict=True)
    lines, size = 2 * len(rows), sum(map(len, datas)) + 6 * len(rows)
    for values, field in ((names, 7), (ids, 4), (late_ids, 4)):
        found = list(filter(None, values))
        lines += len(found)
        size += sum(map(len, found)) + field * len(found)
    if size + end * lines != len(text) or (returns and returns != lines):
        return None
    return names, datas, [late or early or None for early, late in zip(ids, late_ids, strict=True)]
