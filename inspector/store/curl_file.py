"""What ``curl`` printed: answers with their header lines (``-i``), and whole transcripts (``-v``), both outputs in one
file.

Such a file holds no times. How a connection ended is told by curl's last words (``curl: (18) …``, ``left intact``);
where they are missing, an end is assumed and marked so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, BinaryIO

from inspector.domain.errors import UserError
from inspector.store import sse_file
from inspector.store.log import SNIFFED, Importer, ReadLog
from inspector.store.made import Made
from inspector.store.sse_file import LINE_END, NO_TIMES, ONLY_TIMES, last_words

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})(?: ([^\r\n]*))?(?:\r?\n|$)")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*?)[ \t]*(?:\r?\n|$)")
_ASKED = re.compile(rb"([A-Z]+) (\S+) HTTP/\d")
_TALK = re.compile(rb"(?m)^> [A-Z]+ \S+ HTTP/\d")
_OPENING = (b"* ", b"> ", b"Note: Unnecessary use")
_METER = re.compile(
    rb"(?m)^  % Total    % Received.*\n +Dload  Upload .*\n"
    rb"|\r[ \d]{3} [ \d.kMGTP]{30,48} (?:[-:\d dh]{8} ){3}[ \d.kMGTP]{5}\n?"
)
"""What curl shows of its progress on the error output, unless that is a screen."""

_SIZES = re.compile(rb"(?m)^[{}] \[\d+ bytes data\]\r?\n?")
_CLOSERS = re.compile(
    rb"\* (?:Connection #\d+ to host [^\r\n]* left intact|(?i:closing|shutting down) connection[^\r\n]*"
    rb"|[Tt]ransfer closed with [^\r\n]*|Recv failure: [^\r\n]*|Operation timed out after [^\r\n]*"
    rb"|HTTP/[23] stream [^\r\n]*)"
)
"""These come behind the body at once, whether it ended with a line or not."""
_TROUBLES = (
    (rb"[Tt]ransfer closed with", "cut", "server"),
    (rb"(?:Recv failure:|HTTP/[23] stream )", "reset", "server"),
    (rb"Operation timed out", "closed", "client"),
)
_SAID = re.compile(rb"(?m)(?:^[*>] |" + _CLOSERS.pattern + rb")[^\n]*(?:\n[*>] [^\n]*)*\n?")


def sniff(start: bytes) -> bool:
    """Whether it begins with the status line of an HTTP answer, or as ``curl -v`` does."""
    metered, start = start, _METER.sub(b"", start)
    if _STATUS.match(start) is not None or (start != metered and sse_file.sniff(start)):
        return True
    return start.lstrip(b"\r\n").startswith(_OPENING) and _TALK.search(start) is not None


def read(file: BinaryIO, name: str) -> ReadLog:
    """All exchanges of it. UserError where there is no answer."""
    content = _METER.sub(b"", file.read())
    made = Made()
    if _STATUS.match(content) is not None:
        _answers(made, content)
    elif sse_file.sniff(content[:SNIFFED]):
        return sse_file.stream(content, name)
    else:
        _transcript(made, content)
    frames = made.frames()
    if not frames:
        raise UserError(f"{name} holds no HTTP answer.")
    assumed = frames[-1].head.get("assumed")
    return ReadLog("http", {"label": name, "assumed": True}, frames, [NO_TIMES if assumed else ONLY_TIMES])


def _answers(made: Made, content: bytes) -> None:
    """Answers with their header lines; those before the last are the redirects and interim answers that led to it."""
    content, end = last_words(content)
    place = 0
    while (status := _STATUS.match(content, place)) is not None:
        place, headers = _headers(content, status.end())
        more = _STATUS.match(content, place) is not None
        _answer(made, status, headers, b"" if more else content[place:], None if more else end, more)


def _answer(
    made: Made,
    status: re.Match[bytes],
    headers: dict[str, str],
    body: bytes,
    end: dict[str, Any] | None,
    more: bool,
    asked: bool = False,
) -> None:
    """One answer. ``more``: others follow to the same request, so an interim one is a note. ``end`` None = assumed."""
    code = int(status[1])
    if more and (code < 200 or _is_tunnel(code, status[2])):
        made.note(0.0, {"text": f"HTTP {code} before the answer", "headers": headers})
        return
    if not asked:
        made.begin()
    made.answer(0.0, code, headers)
    made.body(0.0, body)
    made.end(0.0, **(end or {"assumed": True}))


def _transcript(made: Made, content: bytes) -> None:
    """Requests (``>``), answers (``<``) and what curl says (``*``) around the bodies."""
    content, end = last_words(_SIZES.sub(b"", content))
    parts = [content[a:b] for a, b in _cuts(content)]
    secure = b"* SSL connection using" in content or b"* schannel:" in content
    for number, part in enumerate(parts, 1):
        _exchange(made, part, secure, end if number == len(parts) else None)


def _cuts(content: bytes) -> Iterator[tuple[int, int]]:
    """Where each request begins, and where the next does."""
    starts = [match.start() for match in _TALK.finditer(content)]
    yield from pairwise([*starts, len(content)])


def _exchange(made: Made, part: bytes, secure: bool, end: dict[str, Any] | None) -> None:
    asked = b"".join(line[2:] for line in part.splitlines(keepends=True) if line.startswith(b"> "))
    told = b"".join(line[2:] for line in part.splitlines(keepends=True) if line.startswith(b"< "))
    line = _ASKED.match(asked)
    if line is None:
        return
    _, headers = _headers(asked, asked.find(b"\n") + 1)
    target = line[2].decode("utf-8", "replace")
    url = target if "://" in target else f"http{'s' if secure else ''}://{headers.get('host', 'unknown')}{target}"
    made.request(0.0, {"method": line[1].decode(), "url": url, "headers": headers})
    closed = _closed(part)
    answers = list(_STATUS.finditer(told))
    for number, status in enumerate(answers, 1):
        _, headers = _headers(told, status.end())
        last = number == len(answers)
        body = _body(part) if last else b""
        _answer(made, status, headers, body, end or closed, not last, asked=True)
    if not answers and end is not None:
        made.end(0.0, **end)


def _closed(part: bytes) -> dict[str, Any] | None:
    """How the connection ended by what curl says on the way, where its last words are off; None = it says nothing."""
    for pattern, how, by in _TROUBLES:
        trouble = re.search(rb"\* (" + pattern + rb"[^\r\n]*)", part)
        if trouble is not None:
            return {"how": how, "by": by, "detail": trouble[1].decode("utf-8", "replace")}
    return {"how": "eof", "by": "server"} if _CLOSERS.search(part) else None


def _body(part: bytes) -> bytes:
    """What is left of an exchange without curl's own lines; ``-i`` beside ``-v`` shows the header lines twice."""
    place = part.rfind(b"\n< ")
    rest = part[part.find(b"\n", place + 1) + 1 :]
    rest = _SAID.sub(b"", rest)
    while (status := _STATUS.match(rest)) is not None:
        rest = rest[_headers(rest, status.end())[0] :]
    return rest


def _headers(content: bytes, place: int) -> tuple[int, dict[str, str]]:
    """The place behind the empty line, and the headers; repeated ones are joined as HTTP allows."""
    headers: dict[str, str] = {}
    while (line := _HEADER.match(content, place)) is not None:
        name, value = line[1].decode().lower(), line[2].decode("utf-8", "replace")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
        place = line.end()
    empty = LINE_END.match(content, place)
    return (empty.end() if empty is not None else place), headers


def _is_tunnel(code: int, reason: bytes | None) -> bool:
    return code == 200 and reason is not None and reason.lower() == b"connection established"


IMPORTER = Importer("http", "what curl -i or curl -v printed", sniff, read)
