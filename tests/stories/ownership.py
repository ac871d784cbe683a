"""What is whose: what a run takes over, what it manages, and what it leaves to others."""

from __future__ import annotations

from typing import Any, Final

from tests.stories.steps import (
    NEW,
    NUMBER,
    OTHER,
    OTHER_NUMBER,
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
    behave,
    destroy,
    edit,
    entry,
    fails,
    hides,
    holds,
    hook,
    never,
    outputs,
    preview,
    refresh,
    refused,
    refuses,
    sends,
    set_secret,
    shows,
    up,
    when,
    whole,
)

MASKED: Final = {"secrets": "masked"}
OMITTED: Final = {"secrets": "omitted"}
OWN_A: Final = {"url": A, "secret": OWN}
THEIR_ENTRY: Final = {"url": THEIRS, "secret": OTHER}
HIDING: Final[dict[str, Any]] = {"receive": [{"url": A, "secret": OTHER}]}
HIDING_GLOBAL: Final[dict[str, Any]] = {"receive": [A], "globalSecret": OTHER}
FORMS: Final[dict[str, dict[str, str]]] = {
    "empty-events-are-left-out": {"empty_events": "omitted"},
    "unset-secrets-are-empty": {"unset_secrets": "empty"},
    "unset-secrets-are-null": {"unset_secrets": "null"},
    "entries-are-objects": {"entry_form": "object"},
    "entries-are-strings": {"entry_form": "string"},
}
SECRETS: Final = whole(receive=[entry(A, OWN), entry(B, NEW)], outbound=[entry(C, OWN)], globalSecret=OWN)
SECRETS_LIVE: Final[dict[str, Any]] = {
    "receive": [OWN_A, {"url": B, "secret": NEW}],
    "outbound": [{"url": C, "secret": OWN}],
    "globalSecret": OWN,
}


def managed(*urls: str) -> dict[str, Any]:
    """Return the output `managed` of a stack that put these URLs under `receive`."""
    return {"events": {"receive": [*urls]}, "secrets": []}


STORIES: Final = [
    Story(
        "create-of-what-is-there-in-part",
        "If a part of what is declared is on the account, equal, the create adds the rest, and manages it all.",
        [
            up(whole(receive=[A, entry(B, OWN)], outbound=[C], globalSecret=OWN)),
            sends("GET", "PUT", "GET"),
            account({"receive": [A, {"url": B, "secret": OWN}], "outbound": [C], "globalSecret": OWN}),
            destroy(),
            account({}),
        ],
        account={"receive": [A], "globalSecret": OWN},
    ),
    *(
        Story(
            f"create-without-a-secret-against-a-hidden-one-{name}",
            "An item with a hidden secret is not the declared one without a secret: the create is refused.",
            [*refuses(resource, words=words), account(before)],
            account=before,
            behave=MASKED,
        )
        for name, resource, words, before in [
            ("configuration", whole(receive=[A]), (f"receive {A}",), HIDING),
            ("webhook", hook(A), (f"receive {A}",), HIDING),
            ("account-secret", whole(receive=[A]), ("globalSecret",), HIDING_GLOBAL),
        ]
    ),
    Story(
        "create-with-overwrite-manages-what-it-declares",
        "What a create overwrote is not managed: if somebody adds it again, a destroy leaves it.",
        [
            up(whole(receive=[A], overwrite=True), taking=(f"receive {THEIRS}", "globalSecret")),
            outputs("webhooks", managed=managed(A)),
            add(THEIR_ENTRY),
            set_secret(OTHER),
            destroy(),
            account({"receive": [THEIR_ENTRY], "globalSecret": OTHER}),
        ],
        account={"receive": [THEIR_ENTRY], "globalSecret": OTHER},
    ),
    Story(
        "webhook-with-overwrite-keeps-fields-that-nobody-declares",
        "A field of the overwritten entry that this provider does not know survives the PUT.",
        [
            up(hook(A, OWN, overwrite=True), taking=(f"receive {A}",)),
            sends("GET", "PUT", "GET"),
            account({"receive": [THEIRS, {"url": A, "secret": OWN, "label": "x"}]}),
        ],
        account={"receive": [THEIRS, {"url": A, "secret": OTHER, "label": "x"}]},
    ),
    *(
        Story(
            f"a-secret-that-was-lost-on-the-way-{kind}",
            "If the verifying GET shows the new entry without its secret, and others' secrets, the run fails.",
            [
                when(method, "GET", do=edit(A, A)),
                up(resource),
                fails(f"receive {A}"),
                up(resource),
                account({"receive": [*beside, OWN_A]}),
                destroy(),
                account({"receive": beside} if beside else {}),
            ],
            account={"receive": beside} if beside else {},
            runners=PLUGIN,
        )
        for kind, method, resource, beside in [
            ("webhook", "POST", hook(A, OWN), [THEIR_ENTRY]),
        ]
    ),
    Story(
        "a-secret-of-a-configuration-that-was-lost-on-the-way",
        "The same of a configuration, whose other entries show their secrets.",
        [
            when("PUT", "GET", do=edit(A, A)),
            up(SECRETS),
            fails(f"receive {A}"),
            up(SECRETS),
            account(SECRETS_LIVE),
        ],
        runners=PLUGIN,
    ),
    Story(
        "numbers-that-were-lost-on-the-way",
        "If the verifying GET shows other numbers than were sent, the run fails and names the entry.",
        [
            when("PUT", "GET", do=edit(A, {"url": A, "sendblue_numbers": [OTHER_NUMBER]})),
            up(whole(receive=[entry(A, numbers=[NUMBER])])),
            fails(f"receive {A}"),
            up(whole(receive=[entry(A, numbers=[NUMBER])])),
            account({"receive": [{"url": A, "sendblue_numbers": [NUMBER]}]}),
        ],
        runners=PLUGIN,
    ),
    *(
        Story(
            f"an-api-that-begins-to-hide-all-secrets-{name}",
            "If the API begins to hide all secrets, one update at most finds out; nothing is lost, and it is calm.",
            [
                up(SECRETS),
                behave(**behaviour),
                up(SECRETS),
                account(SECRETS_LIVE),
                up(SECRETS),
                sends(),
                account(SECRETS_LIVE),
            ],
        )
        for name, behaviour in {"masked": MASKED, "omitted": OMITTED}.items()
    ),
    Story(
        "a-conflict-is-not-lifted-by-overwrite",
        "allowOverwrite lifts no conflict, and the message names every change since the diff.",
        [
            up(whole(receive=[A, B, C], globalSecret=OWN, overwrite=True)),
            when("|", do=holds(receive=[B, {"url": C, "secret": OTHER}], outbound=[THEIRS], globalSecret=OTHER)),
            up(whole(receive=[A, B, C, D], globalSecret=OWN, overwrite=True)),
            refused(f"- receive {A}", f"~ receive {C}", f"+ outbound {THEIRS}", "~ globalSecret"),
            sends("GET"),
            account({"receive": [B, {"url": C, "secret": OTHER}], "outbound": [THEIRS], "globalSecret": OTHER}),
        ],
    ),
    Story(
        "their-entry-is-declared",
        "A foreign entry that the program begins to declare as it is needs no write and is managed.",
        [
            up(whole(receive=[A])),
            add(THEIR_ENTRY),
            up(whole(receive=[A, entry(THEIRS, OTHER)])),
            never("PUT"),
            outputs("webhooks", managed=managed(A, THEIRS)),
            destroy(),
            account({}),
        ],
    ),
    Story(
        "their-account-secret-is-declared",
        "The same of an account secret.",
        [
            up(whole(receive=[A])),
            set_secret(OTHER),
            up(whole(receive=[A], globalSecret=OTHER)),
            never("PUT"),
            destroy(),
            account({}),
        ],
    ),
    Story(
        "an-account-secret-that-may-be-hidden",
        "While secrets are left out of answers, a declared account secret is in every PUT and is not said to be gone.",
        [
            up(whole(receive=[A], globalSecret=OWN)),
            up(whole(receive=[A, B], globalSecret=OWN)),
            hides("globalSecret"),
            account({"receive": [A, B], "globalSecret": OWN}),
        ],
        behave=OMITTED,
    ),
    Story(
        "webhook-beside-an-empty-event-that-nobody-knows",
        "A key with an empty list that is no event goes through a Webhook's PUT as it is.",
        [up(hook(A, OWN)), up(hook(A, NEW)), sends("GET", "PUT", "GET")],
        account={"sms_opt_out": []},
    ),
    Story(
        "readable-while-there-is-no-secret",
        "While no secret is live, secretsReadable stays what it was.",
        [
            up(whole(receive=[entry(A, OWN)])),
            outputs("webhooks", secretsReadable=False),
            up(whole(receive=[A])),
            behave(secrets="readable"),
            refresh(),
            outputs("webhooks", secretsReadable=False),
            up(whole(receive=[entry(A, OWN)])),
            outputs("webhooks", secretsReadable=True),
        ],
        behave=MASKED,
    ),
    Story(
        "hidden-in-refreshed-outputs",
        "Another's hidden secret in refreshed outputs is no real value for the next read, and never written.",
        [
            up(whole(receive=[A])),
            add(THEIR_ENTRY),
            refresh(),
            refresh(),
            preview(whole(receive=[A])),
            shows(f"receive {THEIRS}"),
            behave(secrets="readable"),
            refresh(),
            outputs("webhooks", receive=[A, THEIR_ENTRY], secretsReadable=True),
            destroy(),
            account({"receive": [THEIR_ENTRY]}),
        ],
        behave=MASKED,
    ),
    *(
        Story(
            f"destroy-of-copies-where-a-delete-removes-{name}",
            "All copies of an own URL go at a destroy, whether a DELETE removes all or one; others' copies stay.",
            [
                up(whole(receive=[A, B])),
                add({"url": A, "secret": OTHER}),
                add(A, "outbound"),
                add(A, "outbound"),
                destroy(),
                account({"outbound": [A, A]}),
            ],
            behave={"delete_removes": name},
        )
        for name in ("all", "one")
    ),
    Story(
        "rename-beside-hidden-secrets",
        "What another resource of the run declares is not overwritten by a delete's PUT, hidden as its secret is.",
        [
            up(whole(receive=[entry(A, OWN), B], globalSecret=OWN)),
            up(hook(A, OWN)),
            shows("globalSecret"),
            account({"receive": [OWN_A], "globalSecret": OWN}),
        ],
        behave=MASKED,
    ),
    *(
        Story(
            f"a-life-of-a-configuration-where-{name}",
            "However the API writes what it has, there is no drift, and create, update and destroy end right.",
            [
                up(whole(receive=[A, entry(B, OWN)], outbound=[C])),
                up(whole(receive=[entry(A, OWN), B], callLog=[C], globalSecret=OWN)),
                sends("GET", "PUT", "GET"),
                refresh(),
                up(whole(receive=[entry(A, OWN), B], callLog=[C], globalSecret=OWN)),
                sends(),
                destroy(),
                account({}),
            ],
            behave=behaviour,
        )
        for name, behaviour in FORMS.items()
    ),
]
