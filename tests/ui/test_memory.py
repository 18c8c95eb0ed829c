"""What the window remembers."""

from __future__ import annotations

from inspector.ui.memory import Forgetful, NoKeys, SavedServer


def test_values_recents_and_servers_are_kept_newest_first() -> None:
    memory = Forgetful()
    memory.put("a", "1")
    assert (memory.get("a"), memory.get("b")) == ("1", None)
    for name in ("x", "y", "x"):
        memory.remember(name)
    assert memory.recents() == ["x", "y"]
    memory.keep_server(SavedServer("http://a"))
    memory.keep_server(SavedServer("http://b"))
    memory.keep_server(SavedServer("http://a", "langgraph"))
    assert [(server.base_url, server.protocol) for server in memory.servers()] == [
        ("http://a", "langgraph"),
        ("http://b", None),
    ]
    memory.forget_server("http://a")
    assert [server.base_url for server in memory.servers()] == ["http://b"]


async def test_without_a_keychain_nothing_is_kept() -> None:
    keys = NoKeys()
    await keys.keep("http://a", "k")
    await keys.forget("http://a")
    assert await keys.get("http://a") is None
    assert not await keys.available()
    assert keys.variable("PATH") is None
