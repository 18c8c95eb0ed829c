"""Secrets in the keychain of the system, by the server that they are for. A system without one is not an error."""

from __future__ import annotations

from urllib.parse import urlsplit

from inspector.domain.errors import UserError

SERVICE = "stream-inspector"


class Keychain:
    """The keychain, if there is one. Asking may open a dialog of the system and wait for it: not for the UI's thread.

    The library behind it is slow to import, so that is done at the first question.
    """

    @property
    def available(self) -> bool:
        """Whether there is one that keeps anything."""
        from keyring import get_keyring
        from keyring.backends.fail import Keyring as NoKeyring
        from keyring.errors import KeyringError

        try:
            backend = get_keyring()
            # A backend that does not fit the system says so by raising when it is asked for its priority.
            return not isinstance(backend, NoKeyring) and backend.priority > 0
        except (KeyringError, RuntimeError, ImportError, OSError):
            return False

    def get(self, server: str) -> str | None:
        """The secret for this base URL, or None. UserError where the keychain is locked or refuses."""
        import keyring

        if not self.available:
            return None
        try:
            return keyring.get_password(SERVICE, server_name(server))
        except Exception as error:
            raise UserError(f"The keychain gave no key: {_words(error)}.") from error

    def keep(self, server: str, secret: str) -> bool:
        """Keeps the secret; False where there is no keychain. UserError where it is locked or refuses."""
        import keyring

        if not self.available:
            return False
        try:
            keyring.set_password(SERVICE, server_name(server), secret)
        except Exception as error:
            raise UserError(f"The keychain did not take the key: {_words(error)}.") from error
        return True

    def forget(self, server: str) -> None:
        """Removes the secret if there is one. UserError where the keychain is locked or refuses."""
        import keyring

        if self.get(server) is None:
            return
        try:
            keyring.delete_password(SERVICE, server_name(server))
        except Exception as error:
            raise UserError(f"The keychain did not remove the key: {_words(error)}.") from error


def server_name(url: str) -> str:
    """What stands for a server in the keychain: its base URL, without login, query, case of the host and last slash."""
    parts = urlsplit(url.strip())
    host = (parts.netloc.rpartition("@")[2]).lower()
    return f"{parts.scheme.lower()}://{host}{parts.path.rstrip('/')}"


def _words(error: Exception) -> str:
    from keyring.errors import KeyringLocked

    if isinstance(error, KeyringLocked):
        return "it is locked"
    text = str(error).strip().rstrip(".").split("\n")[0]
    return text or type(error).__name__
