"""Capture my app: a proxy between an app and its server, and the one line that leads the app through it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from inspector.ui.desk import Desk
from inspector.ui.parts import primary, prose
from inspector.ui.proxies import Proxies, Proxy, Running

UPSTREAMS = ("https://api.openai.com/v1", "https://YOUR-RESOURCE.openai.azure.com/openai/v1")
UPSTREAM = "capture.upstream"
PORT = 8377
"""Proposed first: an app's environment can keep its line from one day to the next."""


class CaptureDialog(QDialog):
    """Asks for the server, starts the proxy, then shows what to set in the app's environment."""

    def __init__(self, desk: Desk, proxies: Proxies, upstream: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._proxies = proxies
        self._proxy: Proxy | None = None
        self.setWindowTitle(self.tr("Capture my app"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 360)
        self.upstream, self.port = QComboBox(self), QSpinBox(self)
        self.problem = prose(tone="error")
        self.lines = QPlainTextEdit(self, readOnly=True)
        self.more = prose(tone="muted")
        self.copy = QPushButton(self.tr("Copy"), self)
        self.leave = QPushButton(self.tr("Cancel"), self)
        self.go = primary(QPushButton(self.tr("Start"), self))
        self.lines.setFont(desk.theme.mono())
        self._set_up(upstream)
        self._lay_out()
        self.go.clicked.connect(self._start)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.lines.toPlainText()))
        self.leave.clicked.connect(self.close)

    def _set_up(self, upstream: str) -> None:
        self.upstream.setEditable(True)
        self.upstream.addItems(list(dict.fromkeys([*([upstream] if upstream else []), *UPSTREAMS])))
        self.upstream.setAccessibleName(self.tr("The server's address"))
        self.port.setRange(0, 65_535)
        self.port.setSpecialValueText(self.tr("a free one"))
        taken = {each.port for each in self._proxies.running()}
        self.port.setValue(0 if PORT in taken else PORT)
        self.port.setAccessibleName(self.tr("Port"))
        self.lines.setAccessibleName(self.tr("What to set in the app's environment"))
        self.lines.setFixedHeight(72)
        self.lines.hide()
        self.more.hide()
        self.copy.hide()
        self.problem.hide()

    def _lay_out(self) -> None:
        intro = self.tr(
            "Your app talks to the proxy instead of its server, by one variable and without a change of its code. "
            "Everything passes on unchanged and is recorded; a request that hangs can be sent again or ended by hand. "
            "The proxy listens on this machine only, and ends with this window."
        )
        form = QFormLayout()
        form.addRow(self.tr("Server"), self.upstream)
        form.addRow(self.tr("Port"), self.port)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(prose(intro))
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(self.lines)
        layout.addWidget(self.more)
        layout.addStretch(1)
        layout.addLayout(buttons)

    def _start(self) -> None:
        self.go.setEnabled(False)
        self.problem.hide()
        self._proxy = self._proxies.start(self.upstream.currentText().strip(), self.port.value())
        self._proxy.listens.connect(self._listens)
        self._proxy.ended.connect(self._failed)

    def _listens(self, running: Running) -> None:
        socket = running.base.replace("http", "ws", 1)
        self.lines.setPlainText(f"OPENAI_BASE_URL={running.base}\nOPENAI_WEBSOCKET_BASE_URL={socket}")
        tap = f"stream-inspector tap --port {running.port}"
        told = self.tr("Set this where your app starts. For an app of the Agents SDK, “%1” prints what else to set.")
        self.more.setText(told.replace("%1", tap) + self.tr(" Then its agents and tools are seen by their names."))
        self.more.show()
        self.lines.show()
        self.copy.show()
        self.upstream.setEnabled(False)
        self.port.setEnabled(False)
        self.go.hide()
        self.leave.setText(self.tr("Close"))
        self.copy.setFocus()

    def _failed(self, why: str) -> None:
        self.problem.setText(why)
        self.problem.setVisible(bool(why))
        self.go.setEnabled(True)
