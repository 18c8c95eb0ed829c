from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.errors import UserError
from inspector.store.settings import (
    HOME,
    PATTERNS,
    RECENTS,
    SavedConnection,
    Settings,
    sessions_folder,
    settings_folder,
)


def test_the_environment_moves_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = settings_folder(), sessions_folder()
    assert all("stream-inspector" in str(folder) for folder in usual)
    monkeypatch.setenv(HOME, str(tmp_path))
    assert (settings_folder(), sessions_folder()) == (tmp_path, tmp_path / "sessions")
    Settings.load().save()
    assert (tmp_path / "settings.json").exists()


def test_everything_is_there_again(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    settings = Settings.load(folder)
    assert (settings.recents, settings.connections, settings.windows, settings.preferences) == ([], [], {}, {})
    connection = SavedConnection("http://h:1", "langgraph", "mine", (("api-version", "v1"),), {"x-a": "ENV"}, True)
    settings.add_recent(tmp_path / "ä.session")
    settings.keep_connection(connection)
    settings.windows["main"] = "AAAA"
    settings.preferences["theme"] = "dark"
    settings.save()
    again = Settings.load(folder)
    assert again == settings
    assert again.connections == [connection]
    assert list(folder.iterdir()) == [folder / "settings.json"]


def test_recent_files_are_few_and_each_once(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    for number in [*range(RECENTS + 5), 10]:
        settings.add_recent(tmp_path / str(number))
    assert len(settings.recents) == RECENTS
    assert [Path(name).name for name in settings.recents[:3]] == ["10", "24", "23"]


def test_no_secret_reaches_the_file(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    query = (("api-version", "v1"), ("api-key", "mysecret"))
    settings.keep_connection(SavedConnection("http://me:mysecret@h:1/?token=mysecret", query=query))
    settings.save()
    assert "mysecret" not in (tmp_path / "settings.json").read_text()
    assert settings.connections[0].query == (("api-version", "v1"),)


def test_a_server_is_kept_once_the_newest_first(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    for url, name in (("http://a", "1"), ("http://b", "2"), ("http://a", "3")):
        settings.keep_connection(SavedConnection(url, name=name))
    assert [(one.base_url, one.name) for one in settings.connections] == [("http://a", "3"), ("http://b", "2")]


@pytest.mark.parametrize("content", (b"", b"{", b"[1]", b"\xff", b"[" * 100_000))
def test_a_broken_file_is_set_aside_and_told_of(tmp_path: Path, content: bytes) -> None:
    for name in ("settings.broken.json", "settings.broken-2.json"):
        (tmp_path / "settings.json").write_bytes(content)
        settings = Settings.load(tmp_path)
        assert settings.note is not None
        assert settings.note.endswith(f"the old file is now {name}.")
        assert (tmp_path / name).read_bytes() == content
        settings.save()
        assert Settings.load(tmp_path).note is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(("recents", "connections", "windows", "preferences", "base_url", "query"))


@given(st.dictionaries(keys, json_values | st.lists(st.dictionaries(keys, json_values, max_size=3), max_size=2)))
def test_any_values_are_survived(tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]) -> None:
    folder = tmp_path_factory.mktemp("settings")
    (folder / "settings.json").write_text(json.dumps(values))
    settings = Settings.load(folder)
    assert settings.note is None
    settings.save()
    assert Settings.load(folder) == settings


def test_what_only_other_versions_know_is_kept(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"recents": ["a"], "future": {"x": 1}}')
    settings = Settings.load(tmp_path)
    settings.save()
    assert json.loads((tmp_path / "settings.json").read_bytes())["future"] == {"x": 1}


def test_a_place_that_takes_no_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"^The settings cannot be kept in "):
        Settings(tmp_path / "file" / "settings.json").save()
    (tmp_path / "settings.json").mkdir()
    note = Settings.load(tmp_path).note
    assert note is not None
    assert "cannot be read" in note


def test_own_patterns_are_the_lines_that_say_something(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    assert settings.patterns == []
    settings.windows[PATTERNS] = "a+\n\n  \nb c"
    assert settings.patterns == ["a+", "b c"]


def test_the_thresholds_of_a_server_come_back_and_nonsense_does_not(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    settings.keep_connection(SavedConnection("http://h", limits={"silence": 90.0}))
    settings.save()
    assert Settings.load(tmp_path).connections[0].limits == {"silence": 90.0}
    odd = {"silence": "long", "answer": True, "start": -1, "x": 10**9, "y": 5}
    values = {"connections": [{"base_url": "http://h", "limits": odd}, {"base_url": "http://i", "limits": 3}]}
    (tmp_path / "settings.json").write_text(json.dumps(values))
    assert [one.limits for one in Settings.load(tmp_path).connections] == [{"y": 5.0}, {}]
