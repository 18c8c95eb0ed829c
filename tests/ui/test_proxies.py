from __future__ import annotations

import json

from pytestqt.qtbot import QtBot

from inspector.ui.proxies import Proxies, Proxy, Running


def line(**more: object) -> bytes:
    proxy = {"url": "http://127.0.0.1:1", "base": "http://127.0.0.1:1/v1", "port": 1, "upstream": "https://x/v1"}
    return json.dumps({"proxy": {**proxy, **more}, "record": "/tmp/a.session"}).encode()


def test_its_first_line_says_where_it_listens(qtbot: QtBot) -> None:
    proxy, told = Proxy("https://x/v1", 0), list[Running]()
    proxy.listens.connect(told.append)
    proxy._begun(b"no json")
    proxy._begun(b'{"exchange": {}}')
    assert told == []
    proxy._begun(line())
    assert (told[0].port, told[0].base, str(told[0].record)) == (1, "http://127.0.0.1:1/v1", "/tmp/a.session")


def test_the_token_is_in_the_environment_and_not_in_the_words(qtbot: QtBot) -> None:
    proxy = Proxy("https://x/v1", 0)
    proxy._begun(line())
    assert proxy.running is not None
    assert len(proxy.running.token) >= 24
    assert proxy.running.token not in " ".join(proxy.process.arguments())
    assert proxy.process.processEnvironment().value("STREAM_INSPECTOR_PROXY_TOKEN") == proxy.running.token


def test_without_a_proxy_there_is_nothing_to_warn_of(qtbot: QtBot) -> None:
    proxies = Proxies()
    assert proxies.warning() == ""
    proxy = Proxy("https://x/v1", 0, proxies)
    proxies.all.append(proxy)
    assert proxies.warning() == ""
    proxy._begun(line())
    assert "port 1" in proxies.warning()
    proxies.all = []
    proxies.close()
