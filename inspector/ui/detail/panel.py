"""Event, Message, State, Raw: filled only when they are looked at."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.frames import Frame
from inspector.present.assembled import gather, values_of
from inspector.present.raw import chunks_text
from inspector.services.hub import LIVE
from inspector.services.model import Change, RunId
from inspector.ui.blank import detail_titles, no_row
from inspector.ui.desk import Desk
from inspector.ui.detail.conversation import conversation
from inspector.ui.detail.proof import Proof
from inspector.ui.detail.tree import JsonTree
from inspector.ui.detail.witnesses import Witnesses
from inspector.ui.parts import Hinted, prose

EVENT, MESSAGE, STATE, RAW = range(4)
MOST_SPOTS = 500
"""So many places of what is looked for are shown in one text."""

ABOUT = ("run", "thread", "state", "steps", "runs", "command", "files", "report", "log file")


class DetailPanel(QTabWidget):
    """Shows the chosen frame, and the run in focus. ``filled`` names the tab that was filled, ``jumped`` a frame."""

    filled = Signal(int)
    jumped = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._frames: list[Frame] = []
        self._book = LIVE
        self._missing = False
        self._whole = False
        self._needle = ""
        self._stale = {EVENT, MESSAGE, STATE, RAW}
        self.setDocumentMode(True)
        self.comment = prose("", "code")
        self.event_tree = JsonTree(desk.theme, self.tr("The chosen event"), self)
        self.proof = Proof(desk, self)
        self.messages = QTextBrowser(self)
        self.messages.setOpenLinks(False)
        self.messages.setAccessibleName(self.tr("Messages and tool calls so far"))
        self.state_tree = JsonTree(desk.theme, self.tr("What the server said of run, thread and state"), self)
        self.witnesses = Witnesses(desk.theme, self)
        self.witnesses.jumped.connect(self.jumped)
        self.raw = QPlainTextEdit(self)
        self.raw.setReadOnly(True)
        self.raw.setAccessibleName(self.tr("The bytes as they came"))
        self.raw.setToolTip(self.tr("¬ is a line that is broken for display only"))
        self.more = QPushButton(self.tr("Show all of it"), self)
        self.copy = QPushButton(self.tr("Copy"), self)
        self.copy.setToolTip(self.tr("These bytes as text, unbroken"))
        self.more.clicked.connect(self._show_whole)
        self.copy.clicked.connect(self._copy)
        pages = (self._event(), self.messages, self._objects(), self._bytes())
        self.pages = [Hinted(page, self) for page in pages]
        for page, title in zip(self.pages, detail_titles(), strict=True):
            self.addTab(page, title)
        self.currentChanged.connect(lambda _: self._fill())
        desk.focused.connect(self._focused)
        desk.changed.connect(self._changed)
        desk.ticked.connect(self._ticked)
        desk.theme.changed.connect(self._restyle)
        self._restyle()

    def show_frame(self, book: int, seq: int) -> None:
        """Show a frame of a book, with the earlier chunks of what it completed."""
        self._book = book
        self._frames = self._gather(book, seq)
        self._missing = not self._frames
        self.proof.leave()
        self._whole = False
        self._stale |= {EVENT, RAW}
        self._fill()

    def seek(self, text: str) -> None:
        """Show in the bytes where this stands; an empty text shows it no more."""
        self._needle = text
        self._mark_needle(scroll=bool(text))

    def _focused(self, run: RunId | None) -> None:
        self._missing = False
        self.proof.begin()
        self._prove()
        self._stale |= {EVENT, MESSAGE, STATE, RAW}
        self._fill()

    def _changed(self, change: Change) -> None:
        run = self._desk.focus
        if change.kind == "remarks":
            self._show_comment()
        if run is not None and change.book == run.book and run.key in change.runs:
            self._stale |= {MESSAGE, STATE}  # filled at the next tick: a long text is not laid out at every flush

    def _ticked(self) -> None:
        """A silence grows, and with it what follows from it."""
        run = self._desk.focus
        if self.currentIndex() == STATE and run is not None:
            self.witnesses.show_verdict(self._desk.hub.verdict(run))
        if self.proof.renew():
            self._prove()
        self._fill()

    def _restyle(self) -> None:
        for tree in (self.event_tree, self.state_tree):
            tree.restyle()
        self._stale = {EVENT, MESSAGE, STATE, RAW}
        self._fill()

    def _fill(self) -> None:
        tab = self.currentIndex()
        if tab not in self._stale:
            return
        self._stale.discard(tab)
        hint = (self._show_event, self._show_messages, self._show_state, self._show_bytes)[tab]()
        self.pages[tab].show_hint(hint)
        self.filled.emit(tab)

    def _gather(self, book: int, seq: int) -> list[Frame]:
        try:
            return gather(seq, lambda number: self._desk.hub.frame(book, number))
        except KeyError:
            return []

    def _prove(self) -> None:
        self._frames = []
        if self.proof.place is not None:
            self._book = self.proof.place[0]
            self._frames = self._gather(*self.proof.place)
        self._stale |= {EVENT, RAW}

    def _no_frame(self) -> str:
        if self._missing:
            return self.tr("The bytes of this row could not be kept.")
        return no_row()

    def _show_event(self) -> str | None:
        if not self._frames:
            return self._no_frame()
        self._show_comment()
        self.event_tree.show_values(values_of(self._frames))
        return None

    def _show_comment(self) -> None:
        """What a person said about the frame."""
        said = self._desk.hub.remarks(self._book).of(self._frames[-1].seq) if self._frames else []
        self.comment.setText("\n".join(said))
        self.comment.setVisible(bool(said))

    def _show_messages(self) -> str | None:
        run = self._desk.focus
        text = "" if run is None else conversation(self._desk.hub.case(run).run, self._desk.theme)
        if not text:
            return self.tr("No message and no tool call has come yet.")
        bar = self.messages.verticalScrollBar()
        at_end, place = bar.value() >= bar.maximum() - 4, bar.value()
        self.messages.setHtml(text)
        bar.setValue(bar.maximum() if at_end else place)
        return None

    def _show_state(self) -> str | None:
        run = self._desk.focus
        values: list[tuple[str, Any]] = []
        self.witnesses.show_verdict(None if run is None else self._desk.hub.verdict(run))
        if run is not None:
            case = self._desk.hub.case(run)
            for about in ABOUT:
                said = case.said(about) or case.said(about, case.own)
                if said is not None:
                    values.append((about, said.data if said.status == 200 else f"HTTP {said.status}"))
        self.objects.show_hint(None if values else self.tr("The server has not been asked how this run stands."))
        if values:
            self.state_tree.show_values(values)
        return None if run is not None else self.tr("Choose a run to see what the stream and the server said of it.")

    def _show_bytes(self) -> str | None:
        if not self._frames:
            return self._no_frame()
        text, hidden = chunks_text(self._frames, self._whole)
        self.raw.setPlainText(text)
        if not self._whole and hidden:
            self.raw.moveCursor(QTextCursor.MoveOperation.End)
        self._mark_needle(scroll=True)
        self.more.setVisible(hidden > 0)
        self.copy.setVisible(bool(self._body()))
        return None

    def _mark_needle(self, scroll: bool) -> None:
        """Underlay the text that is looked for, and bring the first in sight."""
        spots, document = list[QTextEdit.ExtraSelection](), self.raw.document()
        found = document.find(self._needle) if self._needle else QTextCursor()
        while not found.isNull() and len(spots) < MOST_SPOTS:
            spot = QTextEdit.ExtraSelection()
            spot.cursor = found
            spot.format.setBackground(self._desk.theme.tint(self._desk.theme.found, 0.45))
            spots.append(spot)
            found = document.find(self._needle, found)
        self.raw.setExtraSelections(spots)
        if spots and scroll:
            place = QTextCursor(spots[0].cursor)
            place.setPosition(place.selectionStart())
            self.raw.setTextCursor(place)
            self.raw.centerCursor()

    def _body(self) -> bytes:
        return b"".join(frame.body for frame in self._frames)

    def _show_whole(self) -> None:
        self._whole = True
        self._stale.add(RAW)
        self._fill()

    def _copy(self) -> None:
        body = self._body()
        QGuiApplication.clipboard().setText(body.decode("utf-8", "replace"))
        self._desk.told.emit(self.tr("Copied %1 bytes.").replace("%1", f"{len(body):,}"))

    def _event(self) -> QWidget:
        """Why this frame is shown where nobody chose it, what a person said about it, and the values in it."""
        page = QWidget(self)
        self.comment.setAccessibleName(self.tr("Comment on the row"))
        self.comment.hide()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.proof)
        layout.addWidget(self.comment)
        layout.addWidget(self.event_tree, 1)
        page.setFocusProxy(self.event_tree)
        return page

    def _objects(self) -> QWidget:
        """The two witnesses, and below them the server's objects."""
        page = QWidget(self)
        self.objects = Hinted(self.state_tree, page)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.witnesses)
        layout.addWidget(self.objects, 1)
        return page

    def _bytes(self) -> QWidget:
        page = QWidget(self)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 0, 8, 8)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.raw, 1)
        layout.addLayout(buttons)
        return page
