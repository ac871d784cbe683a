"""What the runners need of the provider's inside: to be a new process, and to wait less."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sendblue_provider import engine_log
from sendblue_provider.lifecycle.session import forget_sessions


def forget() -> None:
    """Forget every account, as a new process knows none."""
    forget_sessions()


def wait_at_most(patch: pytest.MonkeyPatch, seconds: float) -> None:
    """Poll no longer than this for a write to be visible, soon after one another, and retry at once."""
    patch.setattr("sendblue_provider.lifecycle.round.VISIBLE_SECONDS", seconds)
    patch.setattr("sendblue_provider.lifecycle.round._FIRST_PAUSE", 0.01)
    patch.setattr("sendblue_provider.api.retry._FIRST_BACKOFF", 0.01)


def talk_to(patch: pytest.MonkeyPatch, address: str) -> None:
    """Be a dynamic provider's host, whose first argument is the engine's address."""
    patch.setattr("sys.argv", ["/site-packages/pulumi/dynamic/__main__.py", address])
    engine_log.host_engine.cache_clear()


@contextmanager
def logging_as_before() -> Iterator[None]:
    """Leave the provider's logging as it was."""
    core = logging.getLogger("sendblue_provider")
    before = core.level, core.propagate, core.handlers[:]
    try:
        yield
    finally:
        core.level, core.propagate, core.handlers[:] = before
