"""Import and refresh: what is live becomes the state, and never changes the account."""

from __future__ import annotations

from typing import Any, Final

from tests.stories.steps import (
    NEW,
    NUMBER,
    OTHER,
    OWN,
    PLUGIN,
    THEIRS,
    A,
    B,
    C,
    D,
    Story,
    account,
    add,
    destroy,
    edit,
    entry,
    having,
    holds,
    hook,
    import_,
    outputs,
    plans,
    preview,
    refresh,
    refused,
    remove,
    sends,
    shows,
    up,
    whole,
)

LIVE: Final[dict[str, Any]] = {
    "receive": [A, {"url": B, "secret": OTHER, "sendblue_numbers": [NUMBER]}],
    "call_log": [C],
    "globalSecret": OTHER,
}
PROGRAM: Final = whole(receive=[A, entry(B, OTHER, [NUMBER])], callLog=[C], globalSecret=OTHER)

STORIES: Final = [
    Story(
        "import-of-a-configuration",
        "An import takes over all that is there; the program that declares it has no change, and destroy removes it.",
        [
            import_(PROGRAM),
            outputs("webhooks", globalSecret=OTHER, callLog=[C], secretsReadable=True),
            up(PROGRAM),
            sends(),
            plans(webhooks="same"),
            destroy(),
            account({}),
        ],
        account=LIVE,
        runners=PLUGIN,
    ),
    Story(
        "import-and-less-in-the-program",
        "What a program does not declare after an import is removed, and named in a plain run.",
        [
            import_(PROGRAM),
            preview(whole(receive=[A])),
            shows(f"receive {B}", f"call_log {C}", "globalSecret"),
            up(whole(receive=[A])),
            shows(f"receive {B}", f"call_log {C}", "globalSecret"),
            account({"receive": [A]}),
        ],
        account=LIVE,
        runners=PLUGIN,
    ),
    Story(
        "import-of-another-id",
        "A configuration's id is always account.",
        [import_(PROGRAM, "other"), refused("account")],
        account=LIVE,
        runners=PLUGIN,
    ),
    Story(
        "import-of-a-webhook",
        "A Webhook is imported by event and URL.",
        [
            import_(hook(B, OTHER, numbers=[NUMBER])),
            outputs("receive-b", event="receive", url=B, secret=OTHER, sendblueNumbers=[NUMBER]),
            up(hook(B, OTHER, numbers=[NUMBER])),
            sends(),
            destroy(),
            account({**LIVE, "receive": [A]}),
        ],
        account=LIVE,
        runners=PLUGIN,
    ),
    Story(
        "import-of-a-webhook-that-is-not-there",
        "An id of which there is nothing is refused, and the message lists what there is.",
        [import_(hook(D)), refused(D, f"receive:{A}", f"call_log:{C}")],
        account=LIVE,
        runners=PLUGIN,
    ),
    Story(
        "import-of-copies",
        "A URL that is registered twice with different secrets is refused.",
        [import_(hook(A)), refused(A)],
        account={"receive": [A, {"url": A, "secret": OTHER}]},
        runners=PLUGIN,
    ),
    Story(
        "import-of-a-url-in-another-form",
        "An import by another form of the URL is refused, and the message lists the form that is there.",
        [import_(hook("https://Example.com/a")), refused(f"receive:{A}")],
        account={"receive": [A]},
        runners=PLUGIN,
    ),
    Story(
        "refresh-of-a-configuration",
        "A refresh takes what is live into the outputs, and says what changed.",
        [
            up(whole(receive=[A, entry(B, OWN)])),
            edit(B, {"url": B, "secret": OTHER}),
            add(THEIRS),
            refresh(),
            shows(f"receive {THEIRS}", f"receive {B} secret changed"),
            outputs("webhooks", receive=[A, {"url": B, "secret": OTHER}, THEIRS]),
            up(whole(receive=[A, entry(B, OWN)]), taking=(f"receive {THEIRS}",)),
            account({"receive": [A, {"url": B, "secret": OWN}]}),
        ],
    ),
    Story(
        "refresh-keeps-order-and-form",
        "A refresh of what is equal keeps the program's order and form.",
        [
            up(whole(receive=[A, entry(B)])),
            holds(receive=[B, {"url": A}]),
            refresh(),
            outputs("webhooks", receive=[A, {"url": B}]),
        ],
    ),
    Story(
        "refresh-of-a-webhook-that-is-gone",
        "A refresh takes a Webhook that is gone out of the state; the next up adds it.",
        [
            up(hook(A, OWN)),
            remove(A),
            refresh(),
            up(hook(A, OWN)),
            plans(receive_a="create"),
            sends("GET", "POST", "GET"),
        ],
    ),
    Story(
        "refresh-of-a-configuration-that-is-empty",
        "A configuration is never gone: an account that is empty is filled again.",
        [
            up(whole(receive=[A])),
            holds(),
            refresh(),
            up(whole(receive=[A])),
            plans(webhooks="update"),
            account({"receive": [A]}),
        ],
    ),
    Story(
        "a-secret-that-no-header-carries",
        "A declared secret that a header cannot carry unchanged is refused; a live one is read and written as it is.",
        [
            preview(hook(A, "canary-é")),
            refused("beyond ASCII"),
            preview(whole(receive=[entry(A, OWN)], globalSecret=" canary")),
            refused("begins or ends with a space"),
            up(hook(A, OWN)),
            up(hook(A, OTHER)),
            account({"receive": [{"url": B, "secret": " canary-é"}, {"url": A, "secret": OTHER}]}),
            refresh(),
        ],
        account={"receive": [{"url": B, "secret": " canary-é"}]},
    ),
    *(
        Story(
            f"a-{kind}-that-was-taken-over-with-such-a-secret",
            "If such a secret is in the state and its changes are ignored, the refusal says so; else a new one may be.",
            [
                import_(old, id_),
                preview(having(new, ignore=ignored)),
                refused("beyond ASCII", "if ignoreChanges covers it, leave that out for one `pulumi up`"),
                preview(new),
            ],
            account={"receive": [{"url": A, "secret": "canary-é"}]},
            runners=PLUGIN,
        )
        for kind, old, new, id_, ignored in [
            ("webhook", hook(A, "canary-é"), hook(A, NEW), f"receive:{A}", ("secret",)),
            (
                "configuration",
                whole(receive=[entry(A, "canary-é")]),
                whole(receive=[entry(A, NEW)]),
                "account",
                ("receive[0].secret",),
            ),
        ]
    ),
]
