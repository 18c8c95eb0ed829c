"""One socket of the simulated GPT-Researcher server: what it takes and throws away, and the task that runs on it."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Protocol

from websockets.frames import Frame as SocketFrame
from websockets.frames import Opcode
from websockets.http11 import Request as Handshake
from websockets.protocol import State
from websockets.server import ServerProtocol

from inspector.capture.http import Request
from inspector.demo.clock import Clock, Timer
from inspector.demo.gr_scripts import Beat, Script

PING_S = 20.0
BUSY = {"type": "logs", "content": "warning", "output": "Task already running. Please wait."}
UNKNOWN = {"type": "error", "content": "error", "output": "Unknown command or not enough parameters provided."}
LATE = {
    "type": "logs",
    "content": "researching",
    "output": "🤔 Researching for relevant information...",
    "metadata": None,
}


class Work(Protocol):
    """What a socket needs of its server."""

    def begin(self, command: dict[str, Any]) -> Script:
        """The script of a command that may begin."""
        ...

    def publish(self, task: str, report: str | None) -> dict[str, str]:
        """Write the files of a report; their paths."""
        ...


class ResearcherSocket:
    """One connection. All that happens on it happens in callbacks of the clock."""

    def __init__(self, clock: Clock, work: Work, request: Request, transport: asyncio.Transport) -> None:
        self._clock = clock
        self._work = work
        self._transport = transport
        self._socket = ServerProtocol(max_size=None)
        self._timers: dict[str, Timer] = {}
        self._script: Script | None = None
        self._beats: list[Beat] = []
        self._task = ""
        self._asking = False
        self._thrown = 0
        self._deaf = False
        self.received(request.raw)

    def received(self, data: bytes) -> None:
        """Bytes of the client."""
        if self._deaf:
            return
        self._socket.receive_data(data)
        for event in self._socket.events_received():
            if isinstance(event, Handshake):
                self._socket.send_response(self._socket.accept(event))
                self._later("ping", PING_S, self._ping)
            elif isinstance(event, SocketFrame) and event.opcode is Opcode.TEXT:
                self._take(bytes(event.data).decode("utf-8", "replace"))
            elif isinstance(event, SocketFrame) and event.opcode is Opcode.CLOSE:
                self._left()
        self._flush()

    def lost(self, torn: bool = False) -> None:
        """The connection is gone, and the task with it."""
        for timer in self._timers.values():
            timer.cancel()
        self._beats = []

    @property
    def _runs(self) -> bool:
        return bool(self._beats) or self._asking

    def _take(self, words: str) -> None:
        if self._asking:
            self._answered()
        elif words.strip() == "ping":
            self._socket.send_text(b"pong")
        elif self._runs:
            self._say(BUSY)
        elif words.startswith("start"):
            self._start(_object(words[len("start") :]))
        elif words.startswith("chat"):
            self._later("chat", 0.6, lambda: self._chat(_object(words[len("chat") :])))
        elif not words.startswith(("human_feedback", "{")):
            self._say(UNKNOWN)

    def _start(self, command: dict[str, Any]) -> None:
        task = command.get("task")
        if not isinstance(task, str) or not task or not command.get("report_type"):
            return  # the server notes it in its own log, and says nothing
        script = self._work.begin(command)
        if script.refuses:
            self._say(BUSY)
            return
        self._task, self._script, self._beats, self._thrown = task, script, [*script.beats], 0
        self._say({"query": task, "sources": [], "context": [], "report": ""})
        self._next()

    def _answered(self) -> None:
        """Two readers share the socket: the wrong one takes the first answer and throws it away."""
        if self._script is not None and self._thrown < self._script.swallows:
            self._thrown += 1
            self._say(BUSY)
            return
        self._asking = False
        self._next()

    def _chat(self, asked: dict[str, Any]) -> None:
        words = asked.get("message") or asked.get("messages")
        said = (
            "According to the report, cells became cheap and connections did not." if words else "No message provided."
        )
        self._say({"type": "chat", "content": said, "role": "assistant", "metadata": None})
        self._flush()

    def _next(self) -> None:
        if self._beats:
            self._later("beat", self._beats[0].after, self._play)
        elif self._script is not None and self._script.beats[-1].what == "log":
            self._beats = [Beat(0.0, "hang")]  # it waits for an answer from upstream that never comes

    def _play(self) -> None:
        beat = self._beats.pop(0)
        if beat.what == "log":
            self._say(beat.value)
        elif beat.what == "report":
            self._say({"type": "report", "output": beat.value})
        elif beat.what == "path":
            self._say({"type": "path", "output": self._work.publish(self._task, beat.value)})
        elif beat.what == "error":
            self._say({"type": "logs", "content": "error", "output": f"Error: {beat.value}"})
        elif beat.what == "ask":
            self._asking = True
            self._say({"type": "human_feedback", "content": "request", "output": beat.value, "metadata": None})
        else:
            self._end(beat)
            return
        self._flush()
        if not self._asking:
            self._next()

    def _end(self, beat: Beat) -> None:
        self.lost()
        if beat.what == "deaf":
            self._deaf = True
        elif beat.what == "close":
            self._socket.send_close(beat.value)
            self._flush()
        else:
            self._transport.close()

    def _left(self) -> None:
        """The client closed. What was about to be said goes out all the same, before the close is answered."""
        late = self._script.late if self._script is not None and self._runs else 0
        for _ in range(late):
            body = json.dumps(LATE, ensure_ascii=False).encode()
            self._transport.write(SocketFrame(Opcode.TEXT, body).serialize(mask=False))
        self.lost()

    def _ping(self) -> None:
        if self._socket.state is State.OPEN:
            self._socket.send_ping(b"demo")
            self._flush()
            self._later("ping", PING_S, self._ping)

    def _say(self, value: Any) -> None:
        if self._socket.state is State.OPEN:
            self._socket.send_text(json.dumps(value, ensure_ascii=False).encode())

    def _later(self, name: str, seconds: float, then: Any) -> None:
        self._timers[name] = self._clock.later(seconds, then)

    def _flush(self) -> None:
        for data in self._socket.data_to_send():
            if self._transport.is_closing():
                return
            if data:
                self._transport.write(data)
            else:
                self._transport.close()


def _object(words: str) -> dict[str, Any]:
    try:
        value = json.loads(words)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
