"""A request goes wrong: no write is sent twice without a GET, and what was done is done once."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from sendblue_emulator import Fault
from tests.stories.steps import (
    NEW,
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
    answers,
    cancel,
    destroy,
    either_way,
    entry,
    fails,
    hides,
    hook,
    never,
    plans,
    preview,
    refresh,
    refused,
    remove,
    sends,
    up,
    when,
    whole,
)

GARBLED: Final[tuple[Any, ...]] = ("<html>canary</html>", {"status": "OK"}, [], "")
ERROR: Final = {"status": "ERROR", "message": "Something about it"}
QUOTING: Final = {"status": "ERROR", "message": f"no: {OWN} or {quote(OWN)} or {b64encode(OWN.encode()).decode()}"}
AGAIN: Final = ("GET", "PUT", "GET", "PUT", "GET")
ONCE: Final = ("GET", "PUT", "GET")
BESIDE: Final[dict[str, Any]] = {"receive": [THEIRS]}
WRITES: Final[list[tuple[str, Step, list[Any]]]] = [
    ("PUT", up(hook(A, NEW)), [{"url": A, "secret": NEW}]),
    ("POST", up(hook(A, OWN), hook(B)), [{"url": A, "secret": OWN}, B]),
    ("DELETE", destroy(), []),
]
"""A write of a Webhook, the command that makes it, and what of receive is this stack's afterwards."""
UNCLEAR: Final = {
    "429": Fault(kind="status", status=429, headers={"Retry-After": "0"}),
    "reset": Fault(kind="reset"),
    "html": Fault(kind="status", status=200, body="<html>canary</html>"),
}
"""Answers after which nobody knows whether the request was carried out. The fault table has all of them."""


def unclear(name: str, method: str, *, applied: bool) -> Step:
    """Let a request of this method go wrong so."""
    return when(method, do=replace(UNCLEAR[name], method=method, applied=applied))


STORIES: Final = [
    *(
        Story(
            f"a-{method.lower()}-and-{name}-{'done' if applied else 'not-done'}",
            "If the answer does not tell, a GET does: what was not done is sent again, what was done is not.",
            [
                up(hook(A, OWN)),
                unclear(name, method, applied=applied),
                command,
                sends("GET", method, "GET") if applied else sends("GET", method, "GET", method, "GET"),
                account({"receive": [THEIRS, *entries]}),
            ],
            account=BESIDE,
        )
        for method, command, entries in WRITES
        for name in UNCLEAR
        for applied in (False, True)
    ),
    *(
        Story(
            f"a-configurations-{step}-and-{name}-{'done' if applied else 'not-done'}",
            "The same of a configuration's create and update.",
            [
                *([up(whole(receive=[B]))] if step == "update" else []),
                unclear(name, "PUT", applied=applied),
                up(whole(receive=[B, entry(A, OWN)], globalSecret=OWN)),
                sends(*(ONCE if applied else AGAIN)),
                account({"receive": [B, {"url": A, "secret": OWN}], "globalSecret": OWN}),
            ],
        )
        for step in ("create", "update")
        for name in ("429", "reset")
        for applied in (False, True)
    ),
    *(
        Story(
            f"a-delete-of-an-event-and-a-reset-{'done' if applied else 'not-done'}",
            "The same of a configuration's destroy.",
            [up(whole(receive=[A, B])), unclear("reset", "DELETE", applied=applied), destroy(), account({})],
        )
        for applied in (False, True)
    ),
    *(
        Story(
            f"refused-{status}-{kind}",
            "A refusal is an error that names event and URL; nothing is written, and it is not sent again.",
            [
                up(old),
                answers("PUT", status, body=ERROR),
                up(new),
                fails(A, "receive", "Something about it"),
                never("POST", "DELETE"),
                account({"receive": [{"url": A, "secret": OWN}]}),
                up(new),
                account({"receive": [{"url": A, "secret": NEW}]}),
            ],
        )
        for status in (400, 422, 200)
        for kind, old, new in [
            ("webhook", hook(A, OWN), hook(A, NEW)),
            ("configuration", whole(receive=[entry(A, OWN)]), whole(receive=[entry(A, NEW)])),
        ]
    ),
    Story(
        "refused-with-a-quotation",
        "An error that quotes a secret, also encoded, shows nothing of it.",
        [
            answers("POST", 400, body=QUOTING),
            up(hook(A, OWN)),
            fails("no: "),
            hides(quote(OWN), b64encode(OWN.encode()).decode()),
        ],
    ),
    Story(
        "refused-with-a-quotation-of-what-others-have",
        "An error that quotes a secret of somebody else's entry shows nothing of it either.",
        [
            up(hook(A, OWN)),
            answers("PUT", 400, body={"status": "ERROR", "message": f"no: {OTHER}"}),
            up(hook(A, NEW)),
            fails("no: "),
        ],
        account={"receive": [{"url": B, "secret": OTHER}]},
    ),
    Story(
        "a-delete-of-what-is-gone",
        "A 404 of a DELETE is done.",
        [up(hook(A)), when("DELETE", do=remove(A)), destroy(), account({})],
        behave={"absent_delete": 404},
    ),
    Story(
        "a-delete-of-two-of-which-one-is-gone",
        "If a DELETE of several is answered 404, what is left is sent one by one.",
        [
            up(whole(receive=[A, B, C])),
            when("DELETE", do=remove(B)),
            destroy(),
            account({}),
        ],
        behave={"absent_delete": 404},
    ),
    Story(
        "asked-to-wait-for-longer-than-there-is-time",
        "A Retry-After beyond the operation's budget ends it, and nothing is sent again.",
        [
            up(hook(A, OWN)),
            answers("PUT", 429, wait="3600"),
            up(hook(A, NEW)),
            fails("429"),
            account({"receive": [{"url": A, "secret": OWN}]}),
        ],
    ),
    *(
        Story(
            f"no-answer-for-ever-{kind}",
            "If every request after a write that was done fails, the error says so, and the next up converges.",
            [
                when(method, do=Fault(kind="reset", method="GET", times=None)),
                up(resource),
                fails(),
                up(resource),
                never("PUT", "POST"),
                account({"receive": [{"url": A, "secret": OWN}]}),
            ],
        )
        for kind, method, resource in [
            ("webhook", "POST", hook(A, OWN)),
            ("configuration", "PUT", whole(receive=[entry(A, OWN)])),
        ]
    ),
    Story(
        "a-get-that-fails-after-the-write",
        "If the verifying GET is refused, the error says that the change was sent; the next up converges.",
        [
            up(whole(receive=[A])),
            when("PUT", do=Fault(kind="status", method="GET", status=400, times=None)),
            up(whole(receive=[A, B])),
            fails(),
            up(whole(receive=[A, B])),
            never("PUT"),
            account({"receive": [A, B]}),
        ],
    ),
    *(
        Story(
            f"a-path-that-answers-{name}",
            "If the first path of the API gives no readable answer, the other one is used, for the write too.",
            [
                when("GET", do=Fault(kind="status", method="GET", status=status, body=body)),
                up(hook(A)),
                account({"receive": [A]}),
            ],
        )
        for name, status, body in [
            ("401", 401, ERROR),
            ("403", 403, None),
            ("410", 410, ERROR),
            ("301", 301, None),
            ("html", 200, "<html>canary</html>"),
            ("error", 200, ERROR),
        ]
    ),
    Story(
        "a-get-that-fails-once",
        "A GET that fails for now is sent again.",
        [answers("GET", 503), up(hook(A)), account({"receive": [A]})],
    ),
    *(
        Story(
            f"an-account-that-cannot-be-read-{status}",
            "An account that cannot be read is an error in every command; a configuration is never gone.",
            [
                up(whole(receive=[A])),
                when("GET", do=Fault(kind="status", method="GET", status=status, times=None, body=ERROR)),
                preview(whole(receive=[A])),
                refused(str(status)),
                when("GET", do=Fault(kind="status", method="GET", status=status, times=None, body=ERROR)),
                refresh(),
                refused(str(status)),
                up(whole(receive=[A])),
                plans(webhooks="same"),
            ],
        )
        for status in (400, 401, 403, 404)
    ),
    *(
        Story(
            f"an-answer-that-is-garbled-{number}",
            "An answer that is not the API's is an error that quotes nothing of it.",
            [
                when("GET", do=Fault(kind="status", method="GET", status=200, times=None, body=body)),
                up(hook(A)),
                refused(),
            ],
        )
        for number, body in enumerate(GARBLED)
    ),
    Story(
        "a-lagging-account",
        "A write that is not visible at once is waited for, and is sent once.",
        [up(whole(receive=[A])), never("POST"), up(whole(receive=[A, B])), account({"receive": [A, B]})],
        behave={"lag": 1},
        visible=2.0,
    ),
    Story(
        "a-lagging-account-and-a-webhook",
        "The same of a Webhook's three operations.",
        [up(hook(A, OWN)), up(hook(A, NEW)), destroy(), account({})],
        behave={"lag": 1},
        visible=2.0,
    ),
    Story(
        "cancelled-before-a-write",
        "A run that is cancelled before anything was sent writes nothing.",
        [up(hook(A, OWN)), when("|", do=cancel()), up(hook(A, NEW)), refused("cancel")],
        runners=PLUGIN,
    ),
    Story(
        "cancelled-during-a-write",
        "A run that is cancelled while a write is under way keeps what it did in the state.",
        [
            up(whole(receive=[A])),
            when("PUT", do=cancel()),
            up(whole(receive=[A, B])),
            either_way(),
            sends(*ONCE),
            account({"receive": [A, B]}),
            up(whole(receive=[A, B])),
            never("PUT"),
        ],
        runners=PLUGIN,
    ),
]
