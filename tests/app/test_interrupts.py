"""Ctrl+C waits."""

from __future__ import annotations

import signal

import pytest

from inspector.app.interrupts import interrupts_wait


def test_an_interrupt_comes_through_behind_what_it_must_not_disturb() -> None:
    before, done = signal.getsignal(signal.SIGINT), list[str]()

    def work() -> None:
        with interrupts_wait():
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is before
    with interrupts_wait():
        done.append("and more")
    assert signal.getsignal(signal.SIGINT) is before
