"""Several `Webhook`s at once: what waits for the account together is carried out together, and one spoils no other."""

from __future__ import annotations

from typing import Any, Final

from sendblue_emulator import Fault
from tests.runners.program import Resource
from tests.stories.steps import (
    NEW,
    NUMBER,
    OTHER,
    OWN,
    THEIRS,
    A,
    B,
    C,
    Story,
    account,
    add,
    answers,
    at_most,
    behave,
    destroy,
    edit,
    fails,
    hook,
    never,
    preview,
    remove,
    up,
    when,
)

FORTY: Final = [f"{A}/{number}" for number in range(40)]
THREE: Final = ("receive", "outbound", "call_log")
BUDGET: Final = {"plugin": 24, "dynamic": 60}
OTHERS: Final[dict[str, Any]] = {"receive": [THEIRS, {"url": B, "secret": OTHER}], "globalSecret": OTHER}


def hooks(*urls: str, secret: str | None = None, numbers: list[str] | None = None) -> list[Resource]:
    """Return a `Webhook` for each URL."""
    return [hook(url, secret, numbers=numbers) for url in urls]


def beside(*entries: Any) -> dict[str, Any]:
    """Return the account of the others with these entries of `receive` too."""
    return {**OTHERS, "receive": [*OTHERS["receive"], *entries]}


def secret(url: str, value: str = OWN) -> dict[str, str]:
    """Return an entry with a secret."""
    return {"url": url, "secret": value}


STORIES: Final = [
    Story(
        "forty-at-once",
        "Forty creates at once, and their destroy, take few requests, and touch nobody else.",
        [
            up(*hooks(*FORTY, secret=OWN), parallel=64),
            at_most(BUDGET),
            never("PUT"),
            account(beside(*map(secret, FORTY)), ordered=False),
            destroy(parallel=64),
            at_most(BUDGET),
            never("PUT"),
            account(OTHERS),
        ],
        account=OTHERS,
    ),
    Story(
        "forty-changed-at-once",
        "Forty changes at once are merged into few requests.",
        [
            up(*hooks(*FORTY, secret=OWN), parallel=64),
            up(*hooks(*FORTY, secret=NEW), parallel=64),
            at_most(BUDGET),
            never("POST", "DELETE"),
            account(beside(*(secret(url, NEW) for url in FORTY)), ordered=False),
        ],
        account=OTHERS,
    ),
    Story(
        "several-kinds-of-operation-at-once",
        "Creates, changes, replacements and deletes at once each end right.",
        [
            up(*hooks(*FORTY[:30], secret=OWN), parallel=64),
            up(*hooks(*FORTY[:10], secret=OWN), *hooks(*FORTY[10:20], secret=NEW), *hooks(*FORTY[30:]), parallel=64),
            account(
                beside(*(secret(url) for url in FORTY[:10]), *(secret(url, NEW) for url in FORTY[10:20]), *FORTY[30:]),
                ordered=False,
            ),
        ],
        account=OTHERS,
    ),
    Story(
        "several-events-at-once",
        "Webhooks of several events are added by one POST for each event.",
        [
            up(
                *(hook(url, event=event) for url in FORTY[:5] for event in ("receive", "outbound", "call_log")),
                parallel=64,
            ),
            at_most(BUDGET),
            account(dict.fromkeys(THREE, FORTY[:5]), ordered=False),
        ],
    ),
    Story(
        "one-of-many-is-refused",
        "One that is refused spoils no other, and its error names it.",
        [
            up(*hooks(*FORTY[:10]), hook(B, OWN), parallel=64),
            fails(f"receive {B} (another secret)", of="receive-b"),
            account(beside(*FORTY[:10]), ordered=False),
        ],
        account=OTHERS,
    ),
    Story(
        "one-of-many-is-refused-by-the-api",
        "One that the API refuses spoils no other, and its error names event and URL.",
        [
            up(*hooks(*FORTY[:10]), hook(B), parallel=64),
            fails(f"receive {B}", "cannot be reached", of="receive-b"),
            account({"receive": FORTY[:10]}, ordered=False),
        ],
        behave={"refused_urls": [B]},
    ),
    Story(
        "one-change-of-many-is-refused-by-the-api",
        "The same of changes, which share one PUT.",
        [
            up(*hooks(*FORTY[:5], B), parallel=64),
            behave(refused_urls=[B]),
            up(*hooks(*FORTY[:5]), hook(B, numbers=[NUMBER]), parallel=64),
            fails(f"receive {B}", of="receive-b"),
            behave(refused_urls=[]),
            up(*hooks(*FORTY[:5]), hook(B, numbers=[NUMBER]), parallel=64),
            account({"receive": [*FORTY[:5], {"url": B, "sendblue_numbers": [NUMBER]}]}, ordered=False),
        ],
    ),
    Story(
        "one-event-of-many-is-refused-by-the-api",
        "An event that the API refuses spoils no other event.",
        [
            up(*hooks(*FORTY[:10]), hook(B, event="typing_indicator"), parallel=64),
            fails("typing_indicator", B, of="typing_indicator-b"),
            account({"receive": FORTY[:10]}, ordered=False),
        ],
    ),
    Story(
        "one-change-of-many-is-in-conflict",
        "One whose entry somebody changed is refused; the others are changed.",
        [
            up(*hooks(*FORTY[:5], secret=OWN), parallel=64),
            when("PUT", do=edit(FORTY[0], secret(FORTY[0], OTHER))),
            answers("PUT", 429),
            up(*hooks(*FORTY[:5], secret=NEW), parallel=64),
            fails(FORTY[0], of="receive-0"),
            account(beside(secret(FORTY[0], OTHER), *(secret(url, NEW) for url in FORTY[1:5])), ordered=False),
        ],
        account=OTHERS,
    ),
    Story(
        "many-and-a-post-that-was-done-and-not-answered",
        "A POST of several that was done and not answered is not sent again.",
        [
            when("POST", do=Fault(kind="reset", method="POST", applied=True)),
            up(*hooks(*FORTY[:10]), parallel=64),
            account(beside(*FORTY[:10]), ordered=False),
        ],
        account=OTHERS,
    ),
    Story(
        "many-and-a-post-that-was-not-done",
        "A POST of several that was not done is sent again after a GET.",
        [
            when("POST", do=Fault(kind="reset", method="POST")),
            up(*hooks(*FORTY[:10]), parallel=64),
            account(beside(*FORTY[:10]), ordered=False),
        ],
        account=OTHERS,
    ),
    Story(
        "many-are-gone-already",
        "A destroy of many of which some are gone is no error.",
        [
            up(*hooks(*FORTY[:10]), parallel=64),
            remove(FORTY[3]),
            when("DELETE", do=remove(FORTY[4])),
            destroy(parallel=64),
            account(OTHERS),
        ],
        account=OTHERS,
        behave={"absent_delete": 404},
    ),
    Story(
        "many-with-one-copy",
        "At a destroy of many one that has a copy needs a PUT of its own; the copy stays.",
        [
            up(*hooks(*FORTY[:5], secret=OWN), parallel=64),
            add(secret(FORTY[0], OTHER)),
            destroy(parallel=64),
            account(beside(secret(FORTY[0], OTHER))),
        ],
        account=OTHERS,
    ),
    Story(
        "another-edit-during-many",
        "What somebody adds while many are created stays.",
        [
            when("POST", do=add(C)),
            up(*hooks(*FORTY), parallel=64),
            account(beside(C, *FORTY), ordered=False),
        ],
        account=OTHERS,
    ),
    Story(
        "a-preview-of-many",
        "A preview of many is one GET.",
        [up(*hooks(*FORTY), parallel=64), preview(*hooks(*FORTY)), at_most({"plugin": 1, "dynamic": 1})],
        account=OTHERS,
    ),
]
