"""Connecting, and remembering servers without their secrets."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.domain.errors import UserError
from inspector.ui.memory import SavedServer
from inspector.ui.servers import Wanted, wanted_again
from tests.ui.stage import stage

pytestmark = pytest.mark.qt_loop


async def test_a_server_is_remembered_without_its_key_and_offered_again(qtbot: QtBot) -> None:
    async with stage() as on:
        servers = on.window.servers
        wanted = Wanted(on.server.url_langgraph, "langgraph", key="s3cret", headers={"x-team": "blue"})
        spec = servers.spec(wanted)
        assert spec.headers == {"x-api-key": "s3cret", "x-team": "blue"}
        assert spec.variables["x-api-key"] == "KEY"
        connection = await servers.open(wanted)
        kept = on.memory.servers()[0]
        assert "s3cret" not in repr(kept)
        assert servers.saved() == []
        await on.hub.disconnect(connection.id)
        await on.hub.disconnect(on.graphs.id)
        assert servers.saved() == [kept]
        servers.forget(kept)
        assert not on.memory.servers()


async def test_a_variable_that_is_not_set_is_told(qtbot: QtBot) -> None:
    async with stage() as on:
        again = wanted_again(SavedServer("http://127.0.0.1:9", variables={"x-team": "TEAM"}))
        assert again.headers == {"x-team": "$TEAM"}
        with pytest.raises(UserError, match="TEAM"):
            on.window.servers.spec(again)
        with pytest.raises(UserError, match="keychain"):
            await on.window.servers.again(SavedServer("http://127.0.0.1:9", has_key=True))


async def test_the_thresholds_of_a_server_are_kept_with_it(qtbot: QtBot) -> None:
    async with stage() as on:
        servers = on.window.servers
        wanted = Wanted(on.server.url_langgraph + "/", "langgraph", silence=90, answer=25, start=60)
        limits = servers.spec(wanted).thresholds
        assert (limits.silence, limits.silence_error, limits.not_started) == (90, 360, 60)
        assert (limits.no_headers, limits.no_events) == (25, 25)
        connection = await servers.open(wanted)
        kept = on.memory.servers()[0]
        assert kept.limits == {"silence": 90, "answer": 25, "start": 60}
        assert wanted_again(kept).answer == 25
        assert on.hub.connections()[-1].id == connection.id
        usual = servers.spec(Wanted("http://127.0.0.1:9"))
        assert usual.thresholds == type(usual.thresholds)()
