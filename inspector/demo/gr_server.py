"""The simulated GPT-Researcher server: its sockets, the files it writes, and the little that it answers over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

from inspector.capture.http import Reply, Request, Upgraded
from inspector.demo.clock import Clock, milliseconds, unix
from inspector.demo.gr_scripts import HEALTHY, PARTS, TASK, Script, script_of
from inspector.demo.gr_socket import ResearcherSocket
from inspector.demo.routes import compact, standard

BASE = "/researcher"
"""Below this path; the socket is also at the root, where its clients look for it."""

PAGE = b"<!DOCTYPE html><html><head><title>GPT Researcher (demo)</title></head><body></body></html>"
_TYPES = {"md": "text/markdown; charset=utf-8", "json": "application/json"}


class Researcher:
    """One server. A command that went wrong goes well when it is sent again, as when its cause is gone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._files: dict[str, bytes] = {}
        self._begun: set[str] = set()
        self._made = 0
        self._saved = {
            "id": "report_demo_1",
            "question": TASK,
            "answer": "".join(PARTS),
            "orderedData": [],
            "chatMessages": [],
            "timestamp": milliseconds(clock.wall()),
        }

    def serves(self, path: str) -> bool:
        """Whether a path is its own."""
        return path == BASE or path.startswith((BASE + "/", "/api/reports", "/outputs/"))

    def answer(self, request: Request, reply: Reply) -> None:
        """The page, the store of reports, and the files."""
        path = request.path.removeprefix(BASE) or "/"
        if path == "/":
            reply.send(200, standard({"content-type": "text/html"}), PAGE)
        elif path == "/api/reports":
            self._json(reply, 200, {"reports": [self._saved]})
        elif path == f"/api/reports/{self._saved['id']}":
            self._json(reply, 200, {"report": self._saved})
        elif (body := self._files.get(path.removeprefix("/"))) is not None:
            kind = _TYPES.get(path.rpartition(".")[2], "application/octet-stream")
            reply.send(200, standard({"content-type": kind}), body)
        else:
            self._json(reply, 404, {"detail": "Not Found"})

    def upgrade(self, request: Request, transport: asyncio.Transport) -> Upgraded | None:
        """Open a socket; there is one place for it."""
        if request.path not in ("/ws", BASE + "/ws"):
            return None
        return ResearcherSocket(self._clock, self, request, transport)

    def begin(self, command: dict[str, Any]) -> Script:
        """The script that its task names; the second time the same command goes well."""
        key = json.dumps(command, sort_keys=True)
        again = key in self._begun
        self._begun.add(key)
        return HEALTHY if again else script_of(str(command.get("task")))

    def publish(self, task: str, report: str | None) -> dict[str, str]:
        """Write the files of a report; their paths. Of nothing no PDF can be made."""
        self._made += 1
        digest = hashlib.md5(task.encode(), usedforsecurity=False).hexdigest()[:10]
        name = f"outputs/task_{unix(self._clock.wall()) + self._made}_{digest}"
        self._files[f"{name}.json"] = compact(
            {"timestamp": self._clock.wall().isoformat(), "events": [], "content": {}}
        )
        if report is not None:
            self._files[f"{name}.md"] = report.encode()
        pdf = f"{name}.pdf" if report else ""
        return {"pdf": pdf, "docx": f"{name}.docx", "md": f"{name}.md", "json": f"{name}.json"}

    def _json(self, reply: Reply, status: int, body: Any) -> None:
        reply.send(status, standard({"content-type": "application/json"}), compact(body))
