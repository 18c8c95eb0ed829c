"""Paste to attach: any text with an id, an address or an error in it. Says what it understood, then attaches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.adapter import Target
from inspector.domain.errors import UserError
from inspector.services.model import ConnectionSpec
from inspector.ui.desk import Desk
from inspector.ui.sheets.forms import primary


class PasteDialog(QDialog):
    """``wants_connection`` asks for the connect dialog with an address."""

    wants_connection = Signal(str)

    def __init__(self, desk: Desk, text: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._targets: Sequence[Target] = ()
        self._task: asyncio.Task[None] | None = None
        self.setWindowTitle(self.tr("Paste to attach"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(600, 420)
        self.text, self.said = QPlainTextEdit(self), QLabel(self)
        self.which, self.where = QComboBox(self), QComboBox(self)
        self.run_field, self.thread_field = QLineEdit(self), QLineEdit(self)
        self.go = primary(QPushButton(self.tr("Attach"), self))
        self.leave = QPushButton(self.tr("Cancel"), self)
        self._lay_out()
        self.text.textChanged.connect(self._read)
        self.which.currentIndexChanged.connect(self._choose)
        self.run_field.textChanged.connect(self._ready)
        self.go.clicked.connect(self._attach)
        self.leave.clicked.connect(self.close)
        self.text.setPlainText(QGuiApplication.clipboard().text() if text is None else text)
        self.text.selectAll()
        self._read()

    def _read(self) -> None:
        text = self.text.toPlainText()
        self._targets = tuple(self._desk.hub.recognise(text)) if text.strip() else ()
        self.which.blockSignals(True)
        self.which.clear()
        for target in self._targets:
            self.which.addItem(f"{target.protocol}: {target.said}")
        self.which.blockSignals(False)
        self.which.setVisible(len(self._targets) > 1)
        self._choose()

    def _target(self) -> Target | None:
        index = max(0, self.which.currentIndex())
        return self._targets[index] if index < len(self._targets) else None

    def _choose(self) -> None:
        target = self._target()
        if target is None:
            empty = not self.text.toPlainText().strip()
            hint = self.tr("Paste an address, an id, a curl line, a log line or an error message.")
            self.said.setText(hint if empty else self.tr("There is no id and no address in this text."))
        else:
            self.said.setText(target.said)
            self.run_field.setText(target.blocked_by or target.run or "")
            self.thread_field.setText(target.thread or "")
        self._places(target)
        self._ready()

    def _places(self, target: Target | None) -> None:
        """The connections that speak this protocol, and the address in the text, if it has one."""
        self.where.clear()
        for connection in self._desk.hub.connections():
            if target is None or connection.protocol == target.protocol:
                self.where.addItem(f"{connection.name} ({connection.protocol})", connection.id)
        base = None if target is None else target.base
        if base is not None and not any(c.spec.base_url == base for c in self._desk.hub.connections()):
            self.where.insertItem(0, self.tr("connect to %1").replace("%1", base), base)
            self.where.setCurrentIndex(0)
        if not self.where.count():
            self.where.addItem(self.tr("a server that is yet to be connected…"), "")

    def _ready(self) -> None:
        target = self._target()
        only_address = target is not None and target.base is not None and not self.run_field.text().strip()
        self.go.setEnabled(bool(self.run_field.text().strip()) or only_address)
        self.go.setText(self.tr("Connect") if only_address else self.tr("Attach"))

    def _attach(self) -> None:
        place = self.where.currentData()
        if place == "":
            self.wants_connection.emit("")
            return
        self.go.setEnabled(False)
        self._task = self._desk.hub.tasks.start("attach", self._watch(place))

    async def _watch(self, place: int | str) -> None:
        target = self._target()
        try:
            number = place if isinstance(place, int) else await self._connect(place, target)
            run = self.run_field.text().strip()
            if run:
                connection = next(c for c in self._desk.hub.connections() if c.id == number)
                wanted = Target(connection.protocol, run, self.thread_field.text().strip() or None)
                self._desk.show_run(await self._desk.hub.watch(number, wanted))
            self.close()
        except UserError as error:
            self.said.setText(str(error))
            self._ready()

    async def _connect(self, base: str, target: Target | None) -> int:
        protocol = None if target is None else target.protocol
        query = () if target is None else target.query
        connection = await self._desk.hub.connect(ConnectionSpec(base, protocol, query=query))
        return connection.id

    def _lay_out(self) -> None:
        self.text.setAccessibleName(self.tr("The pasted text"))
        self.text.setTabChangesFocus(True)
        self.text.setFont(self._desk.theme.mono())
        self.said.setWordWrap(True)
        self.which.setAccessibleName(self.tr("What it may be"))
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
