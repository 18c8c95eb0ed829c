from __future__ import annotations

import os
from pathlib import Path

from inspector.capture import tokens


def test_a_token_is_kept_for_its_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    token = tokens.new()
    path = tokens.keep(folder, 8123, token)
    assert tokens.find(folder, 8123) == token
    assert len(token) >= 32
    assert os.name != "posix" or path.stat().st_mode & 0o077 == 0
    assert tokens.find(folder, 8124) is None


def test_the_next_proxy_on_a_port_has_a_token_of_its_own(tmp_path: Path) -> None:
    tokens.keep(tmp_path, 1, "old")
    tokens.keep(tmp_path, 1, "new")
    assert tokens.find(tmp_path, 1) == "new"
    tokens.forget(tmp_path, 1)
    tokens.forget(tmp_path, 1)
    assert tokens.find(tmp_path, 1) is None
