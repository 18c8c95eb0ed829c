"""What the log shows, as a part of it that can be exported by itself: whole exchanges, told of beforehand."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QCoreApplication

from inspector.domain.events import RunKey
from inspector.domain.excerpt import Excerpt
from inspector.present.extract import Part, part_of
from inspector.services.hub import Hub
from inspector.services.model import Account


class Selection:
    """Of some rows of a log as they are now. ``account`` gives the verdicts on a part by the numbers in its excerpt."""

    def __init__(
        self, hub: Hub, book: int, lines: Collection[int], account: Callable[[Part, Excerpt], Account]
    ) -> None:
        self._hub = hub
        self._book = book
        self._account = account
        self._contents = hub.book_of(book)
        self._made: tuple[Excerpt, Account] | None = None
        self.part = part_of(hub.rows(book), lines, lambda key: int(self._contents.canon(RunKey(key))))

    async def made(self) -> tuple[Excerpt, Account]:
        """Its frames, which are gone through once for that, and what is said of it."""
        if self._made is None:
            some = await self._hub.excerpt(self._book, self.part.links, self.part.ids(self._contents.runs))
            self._made = some, self._account(self.part, some)
        return self._made

    def sentence(self) -> str:
        """What is in it, and what is left out."""
        kept, links = len(self.part.links), len(self._contents.links) + len(self._contents.gone)
        runs = len(self._hub.runs(self._book))
        if kept == links:
            every = "Each of the %1 exchanges has a row that the log shows, and an exchange is kept whole: all stay."
            return QCoreApplication.translate("selection", every).replace("%1", f"{links:,}")
        words = QCoreApplication.translate(
            "selection",
            "%1 of %2 exchanges, each whole, with %3 of %4 runs: those with a row that the log shows now. The others "
            "are left out, with what was remarked on them. Notes on time and servers stay; frames are numbered anew.",
        )
        for place, number in enumerate((kept, links, len(self.part.runs), runs), 1):
            words = words.replace(f"%{place}", f"{number:,}")
        return words
