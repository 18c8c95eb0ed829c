"""Makes forms for tests."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.domain.actions import Action
from inspector.ui.sheets.form import Form
from inspector.ui.sheets.forms import form_for
from inspector.ui.theme import Mode, Theme


def made(qtbot: QtBot, qapp: QApplication, kind: str, context: dict[str, Any] | None = None, data: Any = None) -> Form:
    """The form of an action of this kind."""
    action = Action("act", "Act", "does it", form=kind, context=context or {}, data=data)
    found = form_for(Theme(qapp, Mode.LIGHT), action)
    qtbot.addWidget(found)
    return found
