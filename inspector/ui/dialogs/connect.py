"""Connect to a server: address and key, and a doctor that says what was tried and what answered."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.case import Thresholds
from inspector.domain.errors import UserError
from inspector.present.credentials import address, key_headers
from inspector.services.model import Connection, ConnectionSpec, Doctor
from inspector.ui.desk import Desk
from inspector.ui.sheets.forms import primary

PROTOCOLS = (("Find out", None), ("LangGraph", "langgraph"), ("Assistants-compatible", "assistants"))


class ConnectDialog(QDialog):
    """``connected`` carries the Connection. Keys stay in memory, unless the keychain is to keep them."""

    connected = Signal(object)

    def __init__(self, desk: Desk, url: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._task: asyncio.Task[None] | None = None
        self.setWindowTitle(self.tr("Connect to a server"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 560)
        self.url, self.key = QLineEdit(url, self), QLineEdit(self)
        self.url.setPlaceholderText("http://127.0.0.1:2024")
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(self.tr("only if the server wants one"))
        self.protocol = QComboBox(self)
        for title, name in PROTOCOLS:
            self.protocol.addItem(title, name)
        self.headers = QPlainTextEdit(self)
        self.headers.setPlaceholderText(self.tr("one a line: name: value"))
        self.headers.setFixedHeight(56)
        self.headers.setTabChangesFocus(True)
        self.silence = QDoubleSpinBox(self)
        self.silence.setRange(1, 3600)
        self.silence.setDecimals(0)
        self.silence.setValue(30)
        self.silence.setSuffix(" s")
        self.verdict, self.steps = QLabel(self), QTreeWidget(self)
        self.check = QPushButton(self.tr("Check"), self)
        self.go = primary(QPushButton(self.tr("Connect"), self))
        self.leave = QPushButton(self.tr("Cancel"), self)
        self._lay_out()
        self.check.clicked.connect(lambda: self._begin(False))
        self.go.clicked.connect(lambda: self._begin(True))
        self.leave.clicked.connect(self.close)
        self.url.textChanged.connect(self._typed)
        self.finished.connect(self._stop)
        self._typed()

    def spec(self) -> ConnectionSpec:
        """What was typed as a connection; UserError where it is none."""
        base, query = address(self.url.text())
        protocol = self.protocol.currentData()
        headers: dict[str, str] = {}
        variables: dict[str, str] = {}
        if self.key.text():
            for header in key_headers(base, protocol):
                headers[header.name], variables[header.name] = header.fill(self.key.text()), "KEY"
        for line in self.headers.toPlainText().splitlines():
            name, colon, value = line.partition(":")
            if not line.strip():
                continue
            if not colon or not name.strip():
                raise UserError(self.tr("“%1” is no header: write name: value.").replace("%1", line))
            headers[name.strip().lower()] = value.strip()
            variables[name.strip().lower()] = name.strip().upper().replace("-", "_")
        thresholds = Thresholds(silence=self.silence.value())
        return ConnectionSpec(base, protocol, "", headers, query, variables, thresholds)

    def _typed(self) -> None:
        some = bool(self.url.text().strip())
        self.check.setEnabled(some)
        self.go.setEnabled(some)

    def _begin(self, connect: bool) -> None:
        self._stop()
        self.steps.clear()
        try:
            spec = self.spec()
        except UserError as error:
            self._say(str(error), False)
            return
        self._say(self.tr("Asking %1 …").replace("%1", spec.base_url), None)
        self.go.setEnabled(False)
        self._task = self._desk.hub.tasks.start("connect", self._ask(spec, connect))

    async def _ask(self, spec: ConnectionSpec, connect: bool) -> None:
        try:
            doctor = await self._desk.hub.doctor(spec)
            self._show(doctor)
            if connect and doctor.probe is not None and doctor.protocol is not None:
                connection: Connection = await self._desk.hub.connect(spec, doctor)
                self.connected.emit(connection)
                self.close()
        except UserError as error:
            self._say(str(error), False)
        finally:
            self._typed()

    def _show(self, doctor: Doctor) -> None:
        self.steps.clear()
        for step in doctor.steps:
            item = QTreeWidgetItem([("✓ " if step.good else "✖ ") + step.what, step.answer])
            item.setToolTip(1, step.answer)
            self.steps.addTopLevelItem(item)
        self._say(doctor.sentence, doctor.protocol is not None)

    def _say(self, sentence: str, good: bool | None) -> None:
        theme = self._desk.theme
        name = {True: "text", False: "text", None: "muted"}[good]
        mark = {True: "✓ ", False: "✖ ", None: ""}[good]
        self.verdict.setText(mark + sentence)
        self.verdict.setStyleSheet(f"color: {theme.color(name).name()};")

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for title, field in (
            (self.tr("Address"), self.url),
            (self.tr("Key"), self.key),
            (self.tr("Protocol"), self.protocol),
            (self.tr("More headers"), self.headers),
            (self.tr("Stalled after"), self.silence),
        ):
            form.addRow(title, field)
            field.setAccessibleName(title)
        self.verdict.setWordWrap(True)
        self.steps.setColumnCount(2)
        self.steps.setHeaderLabels([self.tr("Tried"), self.tr("Answer")])
        self.steps.setColumnWidth(0, 260)
        self.steps.setRootIsDecorated(False)
        self.steps.setAccessibleName(self.tr("What was tried, and what answered"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.check)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.verdict)
        layout.addWidget(self.steps, 1)
        layout.addLayout(buttons)
