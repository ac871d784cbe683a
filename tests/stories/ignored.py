"""Places that `ignoreChanges` ignores, and what others do there (plugin)."""

from __future__ import annotations

from typing import Any, Final

from sendblue_emulator import EVENTS
from tests.stories.steps import (
    OTHER,
    OWN,
    PLUGIN,
    THEIRS,
    A,
    B,
    C,
    Step,
    Story,
    account,
    add,
    destroy,
    having,
    outputs,
    plans,
    preview,
    refresh,
    refused,
    refuses,
    remove,
    sends,
    set_secret,
    up,
    when,
    whole,
)

OWN_A: Final = {"url": A, "secret": OWN}
THEIR_ENTRY: Final = {"url": THEIRS, "secret": OTHER}
IGNORING: Final = having(whole(receive=[A], callLog=[C]), ignore=("callLog",))
IGNORING_MORE: Final = having(whole(receive=[A, B], callLog=[C]), ignore=("callLog",))


def managed(*urls: str) -> dict[str, Any]:
    """Return the output `managed` of a stack that put these URLs under `receive`."""
    return {"events": {"receive": [*urls]}, "secrets": []}


HIDDEN_PLACES: Final[list[tuple[str, dict[str, Any], str, Step, str]]] = [
    ("entry", {"callLog": [C]}, "callLog", add(THEIR_ENTRY, "call_log"), f"call_log {THEIRS}"),
    ("account-secret", {}, "globalSecret", set_secret(OTHER), "globalSecret"),
    (
        "new-event",
        {"others": {"typing_indicator": [C]}},
        "otherEvents",
        add(THEIR_ENTRY, "typing_indicator"),
        f"typing_indicator {THEIRS}",
    ),
]

STORIES: Final = [
    Story(
        "an-own-entry-that-is-gone-from-an-ignored-event",
        "An own entry that somebody removed from an ignored event is not put back, and no longer managed.",
        [
            up(IGNORING),
            remove(C, "call_log"),
            up(IGNORING_MORE),
            outputs("webhooks", managed=managed(A, B)),
            add({"url": C, "secret": OTHER}, "call_log"),
            destroy(),
            account({"call_log": [{"url": C, "secret": OTHER}]}),
        ],
        runners=PLUGIN,
    ),
    Story(
        "a-conflict-in-an-ignored-place",
        "What somebody changes in an ignored place between diff and write is a conflict all the same.",
        [
            up(IGNORING),
            when("|", do=add(THEIRS, "call_log")),
            up(IGNORING_MORE),
            refused(f"+ call_log {THEIRS}"),
            sends("GET"),
            up(IGNORING_MORE),
            account({"receive": [A, B], "call_log": [C, THEIRS]}),
            destroy(),
            account({"call_log": [THEIRS]}),
        ],
        runners=PLUGIN,
    ),
    *(
        Story(
            f"{secrets}-in-an-ignored-place-{name}",
            "A foreign item with a hidden secret in an ignored place: preview and up are refused, nothing is written.",
            [
                up(having(whole(receive=[OWN_A], **given), ignore=(place,))),
                edit_,
                *refuses(having(whole(receive=[OWN_A, B], **given), ignore=(place,)), words=(words,)),
            ],
            runners=PLUGIN,
            behave={"secrets": secrets, "accepted_events": [*EVENTS, "typing_indicator"]},
        )
        for name, given, place, edit_, words in HIDDEN_PLACES
        for secrets in ("masked", "omitted")
    ),
    *(
        Story(
            f"{secrets}-in-an-ignored-place-after-a-refresh-{name}",
            "A foreign item with a hidden secret in an ignored place is no change, also once a refresh has shown it.",
            [
                up(having(whole(receive=[OWN_A], **given), ignore=(place,))),
                edit_,
                preview(having(whole(receive=[OWN_A], **given), ignore=(place,))),
                plans(webhooks="same"),
                refresh(),
                preview(having(whole(receive=[OWN_A], **given), ignore=(place,))),
                plans(webhooks="same"),
            ],
            runners=PLUGIN,
            behave={"secrets": secrets, "accepted_events": [*EVENTS, "typing_indicator"]},
        )
        for name, given, place, edit_, _ in HIDDEN_PLACES
        for secrets in ("masked", "omitted")
    ),
]
