"""What others do while a command is under way stays, request by request."""

from __future__ import annotations

from typing import Any, Final

from tests.plugin.values import UNKNOWN
from tests.stories.steps import (
    NEW,
    OTHER,
    OWN,
    THEIRS,
    A,
    B,
    C,
    D,
    Step,
    Story,
    account,
    add,
    answers,
    destroy,
    edit,
    entry,
    fails,
    having,
    hook,
    preview,
    refused,
    remove,
    resets,
    sends,
    set_secret,
    up,
    when,
    whole,
)

THEIR_ENTRY: Final = {"url": THEIRS, "secret": OTHER}
OWN_A: Final = {"url": A, "secret": OWN}
NEW_A: Final = {"url": A, "secret": NEW}
DELETED: Final = whole(receive=[A], callLog=[B], globalSecret=OWN, secret=OWN)
DROPPED: Final = ("GET", "DELETE", "DELETE", "GET", "PUT", "GET")
MASKED: Final = {"secrets": "masked"}
ANOTHER_STACK: Final[list[tuple[str, Step, list[Any]]]] = [
    ("adds", add(B), [THEIRS, B]),
    ("changes", edit(THEIRS, THEIR_ENTRY), [THEIR_ENTRY]),
    ("removes", remove(THEIRS), []),
]

STORIES: Final = [
    *(
        Story(
            f"added-{name}-of-a-destroy",
            "What somebody adds while a destroy is under way stays, with its secret.",
            [
                up(DELETED),
                when(*moment, do=add(THEIR_ENTRY)),
                destroy(),
                account({"receive": [THEIR_ENTRY]}),
            ],
        )
        for name, moment in {
            "before-the-first-get": ("|", "GET"),
            "before-the-first-delete": ("GET", "DELETE"),
            "between-the-deletes": ("DELETE", "DELETE"),
            "before-the-get-of-the-put": ("DELETE", "GET"),
            "after-the-put": ("PUT", "GET"),
        }.items()
    ),
    *(
        Story(
            f"changed-{name}-of-a-destroy",
            "What somebody does to their own entry and to an event while a destroy is under way stays.",
            [
                up(DELETED),
                add(THEIRS, "outbound"),
                when(*moment, do=edit(THEIRS, THEIR_ENTRY, "outbound")),
                destroy(),
                sends(*DROPPED),
                account({"outbound": [THEIR_ENTRY]}),
            ],
        )
        for name, moment in {
            "before-the-first-delete": ("GET", "DELETE"),
            "between-the-deletes": ("DELETE", "DELETE"),
            "before-the-get-of-the-put": ("DELETE", "GET"),
            "after-the-put": ("PUT", "GET"),
        }.items()
    ),
    Story(
        "a-secret-set-after-the-put-of-a-destroy",
        "An account secret that somebody sets to another value after a destroy's PUT stays.",
        [
            up(whole(receive=[A], globalSecret=OWN)),
            when("PUT", "GET", do=set_secret(OTHER)),
            destroy(),
            account({"globalSecret": OTHER}),
        ],
    ),
    Story(
        "added-before-the-second-put-of-a-destroy",
        "Nothing is sent over what came before the PUT that clears a kept secret by an empty string.",
        [
            up(whole(receive=[A], globalSecret=OWN)),
            when("PUT", "GET", do=add(THEIR_ENTRY, "outbound")),
            destroy(),
            account({"outbound": [THEIR_ENTRY]}),
        ],
        behave={"absent_secrets": "kept"},
    ),
    Story(
        "two-of-a-delete-are-gone-at-once",
        "If two of a DELETE are gone by the time of it, and one more by the next round, the destroy is done.",
        [
            up(whole(receive=[A, B, C, D])),
            when("DELETE", do=remove(B)),
            when("DELETE", "GET", do=remove(C)),
            destroy(),
            account({}),
        ],
        behave={"absent_delete": 404},
    ),
    Story(
        "a-lagging-account-while-others-write",
        "While a write is not visible yet, what others write is no end of the wait: the entry is sent once.",
        [
            when("POST", "GET", do=add(THEIR_ENTRY)),
            up(hook(A, OWN)),
            account({"receive": [OWN_A, THEIR_ENTRY]}),
            when("PUT", "GET", do=add(B)),
            up(hook(A, NEW)),
            account({"receive": [NEW_A, THEIR_ENTRY, B]}),
            when("DELETE", "GET", do=add(C)),
            destroy(),
            account({"receive": [THEIR_ENTRY, B, C]}),
        ],
        behave={"lag": 2},
        visible=4.0,
    ),
    *(
        Story(
            f"a-doubtful-post-and-{name}",
            "If a POST was not answered and somebody sends the same entry before it is repeated, it is not sent again.",
            [
                when("POST", "GET", do=add(OWN_A)),
                fault,
                up(hook(A, OWN)),
                sends("GET", "POST", "GET"),
                account({"receive": [THEIRS, OWN_A]}),
            ],
            account={"receive": [THEIRS]},
        )
        for name, fault in {"the-same-entry": resets("POST"), "the-same-entry-after-429": answers("POST", 429)}.items()
    ),
    *(
        Story(
            f"a-doubtful-post-and-another-secret-{name}",
            "If somebody sends the URL with another secret meanwhile, nothing is sent: there is no second copy.",
            [
                when("POST", "GET", do=add({"url": A, "secret": OTHER})),
                fault,
                up(hook(A, OWN)),
                fails(f"receive {A}"),
                sends("GET", "POST", "GET"),
                account({"receive": [{"url": A, "secret": OTHER}]}),
            ],
        )
        for name, fault in {"reset": resets("POST"), "429": answers("POST", 429)}.items()
    ),
    *(
        Story(
            f"a-doubtful-secret-that-does-not-show-{kind}",
            "A change of a secret that was not answered and does not show is an error; the next run writes it again.",
            [
                up(old),
                resets("PUT", times=9),
                up(new),
                fails(),
                up(new),
                account({"receive": [NEW_A]}),
            ],
            behave={"secrets": secrets},
        )
        for secrets in ("masked", "omitted")
        for kind, old, new in [
            (f"{secrets}-configuration", whole(receive=[entry(A, OWN)]), whole(receive=[entry(A, NEW)])),
        ]
    ),
    *(
        Story(
            f"another-stack-{what}-{name}-of-{kind}",
            "Whatever another stack adds, changes or removes between two requests of a Webhook's operation stays so.",
            [
                *([up(hook(A, OWN))] if old else []),
                when(*moment, do=theirs),
                command,
                account({"receive": [*left, *own]} if left or own else {}, ordered=False),
            ],
            account={"receive": [THEIRS]},
        )
        for kind, method, old, command, own in [
            ("a-create", "POST", False, up(hook(A, OWN)), [OWN_A]),
            ("a-change", "PUT", True, up(hook(A, NEW)), [NEW_A]),
            ("a-delete", "DELETE", True, destroy(), []),
        ]
        for name, moment in {"before-the-get": ("|",), "after-the-write": (method, "GET")}.items()
        for what, theirs, left in ANOTHER_STACK
    ),
    Story(
        "refused-when-the-value-is-known",
        "What was not known in the preview is judged at the create.",
        [
            preview(whole(receive=[UNKNOWN])),
            up(whole(receive=[A])),
            refused(f"receive {THEIRS}"),
            account({"receive": [THEIRS]}),
        ],
        account={"receive": [THEIRS]},
    ),
    Story(
        "a-replacement-beside-their-entry",
        "In a replacement that begins with old inputs, what those did not name is still refused.",
        [
            up(whole(receive=[A])),
            add(THEIR_ENTRY),
            up(having(whole(receive=[A, B]), trigger=True)),
            refused(f"receive {THEIRS}"),
            account({"receive": [A, THEIR_ENTRY]}),
        ],
    ),
    Story(
        "a-webhooks-replacement-against-their-entry",
        "The same of a Webhook whose new URL somebody registered with another secret.",
        [
            up(hook(A, OWN)),
            add({"url": B, "secret": OTHER}),
            up(having(hook(B, OWN), name="receive-a", trigger=True)),
            refused(f"receive {B} (another secret)"),
            account({"receive": [OWN_A, {"url": B, "secret": OTHER}]}),
        ],
    ),
    Story(
        "an-overwrite-beside-somebody-elses-edit",
        "What somebody adds to another event just before an overwriting Webhook's PUT is planned stays.",
        [
            when("|", do=add(THEIR_ENTRY, "outbound")),
            up(hook(A, OWN, overwrite=True), taking=(f"receive {A}",)),
            account({"receive": [OWN_A], "outbound": [THEIR_ENTRY]}),
        ],
        account={"receive": [A]},
    ),
]
