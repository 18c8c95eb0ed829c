"""Paste to attach: any text with an id, an address or an error in it. Says what it understood, then attaches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.adapter import Target
from inspector.domain.errors import Refused, UserError
from inspector.present.known_errors import explained
from inspector.services.model import Change, RunId
from inspector.ui.desk import Desk
from inspector.ui.parts import primary, prose, set_tone
from inspector.ui.servers import Servers, Wanted

MOST = 20_000
"""Characters of a pasted text that are read: an id stands near its beginning."""


class PasteDialog(QDialog):
    """``wants_connection`` asks for the connect dialog with an address, ``acts`` for an action on the run attached to.

    Of an error message because of a busy thread the run in the way is meant: to wait for it, or to cancel it.
    """

    wants_connection = Signal(str)
    acts = Signal(str)

    def __init__(self, desk: Desk, servers: Servers, text: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._servers = servers
        self._targets: Sequence[Target] = ()
        self._busy = self._gone = False
        self.setWindowTitle(self.tr("Paste to attach"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(600, 420)
        self.text, self.said = QPlainTextEdit(self), prose()
        self.which, self.run_field, self.thread_field = QComboBox(self), QLineEdit(self), QLineEdit(self)
        self.where = QComboBox(self)
        self.leave = QPushButton(self.tr("Close"), self)
        self.go = primary(QPushButton(self.tr("Attach"), self))
        self.end = QPushButton(self.tr("Cancel that run…"), self)
        self._lay_out()
        self.text.textChanged.connect(self._read)
        self.which.currentIndexChanged.connect(self._choose)
        for field in (self.run_field, self.thread_field):
            field.textChanged.connect(self._ready)
        self.go.clicked.connect(lambda: self._attach(None))
        self.end.clicked.connect(lambda: self._attach("cancel"))
        self.leave.clicked.connect(self.close)
        self.finished.connect(self._left)
        desk.changed.connect(self._changed)
        self.text.setPlainText((QGuiApplication.clipboard().text() if text is None else text)[:MOST])
        self.text.selectAll()
        self._read()

    def _read(self) -> None:
        text = self.text.toPlainText()
        self._targets = tuple(self._desk.hub.recognise(text)) if text.strip() else ()
        self.which.blockSignals(True)
        self.which.clear()
        for target in self._targets:
            self.which.addItem(f"{target.protocol}: {target.said}" if target.protocol else target.said)
        self.which.blockSignals(False)
        self.which.setVisible(len(self._targets) > 1)
        self._choose()

    def _target(self) -> Target | None:
        index = max(0, self.which.currentIndex())
        return self._targets[index] if index < len(self._targets) else None

    def _choose(self) -> None:
        target = self._target()
        if target is None:
            text = self.text.toPlainText()
            hint = self.tr("Paste an address, an id, a curl line, a log line or an error message.")
            known = explained(text) or self.tr("There is no id and no address in this text.")
            self._say(known if text.strip() else hint, "muted")
        else:
            error = None if target.protocol else explained(self.text.toPlainText())
            self._say(error or target.said, "")
            self.run_field.setText(target.blocked_by or target.run or "")
            self.thread_field.setText(target.thread or "")
        self._places()
        self._ready()

    def _say(self, sentence: str, tone: str) -> None:
        self.said.setText(sentence)
        set_tone(self.said, tone)

    def _places(self) -> None:
        """The connections that speak this protocol, and the address in the text, if it has one."""
        target, chosen = self._target(), self.where.currentData()
        connections = self._desk.hub.connections()
        self.where.clear()
        for connection in connections:
            if target is None or target.protocol in ("", connection.protocol):
                self.where.addItem(f"{connection.name} ({connection.protocol})", connection.id)
        base = None if target is None else target.base
        there = next((each for each in connections if each.spec.base_url == base), None)
        if base is not None and there is None:
            self.where.insertItem(0, self.tr("connect to %1").replace("%1", base), base)
        self.where.addItem(self.tr("another server…"), "")
        place = self.where.findData(there.id if there is not None else chosen)
        self.where.setCurrentIndex(place if place >= 0 and self.where.itemData(place) != "" else 0)

    def _ready(self) -> None:
        run, thread = self.run_field.text().strip(), self.thread_field.text().strip()
        target = self._target()
        only_address = target is not None and target.base is not None and not run and not thread
        self.go.setEnabled(not self._busy and bool(run or thread or only_address))
        held = target is not None and target.blocked_by is not None
        self.end.setVisible(held)
        self.end.setEnabled(self.go.isEnabled() and not only_address)
        usual = self.tr("Wait for that run") if held else self.tr("Attach")
        self.go.setText(self.tr("Connect") if only_address else usual)

    def _attach(self, act: str | None) -> None:
        place = self.where.currentData()
        target = self._target()
        known = self._known() if place == "" else None
        if known is not None:
            self._desk.show_run(known)
            self.close()
            return
        if place == "":
            self.wants_connection.emit("" if target is None else target.base or "")
            return
        self._busy = True
        self._ready()
        self._desk.begin("attach", self._watch(place, target, act))

    def _known(self) -> RunId | None:
        """The run of this id in a file or in the live log: no server is needed to show it."""
        hub, wanted = self._desk.hub, self.run_field.text().strip()
        return next((run for run in hub.runs() if wanted and hub.case(run).run.id == wanted), None)

    async def _watch(self, place: int | str, target: Target | None, act: str | None) -> None:
        run, thread = self.run_field.text().strip() or None, self.thread_field.text().strip() or None
        try:
            number = place if isinstance(place, int) else await self._connect(place, target)
            if run is not None or thread is not None:
                connection = next(c for c in self._desk.hub.connections() if c.id == number)
                held = None if target is None or run is not None else target.blocked_by
                wanted = Target(connection.protocol, run, thread, blocked_by=held)
                self._desk.show_run(await self._desk.hub.watch(number, wanted))
                self._then(target, act)
            if not self._gone:
                self.close()
        except (UserError, Refused) as error:
            if self._gone:
                self._desk.complained.emit(str(error))
            else:
                self._say(str(error), "error")
        finally:
            self._busy = False
            if not self._gone:
                self._ready()

    def _then(self, target: Target | None, act: str | None) -> None:
        """What was asked for about the run in the way, now that it is shown."""
        if act is not None:
            self.acts.emit(act)
        elif target is not None and target.blocked_by is not None:
            said = self.tr("This run holds the thread. It is watched from now on: its end is told when it comes.")
            self._desk.told.emit(said)

    async def _connect(self, base: str, target: Target | None) -> int:
        known = next((server for server in self._servers.saved() if server.base_url == base), None)
        if known is not None:
            return (await self._servers.again(known)).id
        protocol, query = (None, ()) if target is None else (target.protocol or None, target.query)
        return (await self._servers.open(Wanted(base, protocol, query))).id

    def _changed(self, change: Change) -> None:
        if change.kind == "connections" and not self._busy:
            self._places()

    def _left(self) -> None:
        self._gone = True

    def _lay_out(self) -> None:
        self.text.setAccessibleName(self.tr("The pasted text"))
        self.text.setTabChangesFocus(True)
        self.text.setFont(self._desk.theme.mono())
        self.which.setAccessibleName(self.tr("What it may be"))
        for box in (self.which, self.where):  # as wide as the dialog, not the dialog as wide as they would like to be
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        for title, field in (
            (self.tr("Run"), self.run_field),
            (self.tr("Thread"), self.thread_field),
            (self.tr("Server"), self.where),
        ):
            form.addRow(title, field)
            field.setAccessibleName(title)
        for field in (self.run_field, self.thread_field):
            field.setFont(self._desk.theme.mono())
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.end)
        buttons.addWidget(self.go)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.said)
        layout.addWidget(self.which)
        layout.addLayout(form)
        layout.addLayout(buttons)
