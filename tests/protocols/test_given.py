"""What a person gives to an action."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.actions import Action
from inspector.domain.errors import Refused, UserError
from inspector.protocols.given import allow, object_of, output_text

OFFERED = (Action("cancel", "Cancel", "It ends."), Action("resume", "Resume", "It goes on.", why_not="Nothing waits."))


def test_what_cannot_be_done_now_is_refused_with_its_reason() -> None:
    allow("cancel", OFFERED)
    with pytest.raises(Refused, match="Nothing waits"):
        allow("resume", OFFERED)
    with pytest.raises(UserError, match="there are cancel, resume"):
        allow("dance", OFFERED)


def test_an_object_may_come_as_its_text() -> None:
    assert object_of({1: "a"}) == object_of('{"1": "a"}') == {"1": "a"}


@pytest.mark.parametrize("data", [None, "", "[]", "{", [1], 3])
def test_anything_else_is_answered_in_the_words_of_the_action(data: Any) -> None:
    with pytest.raises(UserError, match="Say who"):
        object_of(data, "Say who.")


def test_an_output_that_is_no_text_is_written_as_json() -> None:
    assert (output_text("as it is"), output_text({"é": None})) == ("as it is", '{"é": null}')
    with pytest.raises(UserError, match="not <object"):
        output_text(object())
