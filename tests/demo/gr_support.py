"""A socket to the simulated GPT-Researcher server, without a network: bytes from one protocol object to the other."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from inspector.capture.http import Request
from inspector.demo.gr_server import Researcher
from tests.demo.support import HandClock


class Wire(asyncio.Transport):
    """What the server writes."""

    def __init__(self) -> None:
        super().__init__()
        self.out = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.out += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


class Visit:
    """One client of a server of its own, or of ``server``."""

    def __init__(self, clock: HandClock | None = None, server: Researcher | None = None) -> None:
        self.clock = clock or HandClock()
        self.server = server or Researcher(self.clock)
        self.wire = Wire()
        self.frames: list[Frame] = []
        self._client = ClientProtocol(parse_uri("ws://127.0.0.1/ws"))
        request = self._client.connect()
        self._client.send_request(request)
        raw = b"".join(self._client.data_to_send())
        headers = {name.lower(): value for name, value in request.headers.raw_items()}
        upgraded = self.server.upgrade(Request("GET", "/ws", headers, raw=raw), self.wire)
        assert upgraded is not None
        self.socket = upgraded
        self._read()

    def say(self, text: str) -> None:
        self._client.send_text(text.encode())
        self._send()

    def start(self, task: str, **more: Any) -> None:
        self.say("start " + json.dumps({"task": task, "report_type": "research_report", "tone": "Objective", **more}))

    def close(self) -> None:
        self._client.send_close(1000)
        self._send()

    def turn(self, seconds: float) -> None:
        self.clock.turn(seconds)
        self._read()

    def texts(self) -> list[Any]:
        return [json.loads(bytes(each.data)) for each in self.frames if each.opcode is Opcode.TEXT]

    def steps(self) -> list[str]:
        return [each.get("content") or each.get("type") or "accepted" for each in self.texts()]

    def ops(self) -> list[Opcode]:
        return [each.opcode for each in self.frames]

    def _send(self) -> None:
        self.socket.received(b"".join(self._client.data_to_send()))
        self._read()

    def _read(self) -> None:
        data, self.wire.out = self.wire.out, b""
        if data:
            self._client.receive_data(data)
        self.frames += [event for event in self._client.events_received() if isinstance(event, Frame)]
