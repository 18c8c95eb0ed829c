"""The real parts have the shapes that the services want; mypy is the judge, this file is what it reads."""

from __future__ import annotations

from pathlib import Path

from inspector.services.ports import HttpClient, Log, SessionWriter, Store
from inspector.store.files import Files
from inspector.transport.http import HttpClient as RealClient


def client() -> HttpClient:
    return RealClient("http://127.0.0.1:9")


def store() -> Store:
    return Files()


def test_the_real_store_and_client_can_be_put_in(tmp_path: Path) -> None:
    path = tmp_path / "a.session"
    writer: SessionWriter = store().record(path, {}, 0.0)
    writer.close()
    log: Log = store().open_log(path)
    assert (list(log), log.live, log.recovered) == ([], False, None)
    log.close()
    assert client() is not None
