"""The faults that are ours. What a peer does wrong is data, never one of these."""

from __future__ import annotations


class UserError(Exception):
    """Something given to us cannot be used. The message is one sentence in the user's terms."""


class Refused(Exception):
    """An action that cannot work now. The message is the reason, as shown to the user."""
