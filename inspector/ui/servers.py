"""Connecting to servers, and knowing those that were connected to before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from inspector.domain.case import Thresholds
from inspector.domain.errors import UserError
from inspector.present.credentials import key_headers
from inspector.services.model import Connection, ConnectionSpec, Doctor
from inspector.ui.desk import Desk
from inspector.ui.memory import Keys, Memory, SavedServer

LIMITS = {"silence": "silence", "answer": "no_headers", "start": "not_started"}
"""What can be set for each server: its name here, and that of the threshold."""

KEY = "KEY"
"""What stands for a typed key in a shown request."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A connection as it was typed. ``headers`` are lower-case names with values; a value ``$NAME`` is a variable's.

    In seconds: ``silence`` without content makes a run stalled, ``answer`` without headers or a first event and
    ``start`` in the queue are findings.
    """

    base_url: str
    protocol: str | None = None
    query: tuple[tuple[str, str], ...] = ()
    key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    silence: float = Thresholds().silence
    answer: float = Thresholds().no_headers
    start: float = Thresholds().not_started
    verify_tls: bool = True
    name: str = ""


class Servers(QObject):
    """``changed`` tells that others are offered now. All failures are UserErrors with one sentence."""

    changed = Signal()

    def __init__(self, desk: Desk, memory: Memory, keys: Keys, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._memory = memory
        self.keys = keys

    def saved(self) -> Sequence[SavedServer]:
        """The servers of earlier times that are not connected now."""
        connected = {connection.spec.base_url for connection in self._desk.hub.connections()}
        return [server for server in self._memory.servers() if server.base_url not in connected]

    def forget(self, server: SavedServer) -> None:
        """Offer it no more; its key goes, too."""
        self._memory.forget_server(server.base_url)
        self.changed.emit()
        if server.has_key:
            self._desk.start("forget the key", self.keys.forget(server.base_url))

    def spec(self, wanted: Wanted) -> ConnectionSpec:
        """What was typed as a connection."""
        headers: dict[str, str] = {}
        variables: dict[str, str] = {}
        for header in key_headers(wanted.base_url, wanted.protocol) if wanted.key else ():
            headers[header.name], variables[header.name] = header.fill(wanted.key), KEY
        for name, text in wanted.headers.items():
            headers[name], variables[name] = self._value(name, text)
        usual = Thresholds()
        silences = Thresholds(
            no_headers=wanted.answer,
            no_events=wanted.answer,
            silence=wanted.silence,
            silence_error=wanted.silence * usual.silence_error / usual.silence,
            not_started=wanted.start,
        )
        return ConnectionSpec(
            wanted.base_url,
            wanted.protocol,
            wanted.name,
            headers,
            wanted.query,
            variables,
            silences,
            wanted.verify_tls,
        )

    async def open(self, wanted: Wanted, doctor: Doctor | None = None, keep_key: bool = False) -> Connection:
        """Connect to what was typed. A keychain that takes no key is told of; the connection stands."""
        spec, has_key = self.spec(wanted), False
        connection = await self._desk.hub.connect(spec, doctor)
        if keep_key and wanted.key:
            try:
                await self.keys.keep(spec.base_url, wanted.key)
                has_key = True
            except UserError as error:
                self._desk.complained.emit(str(error))
        self.remember(connection, has_key)
        return connection

    def remember(self, connection: Connection, has_key: bool = False) -> None:
        """Offer this server again later. ``has_key``: the keychain has its key by now."""
        spec = connection.spec
        known = next((one for one in self._memory.servers() if one.base_url == spec.base_url), None)
        has_key = has_key or (known is not None and known.has_key)
        variables = {name: variable for name, variable in spec.variables.items() if variable != KEY}
        self._memory.keep_server(
            SavedServer(
                spec.base_url, connection.protocol, spec.name, spec.query, variables, has_key, _unusual(spec.thresholds)
            )
        )
        self.changed.emit()

    async def again(self, server: SavedServer) -> Connection:
        """Connect as before, with the key of the keychain and the values of the environment."""
        key = await self.keys.get(server.base_url) if server.has_key else None
        if server.has_key and not key:
            raise UserError(self.tr("The keychain has no key for this server any more."))
        return await self.open(wanted_again(server, key or ""))

    def _value(self, name: str, text: str) -> tuple[str, str]:
        """A header's value, and the variable that stands for it in a shown request."""
        if not text.startswith("$"):
            return text, name.upper().replace("-", "_")
        value = self.keys.variable(text[1:])
        if not value:
            said = self.tr("The environment variable %1 is not set: type the value of the header %2.")
            raise UserError(said.replace("%1", text[1:]).replace("%2", name))
        return value, text[1:]


def wanted_again(server: SavedServer, key: str = "") -> Wanted:
    """What has to be typed to connect to a server as before."""
    headers = {name: f"${variable}" for name, variable in server.variables.items()}
    usual = Wanted("")
    limits = {name: server.limits.get(name, getattr(usual, name)) for name in LIMITS}
    return Wanted(server.base_url, server.protocol, server.query, key, headers, name=server.name, **limits)


def _unusual(thresholds: Thresholds) -> dict[str, float]:
    """The limits that were set for this server, by their names."""
    usual = Thresholds()
    return {
        name: getattr(thresholds, of) for name, of in LIMITS.items() if getattr(thresholds, of) != getattr(usual, of)
    }
