"""Tells a socket's story to the real decoder, frame by frame; times are in seconds."""

from __future__ import annotations

import json
from typing import Any

from inspector.domain.book import Book
from inspector.domain.case import Case
from inspector.domain.diagnosis import Verdict, judge
from inspector.domain.frames import Frame, Kind
from inspector.domain.run import Run
from inspector.protocols.gpt_researcher import ADAPTER


class Talk:
    """One socket, open from the start."""

    def __init__(self) -> None:
        self.book = Book([ADAPTER], "gpt_researcher")
        self.seq, self.at, self.links = 0, 0.0, 1
        self._put(Kind.REQUEST, 0, {"method": "GET", "url": "ws://127.0.0.1:8000/ws"})
        self._put(Kind.RESPONSE, 0, {"status": 101, "headers": {}})

    def start(self, at: float) -> Talk:
        return self.out(at, 'start {"task": "why?", "report_type": "research_report", "tone": "Objective"}')

    def accepted(self, at: float) -> Talk:
        return self.told(at, query="why?", sources=[], context=[], report="")

    def log(self, at: float, step: str, output: Any = "…") -> Talk:
        return self.told(at, type="logs", content=step, output=output)

    def report(self, at: float, *lines: str) -> Talk:
        for line in lines:
            self.told(at, type="report", output=line)
        return self

    def path(self, at: float) -> Talk:
        return self.told(at, type="path", output={"pdf": "", "md": "outputs/x.md"})

    def told(self, at: float, **data: Any) -> Talk:
        return self.said(at, json.dumps(data))

    def said(self, at: float, words: str) -> Talk:
        return self._put(Kind.SOCKET, at, {"dir": "in", "op": "text"}, words)

    def out(self, at: float, words: str) -> Talk:
        return self._put(Kind.SOCKET, at, {"dir": "out", "op": "text"}, words)

    def beat(self, at: float, side: str = "in", op: str = "ping") -> Talk:
        return self._put(Kind.SOCKET, at, {"dir": side, "op": op})

    def close(self, at: float, side: str, code: int = 1000) -> Talk:
        return self._put(Kind.SOCKET, at, {"dir": side, "op": "close", "code": code})

    def end(self, at: float, how: str = "eof", by: str = "server") -> Talk:
        return self._put(Kind.END, at, {"how": how, "by": by})

    def fetched(self, at: float, words: str, status: int = 200, path: str = "/outputs/x.md") -> Talk:
        """A file of the server, asked for on a link of its own."""
        self.links += 1
        link, kind = self.links, {"content-type": "text/markdown"}
        self._put(Kind.REQUEST, at, {"method": "GET", "url": "http://127.0.0.1:8000" + path}, link=link)
        self._put(Kind.RESPONSE, at, {"status": status, "headers": kind}, link=link)
        self._put(Kind.DATA, at, {}, words, link=link)
        return self._put(Kind.END, at, {"how": "eof", "by": "server"}, link=link)

    def runs(self) -> list[Run]:
        return list(self.book.runs.values())

    def case(self, number: int = 0) -> Case:
        return Case(self.runs()[number], self.book)

    def verdict(self, number: int = 0, now: float | None = None) -> Verdict:
        at = self.at if now is None else now
        case = Case(self.runs()[number], self.book)
        return judge(case, at * 1000, ADAPTER.rules, ADAPTER.has_terminal_event, ADAPTER.acts)

    def found(self, number: int = 0, now: float | None = None) -> set[str]:
        return {finding.id for finding in self.verdict(number, now).findings}

    def _put(self, kind: Kind, at: float, head: dict[str, Any], words: str = "", link: int = 1) -> Talk:
        self.seq, self.at = self.seq + 1, at
        self.book.feed([Frame(self.seq, at * 1000, link, kind, head, words.encode())])
        return self
