from __future__ import annotations

from collections.abc import Iterator

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from inspector.domain.errors import UserError
from inspector.store.secrets import Keychain, server_name


class Memory(KeyringBackend):
    """A keychain in memory. With ``fault``, every question ends in it."""

    priority = 1.0

    def __init__(self, fault: Exception | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.fault = fault

    def _check(self) -> None:
        if self.fault is not None:
            raise self.fault

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_a_secret_is_kept_by_its_server() -> None:
    backend = Memory()
    keyring.set_keyring(backend)
    keychain = Keychain()
    assert keychain.available
    assert keychain.keep("http://Host:8123/api/", "s1")
    assert backend.kept == {("stream-inspector", "http://host:8123/api"): "s1"}
    assert keychain.get("http://me@host:8123/api") == "s1"
    assert keychain.get("http://host:8124/api") is None
    keychain.forget("http://host:8123/api")
    keychain.forget("http://host:8123/api")
    assert keychain.get("http://host:8123/api") is None


@pytest.mark.parametrize("backend", (keyring.backends.fail.Keyring, keyring.backends.null.Keyring))
def test_no_keychain_is_no_error(backend: type[KeyringBackend]) -> None:
    keyring.set_keyring(backend())
    keychain = Keychain()
    assert not keychain.available
    assert keychain.get("http://h") is None
    assert keychain.keep("http://h", "s") is False
    keychain.forget("http://h")


def test_a_backend_that_does_not_fit_the_system_is_none() -> None:
    class Unfit(Memory):
        @property
        def priority(self) -> float:  # type: ignore[override]
            raise RuntimeError("needs a desktop")

    keyring.set_keyring(Unfit())
    assert not Keychain().available
    assert Keychain().get("http://h") is None


@pytest.mark.parametrize(
    "fault, words",
    (
        (KeyringLocked("Failed to unlock the collection!"), "it is locked"),
        (PasswordDeleteError("no such thing."), "no such thing"),
        (OSError("the bus\nis gone"), "the bus"),
        (RuntimeError(), "RuntimeError"),
    ),
)
def test_a_keychain_that_refuses_says_why_in_one_sentence(fault: Exception, words: str) -> None:
    keyring.set_keyring(Memory(fault))
    keychain = Keychain()
    with pytest.raises(UserError) as caught:
        keychain.get("http://h")
    assert str(caught.value) == f"The keychain gave no key: {words}."
    with pytest.raises(UserError) as caught:
        keychain.keep("http://h", "s")
    assert str(caught.value) == f"The keychain did not take the key: {words}."
    with pytest.raises(UserError):
        keychain.forget("http://h")


def test_the_name_of_a_server_holds_no_secret() -> None:
    assert server_name(" HTTPS://me:secret@Example.com:8/V1/?key=secret#secret ") == "https://example.com:8/V1"
