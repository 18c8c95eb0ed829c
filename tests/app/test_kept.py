"""What is remembered."""

from __future__ import annotations

from pathlib import Path

from inspector.app.kept import Kept
from inspector.app.start import mode_of
from inspector.store.settings import Settings
from inspector.ui.memory import SavedServer
from inspector.ui.theme import Mode


def test_memory_outlives_the_program_without_secrets(tmp_path: Path) -> None:
    kept = Kept(Settings.load(tmp_path))
    kept.put("theme", "dark")
    kept.remember("/a/b.session")
    kept.keep_server(
        SavedServer(
            "https://user:pw@h/x", "langgraph", "mine", (("code", "s3"), ("api-version", "1")), {"x": "X"}, True
        )
    )
    again = Settings.load(tmp_path)
    assert mode_of(again) is Mode.DARK
    assert Kept(again).recents() == ["/a/b.session"]
    (server,) = Kept(again).servers()
    assert (server.protocol, server.name, dict(server.variables), server.has_key) == (
        "langgraph",
        "mine",
        {"x": "X"},
        True,
    )
    assert b"pw" not in (tmp_path / "settings.json").read_bytes()
    Kept(again).forget_server(server.base_url)
    assert not Kept(Settings.load(tmp_path)).servers()
    again.windows["theme"] = "plaid"
    assert mode_of(again) is Mode.SYSTEM
