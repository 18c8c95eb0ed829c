"""Leaving runs without harm: where closing our connection may cancel a run, a person is asked first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from inspector.present.runlist import short_id
from inspector.present.words import listed
from inspector.services.hub import LIVE, Hub
from inspector.services.model import RunId

HARM = ("cancels", "unknown")


def at_risk(hub: Hub, connection: str | None = None) -> list[RunId]:
    """The live runs that may come to harm when we leave; only those of one connection, if it is named."""
    return [
        run
        for run in hub.runs(LIVE)
        if harmed(hub, run) and (connection is None or hub.case(run).run.connection == connection)
    ]


def harmed(hub: Hub, run: RunId) -> bool:
    """Whether closing the connection that we hold open may end this run."""
    return closing_of(hub, run) in HARM


def closing_of(hub: Hub, run: RunId) -> str:
    """What closing our connection does to it. One that nobody watches may hang on a request that nobody answered."""
    state = hub.watching(run)
    if state is None and run.book == LIVE:
        held = any(link.opened.cancels_on_close and link.last is None for link in hub.case(run).links())
        return "cancels" if held else "passive"
    return "passive" if state is None or state.polls or not state.active else state.closing


def ask(
    parent: QWidget, hub: Hub, runs: list[RunId], act: Callable[[], object], besides: str = ""
) -> QMessageBox | None:
    """Do it at once where no run is at risk; else open a box, and do it when that is confirmed.

    ``besides``: what else would come to harm, in a sentence.
    """
    if not runs and not besides:
        act()
        return None
    told = " ".join(filter(None, (sentence(hub, runs) if runs else "", besides)))
    box = QMessageBox(QMessageBox.Icon.Warning, _tr("Leave running runs?"), told, parent=parent)
    box.setInformativeText(_tr("A recording of what came so far is kept in any case."))
    leave = box.addButton(_tr("Leave"), QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton(_tr("Stay"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.buttonClicked.connect(lambda button: act() if button is leave else None)
    box.open()
    return box


def sentence(hub: Hub, runs: list[RunId]) -> str:
    """What leaving would do to these runs."""
    names = listed([short_id(hub.case(run).run.id) for run in runs])
    if all(closing_of(hub, run) == "cancels" for run in runs):
        return _tr("Closing cancels %1 on the server: this connection carries it.").replace("%1", names)
    said = _tr("Closing may cancel %1 on the server: nobody knows what it does when its watcher leaves.")
    return said.replace("%1", names)


def _tr(text: str) -> str:
    return QCoreApplication.translate("leaving", text)
