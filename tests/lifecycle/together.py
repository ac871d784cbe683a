"""Operations of one process that begin at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from sendblue_emulator import Emulator
from sendblue_provider.lifecycle import steps
from sendblue_provider.lifecycle.session import Session
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.request import Request
from sendblue_provider.resources.webhook import Webhook

HOOK = Webhook()
Step = Callable[[Session], object]
BAD = "http://example.com/bad"
"""A URL that the API refuses, if `http_urls` is `refused`."""


def create(url: str, event: str = "receive", **more: Any) -> Step:
    seconds = more.pop("seconds", None)
    return lambda session: steps.write(HOOK, session, Request({"event": event, "url": url, **more}, timeout=seconds))


def update(url: str, old: str, new: str) -> Step:
    inputs = {"event": "receive", "url": url}
    state = {**inputs, "secret": old, "secretsReadable": True}
    return lambda session: steps.write(HOOK, session, Request({**inputs, "secret": new}, state))


def delete(url: str, event: str = "receive") -> Step:
    return lambda session: steps.delete(
        HOOK, session, Request(state={"event": event, "url": url, "secretsReadable": True})
    )


def configure(*urls: str, overwrite: bool = True) -> Step:
    inputs = {"receive": list(urls), "allowOverwrite": overwrite}
    return lambda session: steps.write(WebhookConfiguration(), session, Request(inputs))


def together(session: Session, *steps: Step, is_late: bool = True) -> list[Any]:
    """Carry operations out together; give each one's result or error.

    The first one leads, and the others arrive in this order while it reads the account; or, if they are not late, all
    wait for the account before, and whoever wakes up first leads.
    """
    results: list[Any] = [None] * len(steps)

    def run(place: int) -> None:
        try:
            results[place] = steps[place](session)
        except BaseException as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(steps))]

    def start() -> None:
        for thread in threads[len(session.waiting) :]:
            thread.start()
            until(lambda: len(session.waiting) == len([one for one in threads if one.ident]))

    def fetch(deadline: Any) -> Any:
        del session.__dict__["fetch"]
        start()
        return session.fetch(deadline)

    if is_late:
        session.__dict__["fetch"] = fetch
        threads[0].start()
    else:
        with session.holding():
            start()
    for thread in threads:
        until(lambda: bool(thread.ident))  # noqa: B023
        thread.join(20)
    assert None not in results
    assert session.waiting == []
    return results


def until(is_true: Callable[[], bool]) -> None:
    for _ in range(4000):
        if is_true():
            return
        time.sleep(0.005)
    raise AssertionError("it never came true")


def errors_of(results: list[Any]) -> list[type | None]:
    return [type(result) if isinstance(result, BaseException) else None for result in results]


def sent(emulator: Emulator) -> list[Any]:
    """The writes with the URLs that they name, and the GETs between them."""

    def text(entry: Any) -> str:
        if entry.method in ("POST", "DELETE"):
            urls = [item if isinstance(item, str) else item["url"] for item in entry.body["webhooks"]]
            return f"{entry.method} {entry.body['type']} {' '.join(url[-1] for url in urls)}"
        return str(entry.method)

    return [text(entry) for entry in emulator.journal]
