"""Event, Message, State, Raw: filled only when they are looked at."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from inspector.domain.frames import Frame
from inspector.present.raw import MOST, body_text, head_lines, values_of
from inspector.services.model import Change, RunId
from inspector.ui.desk import Desk
from inspector.ui.detail.conversation import conversation
from inspector.ui.detail.tree import JsonTree

EVENT, MESSAGE, STATE, RAW = range(4)
ABOUT = ("run", "thread", "state", "steps", "runs")


class DetailPanel(QTabWidget):
    """Shows the chosen frame, and the run in focus."""

    filled = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._frame: Frame | None = None
        self._whole = False
        self._stale = {EVENT, MESSAGE, STATE, RAW}
        self.setDocumentMode(True)
        self.event_tree = JsonTree(desk.theme, self.tr("The chosen event"), self)
        self.messages = QTextBrowser(self)
        self.messages.setAccessibleName(self.tr("Messages and tool calls so far"))
        self.state_tree = JsonTree(desk.theme, self.tr("What the server said of run, thread and state"), self)
        self.raw, self.more = QPlainTextEdit(self), QPushButton(self.tr("Show all of it"), self)
        self.raw.setReadOnly(True)
        self.raw.setAccessibleName(self.tr("The bytes as they came"))
        self.more.clicked.connect(self._show_whole)
        raw = QWidget(self)
        layout = QVBoxLayout(raw)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.raw, 1)
        layout.addWidget(self.more)
        for widget, title in (
            (self.event_tree, self.tr("Event")),
            (self.messages, self.tr("Message")),
            (self.state_tree, self.tr("State")),
            (raw, self.tr("Raw")),
        ):
            self.addTab(widget, title)
        self.currentChanged.connect(lambda _: self._fill())
        desk.focused.connect(self._focused)
        desk.changed.connect(self._changed)
        desk.theme.changed.connect(self._restyle)
        self._restyle()

    def show_frame(self, book: int, seq: int) -> None:
        """Show a frame of a book."""
        try:
            self._frame = self._desk.hub.frame(book, seq)
        except KeyError:
            self._frame = None
        self._whole = False
        self._stale |= {EVENT, RAW}
        self._fill()

    def _focused(self, run: RunId | None) -> None:
        self._frame = None
        self._stale |= {EVENT, MESSAGE, STATE, RAW}
        self._fill()

    def _changed(self, change: Change) -> None:
        run = self._desk.focus
        if run is not None and change.book == run.book and run.key in change.runs:
            self._stale |= {MESSAGE, STATE}
            self._fill()

    def _restyle(self) -> None:
        self.raw.setFont(self._desk.theme.mono())
        self._stale = {EVENT, MESSAGE, STATE, RAW}
        self._fill()

    def _fill(self) -> None:
        tab = self.currentIndex()
        if tab not in self._stale:
            return
        self._stale.discard(tab)
        (self._event, self._message, self._state, self._bytes)[tab]()
        self.filled.emit(tab)

    def _event(self) -> None:
        if self._frame is None:
            self.event_tree.show_values([(self.tr("Choose a row of the log"), "")])
        else:
            self.event_tree.show_values(values_of(self._frame))

    def _message(self) -> None:
        run = self._desk.focus
        if run is None:
            self.messages.setHtml("")
            return
        bar = self.messages.verticalScrollBar()
        at_end, place = bar.value() >= bar.maximum() - 4, bar.value()
        self.messages.setHtml(conversation(self._desk.hub.case(run).run, self._desk.theme))
        bar.setValue(bar.maximum() if at_end else place)

    def _state(self) -> None:
        run = self._desk.focus
        values: list[tuple[str, Any]] = []
        if run is not None:
            case = self._desk.hub.case(run)
            for about in ABOUT:
                said = case.said(about)
                if said is not None:
                    values.append((about, said.data if said.status == 200 else f"HTTP {said.status}"))
        self.state_tree.show_values(values or [(self.tr("The server was not asked yet"), "")])

    def _bytes(self) -> None:
        frame = self._frame
        if frame is None:
            self.raw.setPlainText("")
            self.more.hide()
            return
        head = "\n".join(head_lines(frame))
        body = body_text(frame.body, self._whole)
        cut = len(frame.body) > MOST and not self._whole
        rest = (
            f"\n⟪ {len(frame.body) - MOST:,} more bytes ⟫" if cut else f"\n⟪ end of chunk, {len(frame.body):,} bytes ⟫"
        )
        self.raw.setPlainText("\n\n".join(part for part in (head, body + rest if frame.body else "") if part))
        self.more.setVisible(cut)

    def _show_whole(self) -> None:
        self._whole = True
        self._stale.add(RAW)
        self._fill()
