"""What a destroy, a removed resource, a new name, `--replace` and a move between the kinds take from the account."""

from __future__ import annotations

from typing import Any, Final

from sendblue_emulator import EVENTS
from tests.runners.program import Resource
from tests.stories.steps import (
    DYNAMIC,
    NEW,
    NUMBER,
    OTHER,
    OWN,
    PLUGIN,
    THEIRS,
    A,
    B,
    C,
    Story,
    account,
    add,
    behave,
    destroy,
    edit,
    entry,
    having,
    holds,
    hook,
    never,
    plans,
    preview,
    refresh,
    refuses,
    remove,
    sends,
    set_secret,
    shows,
    up,
    whole,
)

OTHERS: Final[dict[str, Any]] = {
    "receive": [THEIRS, {"url": B, "secret": "", "label": "x"}],
    "outbound": [A, {"url": THEIRS, "secret": OTHER, "sendblue_numbers": [NUMBER]}],
    "region": {"name": "us"},
}
ALL: Final = whole(receive=[A, entry(B, OWN)], callLog=[A], globalSecret=OWN, secret=OTHER)
ALL_LIVE: Final[dict[str, Any]] = {
    "receive": [A, {"url": B, "secret": OWN}],
    "call_log": [A],
    "globalSecret": OWN,
    "secret": OTHER,
}
EACH: Final = (hook(A), hook(B, OWN), hook(A, event="call_log"))
ENTRIES_LIVE: Final = {event: ALL_LIVE[event] for event in ("receive", "call_log")}
TWINS: Final = [{"url": A, "secret": OWN}, {"url": A, "secret": OTHER}]


def renamed(resource: Resource, **options: Any) -> Resource:
    """Return the resource under another name."""
    return having(resource, name="renamed", **options)


STORIES: Final = [
    Story(
        "destroy-of-a-configuration",
        "A destroy is a GET, a DELETE for each event, and a GET.",
        [
            up(whole(receive=[A, entry(B, OWN)], callLog=[A])),
            destroy(),
            sends("GET", "DELETE", "DELETE", "GET"),
            account({}),
        ],
    ),
    Story(
        "destroy-with-account-secrets",
        "Account secrets are cleared last, by one PUT.",
        [up(ALL), destroy(), sends("GET", "DELETE", "DELETE", "GET", "PUT", "GET"), account({})],
    ),
    Story(
        "destroy-with-an-account-secret-that-stays",
        "An account secret that the PUT leaves is cleared by an empty string.",
        [up(whole(receive=[A], globalSecret=OWN)), destroy(), account({})],
        behave={"absent_secrets": "kept"},
    ),
    Story(
        "destroy-leaves-others-entries",
        "What somebody added stays at a destroy, and is named.",
        [
            up(ALL),
            add({"url": THEIRS, "secret": OTHER}),
            destroy(),
            shows(f"receive {THEIRS}", "left on the account"),
            account({"receive": [{"url": THEIRS, "secret": OTHER}]}),
        ],
    ),
    Story(
        "destroy-after-a-refresh-leaves-others-entries",
        "What a refresh put into the outputs is not this stack's at a destroy.",
        [up(ALL), add(THEIRS), refresh(), destroy(), account({"receive": [THEIRS]})],
    ),
    Story(
        "destroy-leaves-others-account-secret",
        "An account secret that somebody set stays.",
        [up(whole(receive=[A])), set_secret(OTHER), destroy(), account({"globalSecret": OTHER})],
    ),
    Story(
        "destroy-of-what-is-gone",
        "What somebody removed already is no error.",
        [up(ALL), holds(), destroy(), account({})],
    ),
    Story(
        "destroy-of-what-somebody-changed",
        "An own entry that somebody gave another secret is removed all the same.",
        [up(whole(receive=[A, B])), edit(A, {"url": A, "secret": OTHER}), destroy(), account({})],
    ),
    Story(
        "destroy-of-an-event-that-the-api-took-away",
        "What a DELETE is refused for is taken out by a PUT without it.",
        [
            up(whole(receive=[A], others={"typing_indicator": [A]})),
            behave(accepted_events=EVENTS),
            destroy(),
            account({}),
        ],
        behave={"accepted_events": [*EVENTS, "typing_indicator"]},
    ),
    Story(
        "destroy-of-a-webhook",
        "A destroy of a Webhook is GET, DELETE, GET; everything else stays.",
        [up(hook(A, OWN)), destroy(), sends("GET", "DELETE", "GET"), account(OTHERS)],
        account=OTHERS,
    ),
    Story(
        "destroy-of-a-webhook-that-is-gone",
        "A Webhook that somebody removed already is no error.",
        [up(hook(A, OWN)), remove(A), destroy(), never("DELETE"), account({})],
    ),
    Story(
        "destroy-of-a-webhook-that-somebody-changed",
        "A single entry is this resource's, whatever its secret is now.",
        [up(hook(A, OWN)), edit(A, {"url": A, "secret": OTHER}), destroy(), account({})],
    ),
    Story(
        "destroy-of-one-of-two-copies",
        "Of two copies the one that is the state's is taken out by a PUT; the other one stays.",
        [
            up(hook(A, OWN)),
            add(TWINS[1]),
            destroy(),
            sends("GET", "PUT", "GET"),
            account({**OTHERS, "receive": [*OTHERS["receive"], TWINS[1]]}),
        ],
        account=OTHERS,
    ),
    Story(
        "destroy-of-none-of-two-copies",
        "If neither copy is the state's, both stay, and a warning names them.",
        [
            up(hook(A, OWN)),
            holds(receive=[{"url": A, "secret": OTHER}, A]),
            destroy(),
            shows(f"receive {A}"),
            never("PUT", "DELETE"),
        ],
        runners=DYNAMIC,
    ),
    Story(
        "a-webhook-leaves-the-program",
        "A Webhook that the program does not declare any more is removed; its neighbour stays.",
        [
            up(hook(A), hook(B)),
            preview(hook(A)),
            plans(receive_a="same", receive_b="delete"),
            up(hook(A)),
            account({"receive": [A]}),
        ],
    ),
    Story(
        "rename-of-a-configuration",
        "A new name writes nothing: what the new resource declares stays.",
        [
            up(ALL),
            up(renamed(ALL)),
            never("PUT", "POST", "DELETE"),
            account(ALL_LIVE),
            destroy(),
            account({}),
        ],
    ),
    Story(
        "rename-of-a-configuration-that-declares-less",
        "Of what the old name put there, what the new one does not declare is refused, since it is the account's.",
        [
            up(whole(receive=[A, B])),
            *refuses(renamed(whole(receive=[A])), words=(f"receive {B}",)),
            account({"receive": [A, B]}),
        ],
    ),
    Story(
        "rename-of-a-webhook",
        "A new name of a Webhook writes nothing.",
        [
            up(hook(A, OWN)),
            up(renamed(hook(A, OWN))),
            never("PUT", "POST", "DELETE"),
            account({**OTHERS, "receive": [*OTHERS["receive"], {"url": A, "secret": OWN}]}),
        ],
        account=OTHERS,
    ),
    Story(
        "rename-of-a-webhook-with-another-secret",
        "A new name with another secret is refused: to the create the entry is anybody's.",
        [
            up(hook(A, OWN)),
            *refuses(renamed(hook(A, NEW)), words=(f"receive {A} (another secret)",)),
            account({"receive": [{"url": A, "secret": OWN}]}),
        ],
    ),
    *(
        Story(
            f"replace-of-{name}",
            "--replace of what did not change writes nothing.",
            [
                up(*program),
                up(*(having(resource, replace=True) for resource in program)),
                never("PUT", "POST", "DELETE"),
                account(live),
            ],
        )
        for name, program, live in [("a-configuration", (ALL,), ALL_LIVE), ("webhooks", EACH, ENTRIES_LIVE)]
    ),
    *(
        Story(
            f"replacement-by-a-trigger-of-{name}",
            "In a replacement that begins with a check of the old inputs, what those named is this stack's own.",
            [up(old), up(having(new, trigger=True)), account({"receive": [{"url": A, "secret": NEW}]})],
        )
        for name, old, new in [
            ("a-configuration", whole(receive=[entry(A, OWN)]), whole(receive=[entry(A, NEW)])),
            ("a-webhook", hook(A, OWN), hook(A, NEW)),
        ]
    ),
    Story(
        "replacement-that-declares-less",
        "In such a replacement of a configuration what it does not declare any more is removed.",
        [
            up(whole(receive=[A, B], globalSecret=OWN)),
            up(having(whole(receive=[A]), trigger=True)),
            account({"receive": [A]}),
        ],
    ),
    Story(
        "moving-to-webhooks",
        "A program that moves to Webhooks leaves the account untouched; a warning names the account secrets.",
        [
            up(ALL),
            up(*EACH),
            shows("globalSecret", "left on the account"),
            never("PUT", "POST", "DELETE"),
            account(ALL_LIVE),
        ],
    ),
    Story(
        "moving-to-some-webhooks",
        "Of what the configuration put there, what no Webhook declares is removed.",
        [up(ALL), up(EACH[1]), account({"receive": [{"url": B, "secret": OWN}], "globalSecret": OWN, "secret": OTHER})],
    ),
    Story(
        "moving-to-a-configuration",
        "A program that moves to a configuration leaves the account untouched.",
        [
            up(*EACH),
            up(whole(receive=[A, entry(B, OWN)], callLog=[A])),
            never("PUT", "POST", "DELETE"),
            account(ENTRIES_LIVE, ordered=False),
        ],
    ),
    Story(
        "destroy-with-an-ignored-event",
        "At a destroy an ignored event whose entries are as they were declared is removed like the rest.",
        [
            up(having(whole(receive=[A], callLog=[C]), ignore=("callLog",))),
            destroy(),
            account({}),
        ],
        runners=PLUGIN,
    ),
]
