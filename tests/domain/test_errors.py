"""Our own faults."""

from __future__ import annotations

from inspector.domain.errors import Refused, UserError


def test_the_sentence_is_the_message() -> None:
    assert str(UserError("No such file.")) == "No such file."
    assert str(Refused("It is over.")) == "It is over."


def test_an_address_where_nothing_answers_is_told_apart() -> None:
    assert UserError("x", unreachable=True).unreachable
    assert not UserError("x").unreachable
