"""What proves the worst finding, until somebody chooses a row."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from inspector.ui.detail.proof import Proof
from tests.ui.picture import desk_with

pytestmark = pytest.mark.qt_loop


async def test_the_worst_finding_is_proved_until_a_row_is_chosen(qtbot: QtBot) -> None:
    async with desk_with("langgraph/node_error") as (desk, run):
        proof = Proof(desk)
        qtbot.addWidget(proof)
        worst = desk.hub.verdict(run).findings[0]
        proof.begin()
        assert proof.place == (run.book, worst.frames[0])
        assert proof.text().startswith(f"#{worst.frames[0]} shows it: ")
        assert not proof.renew(), "nothing new"
        proof.leave()
        desk.show_run(None)
        assert not proof.renew()
        proof.begin()
        assert proof.place is None
