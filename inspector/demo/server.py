"""The demo server: the simulated backends behind one port of the loopback interface, and the scenes on them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from inspector.capture.http import HttpServer, Reply, Request, Upgraded
from inspector.demo import ag_app, ag_scenes, gr_scenes, rs_scenes, scenes
from inspector.demo.as_engine import Assistants
from inspector.demo.as_http import AssistantsHttp
from inspector.demo.as_scripts import ASSISTANTS
from inspector.demo.clock import Clock, LoopClock
from inspector.demo.gr_server import BASE as RESEARCHER_BASE
from inspector.demo.gr_server import Researcher
from inspector.demo.lg_engine import LangGraph
from inspector.demo.lg_graphs import GRAPHS
from inspector.demo.lg_http import LangGraphHttp
from inspector.demo.routes import Answer
from inspector.demo.rs_engine import Responses
from inspector.demo.rs_http import PATHS as RESPONSES_PATHS
from inspector.demo.rs_http import ResponsesHttp
from inspector.demo.rs_models import MODELS
from inspector.demo.scenes import Scene
from inspector.domain.errors import UserError

SCENES: tuple[Scene, ...] = (*scenes.SCENES, *rs_scenes.SCENES, *ag_scenes.SCENES, *gr_scenes.SCENES)
"""The scenes of all backends."""


class DemoServer:
    """A server of several protocols. Make one with :meth:`start`, and close it with :meth:`aclose`.

    ``through`` is the address of a capture proxy for its Responses server, by way of which the apps of scenes talk;
    None: they talk to the server itself, and nobody sees their traces.
    """

    def __init__(self, clock: Clock, app: _All, http: HttpServer) -> None:
        self._clock = clock
        self._app = app
        self._http = http
        self._scenes = {scene.name: scene for scene in SCENES}
        self.url_langgraph = http.url
        self.url_assistants = f"{http.url}/v1"
        self.url_responses = f"{http.url}/v1"
        self.url_gpt_researcher = http.url + RESEARCHER_BASE
        self.researcher = app.researcher
        app.langgraph.url = http.url
        self.through: str | None = None
        self._apps: list[ag_app.TeamApp] = []

    @classmethod
    async def start(
        cls, port: int = 0, *, speed: float = 1.0, heartbeat_s: float = 5.0, clock: Clock | None = None
    ) -> DemoServer:
        """Begin to listen on 127.0.0.1; port 0 takes a free one. Time goes ``speed`` times as fast as it does, or as
        ``clock`` says. Keep-alives go out every ``heartbeat_s`` of these seconds.

        Raises UserError where the port cannot be had.
        """
        clock = clock or LoopClock(speed)
        app = _All(clock, heartbeat_s)
        try:
            http = await HttpServer.start(app, port)
        except OSError as problem:
            clock.close()
            raise UserError(f"Port {port} of this machine cannot be used: {problem.strerror}.") from problem
        return cls(clock, app, http)

    def url_of(self, protocol: str) -> str:
        """Where the backend of this protocol is."""
        urls = {
            "langgraph": self.url_langgraph,
            "assistants": self.url_assistants,
            "responses": self.url_responses,
            "gpt_researcher": self.url_gpt_researcher,
            ag_scenes.AGENTS: self.through or self._http.url,
        }
        return urls[protocol]

    @property
    def scenes(self) -> Sequence[Scene]:
        """All scenes, with the thread and run of each one's last play."""
        return tuple(self._scenes.values())

    async def play(self, name: str) -> Scene:
        """Begin a scene anew, as if an app had started it; in some seconds it shows its point. Raises UserError where
        there is no scene of that name."""
        if name not in self._scenes:
            raise UserError(f"There is no scene “{name}”. There are: {', '.join(self._scenes)}.")
        scene = self._scenes[name]
        if scene.protocol == ag_scenes.AGENTS:
            app = ag_app.TeamApp(self.through or self._http.url, scenes.QUESTION)
            self._apps.append(app)
            app.start()
            played = replace(scene, thread=app.trace)
        elif scene.protocol == rs_scenes.RESPONSES:
            played = rs_scenes.play(scene, self._app.responses)
        elif scene.protocol == gr_scenes.RESEARCHER:
            played = gr_scenes.play(scene)
        else:
            played = scenes.play(scene, self._app.langgraph, self._app.assistants)
        self._scenes[name] = played
        return played

    async def aclose(self) -> None:
        """Drop all connections, stop all runs and apps, and listen no more."""
        for app in self._apps:
            app.close()
        await self._http.aclose()
        self._clock.close()


class _All:
    """Sends a request to the backend that its path belongs to."""

    def __init__(self, clock: Clock, beat_every: float) -> None:
        self.langgraph = LangGraph(clock, GRAPHS)
        self.assistants = Assistants(clock, ASSISTANTS)
        self.responses = Responses(clock, (*MODELS, *ag_app.MODELS))
        self.researcher = Researcher(clock)
        self._langgraph = LangGraphHttp(self.langgraph, beat_every).routes
        self._assistants = AssistantsHttp(self.assistants, beat_every).routes
        self._responses = ResponsesHttp(self.responses, beat_every).routes

    def answer(self, request: Request, reply: Reply) -> None:
        """Answer now or later."""
        if request.path == "/":
            bases = {"assistants": "/v1", "responses": "/v1", "gpt_researcher": RESEARCHER_BASE}
            self._langgraph.send(reply, Answer(200, {"name": "Stream Inspector demo server", **bases}))
        elif request.path.startswith(RESPONSES_PATHS):
            self._responses.answer(request, reply)
        elif self.researcher.serves(request.path):
            self.researcher.answer(request, reply)
        elif request.path.startswith("/v1/"):
            self._assistants.answer(request, reply)
        else:
            self._langgraph.answer(request, reply)

    def upgrade(self, request: Request, transport: asyncio.Transport) -> Upgraded | None:
        """The sockets of the GPT-Researcher server; no other has any."""
        return self.researcher.upgrade(request, transport)
