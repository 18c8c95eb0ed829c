"""The faults that are ours. What a peer does wrong is data, never one of these."""

from __future__ import annotations


class UserError(Exception):
    """Something given to us cannot be used. The message is one sentence in the user's terms.

    ``unreachable``: it is an address at which nothing could be reached.
    """

    def __init__(self, sentence: str, unreachable: bool = False) -> None:
        super().__init__(sentence)
        self.unreachable = unreachable


class Refused(Exception):
    """An action that cannot work now. The message is the reason, as shown to the user."""
