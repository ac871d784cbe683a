"""Secrets that the API does not show: no drift for ever, no false calm, and nothing written over them."""

from __future__ import annotations

from typing import Final

from sendblue_emulator import MASK
from tests.stories.steps import (
    NEW,
    NUMBER,
    OTHER,
    OWN,
    THEIRS,
    A,
    B,
    Story,
    account,
    add,
    answers,
    behave,
    destroy,
    edit,
    entry,
    holds,
    hook,
    never,
    outputs,
    plans,
    preview,
    refresh,
    refused,
    refuses,
    resets,
    sends,
    shows,
    up,
    whole,
)

MASKED: Final = {"secrets": "masked"}
OMITTED: Final = {"secrets": "omitted"}
OWN_A: Final = {"url": A, "secret": OWN}
NEW_A: Final = {"url": A, "secret": NEW}
THEIR_ENTRY: Final = {"url": THEIRS, "secret": OTHER}

STORIES: Final = [
    Story(
        "omitted-and-a-removal-that-was-not-done",
        "On an API that omits secrets, a PUT that was not done is not taken for one that was.",
        [
            up(whole(receive=[entry(A, OWN)])),
            resets("PUT"),
            up(whole(receive=[A])),
            sends("GET", "PUT", "GET", "PUT", "GET"),
            account({"receive": [{"url": A}]}),
        ],
        behave=OMITTED,
    ),
    Story(
        "masked-since-the-write-beside-a-copy",
        "A write of our own that the API applied and now masks is no conflict, although a copy stands beside it.",
        [
            up(hook(A)),
            add(A),
            behave(secrets="masked"),
            answers("PUT", 429, applied=True),
            up(hook(A, NEW, numbers=[NUMBER])),
            sends("GET", "PUT", "GET"),
        ],
    ),
    *(
        Story(
            f"hidden-{name}-and-no-drift",
            "Secrets that do not show make no drift, and the state says that drift in them cannot be seen.",
            [
                up(whole(receive=[A, entry(B, OWN)], globalSecret=OWN)),
                outputs("webhooks", secretsReadable=False, globalSecret=OWN),
                preview(whole(receive=[A, entry(B, OWN)], globalSecret=OWN)),
                plans(webhooks="same"),
                refresh(),
                outputs("webhooks", receive=[A, {"url": B, "secret": OWN}], globalSecret=OWN),
                preview(whole(receive=[A, entry(B, OWN)], globalSecret=OWN)),
                plans(webhooks="same"),
            ],
            behave=behaviour,
        )
        for name, behaviour in {"masked": MASKED, "omitted": OMITTED}.items()
    ),
    *(
        Story(
            f"hidden-{name}-and-rotated",
            "A new secret of an own entry arrives on an account that has nothing else.",
            [
                up(whole(receive=[entry(A, OWN)], globalSecret=OWN)),
                up(whole(receive=[entry(A, NEW)], globalSecret=OWN)),
                account({"receive": [NEW_A], "globalSecret": OWN}),
                up(whole(receive=[entry(A, NEW), B], globalSecret=NEW)),
                account({"receive": [NEW_A, B], "globalSecret": NEW}),
            ],
            behave=behaviour,
        )
        for name, behaviour in {"masked": MASKED, "omitted": OMITTED}.items()
    ),
    Story(
        "hidden-and-shown-again",
        "A read that shows real values says that secrets are readable again, and drift in them shows.",
        [
            up(whole(receive=[entry(A, OWN)])),
            behave(secrets="readable"),
            refresh(),
            outputs("webhooks", secretsReadable=True),
            edit(A, {"url": A, "secret": OTHER}),
            preview(whole(receive=[entry(A, OWN)])),
            plans(webhooks="update"),
            up(whole(receive=[entry(A, OWN)])),
            account({"receive": [OWN_A]}),
        ],
        behave=MASKED,
    ),
    Story(
        "hidden-of-a-webhook",
        "The same of a Webhook: no drift, and readable again.",
        [
            up(hook(A, OWN)),
            outputs("receive-a", secretsReadable=False, secret=OWN),
            refresh(),
            outputs("receive-a", secret=OWN),
            up(hook(A, OWN)),
            behave(secrets="readable"),
            refresh(),
            outputs("receive-a", secretsReadable=True),
        ],
        behave=MASKED,
    ),
    Story(
        "hidden-under-another-event",
        "A masked entry under another event is one that a PUT would write over.",
        [
            up(hook(A, OWN)),
            add(THEIR_ENTRY, "outbound"),
            *refuses(hook(A, NEW), words=(f"outbound {THEIRS}",)),
            account({"receive": [OWN_A], "outbound": [THEIR_ENTRY]}),
        ],
        behave=MASKED,
    ),
    Story(
        "hidden-account-secret-of-others",
        "An account secret that does not show is not written over either.",
        [
            up(hook(A, OWN)),
            *refuses(hook(A, NEW), words=("globalSecret",)),
            account({"receive": [OWN_A], "globalSecret": OTHER}),
        ],
        account={"globalSecret": OTHER},
        behave=MASKED,
    ),
    Story(
        "omitted-account-secret-of-others",
        "If the API leaves secrets out, a PUT could clear an account secret unseen: a Webhook's change is refused.",
        [
            up(hook(A, OWN)),
            *refuses(hook(A, NEW), words=("globalSecret",)),
            account({"receive": [OWN_A], "globalSecret": OTHER}),
        ],
        account={"globalSecret": OTHER},
        behave=OMITTED,
    ),
    Story(
        "hidden-and-the-way-out",
        "The way out of the refusal works: take the Webhook out, up, add it with the new secret.",
        [
            up(hook(A, OWN), hook(B)),
            up(hook(A, NEW), hook(B)),
            refused("calls in between are lost|in between"),
            up(hook(B)),
            up(hook(A, NEW), hook(B)),
            never("PUT"),
            account({"receive": [THEIR_ENTRY, B, NEW_A]}),
        ],
        account={"receive": [THEIR_ENTRY]},
        behave=MASKED,
    ),
    Story(
        "omitted-and-an-entry-without-a-secret",
        "On an API that leaves secrets out an entry without one may have one: nothing is written over it.",
        [
            up(hook(A, OWN)),
            *refuses(hook(A, NEW), words=(THEIRS,)),
            account({"receive": [THEIRS, OWN_A]}),
        ],
        account={"receive": [THEIRS]},
        behave=OMITTED,
    ),
    Story(
        "lost-beside-secrets-that-show",
        "If other entries show their secrets, a missing one was lost, not hidden: it is drift, and is set again.",
        [
            up(hook(A, OWN)),
            edit(A, {"url": A}),
            up(hook(A, OWN)),
            account({"receive": [THEIR_ENTRY, OWN_A]}),
        ],
        account={"receive": [THEIR_ENTRY]},
    ),
    Story(
        "hidden-entry-of-others-is-removed",
        "Another's entry with a hidden secret is drift; an update that removes it names it.",
        [
            up(whole(receive=[A])),
            add(THEIR_ENTRY),
            up(whole(receive=[A, B]), taking=(f"receive {THEIRS}",)),
            account({"receive": [A, B]}),
        ],
        behave=MASKED,
    ),
    Story(
        "hidden-entry-of-others-is-declared",
        "Another's entry with a hidden secret that the program declares by now is not written over.",
        [
            up(whole(receive=[A])),
            add(THEIR_ENTRY),
            *refuses(whole(receive=[A, entry(THEIRS, None, [NUMBER])]), words=(f"receive {THEIRS}",)),
            account({"receive": [A, THEIR_ENTRY]}),
        ],
        behave=MASKED,
    ),
    Story(
        "a-mask-is-declared",
        "A program that declares what reads as the mask of the real secret is refused.",
        [up(hook(A, OWN)), *refuses(hook(A, MASK), words=("mask",)), account({"receive": [OWN_A]})],
        behave=MASKED,
    ),
    *(
        Story(
            f"a-mask-in-the-form-{number}",
            "A mask of another form is one too: it is not compared with the declared secret.",
            [up(hook(A, OWN)), never("PUT", "POST"), shows("cannot be compared")],
            account={"receive": [{"url": A, "secret": mask}]},
        )
        for number, mask in enumerate(("***", "••••••", "[redacted]", "<masked>", "(hidden)"))
    ),
    Story(
        "hidden-at-a-delete-of-a-webhook",
        "A delete is never refused for a hidden secret.",
        [
            up(hook(A, OWN)),
            destroy(),
            sends("GET", "DELETE", "GET"),
            account({"receive": [THEIR_ENTRY], "globalSecret": OTHER}),
        ],
        account={"receive": [THEIR_ENTRY], "globalSecret": OTHER},
        behave=MASKED,
    ),
    Story(
        "hidden-at-a-destroy",
        "A destroy leaves an account secret that it could clear only over others' hidden secrets, and names it.",
        [
            up(whole(receive=[A], globalSecret=OWN)),
            add(THEIR_ENTRY, "outbound"),
            destroy(),
            shows("globalSecret", "left on the account"),
            sends("GET", "DELETE", "GET"),
            account({"outbound": [THEIR_ENTRY], "globalSecret": OWN}),
        ],
        behave=MASKED,
    ),
    Story(
        "hidden-copies-at-a-destroy",
        "If the secrets of copies do not show, a destroy leaves them all and warns.",
        [
            up(hook(A, OWN)),
            add({"url": A, "secret": OTHER}),
            destroy(),
            shows(f"receive {A}", "left on the account"),
            never("PUT", "DELETE"),
        ],
        behave=MASKED,
    ),
    Story(
        "an-api-that-begins-to-omit-a-webhooks-secret",
        "If the only own secret is absent and none shows, the state's stands in: another's secret is not written over.",
        [
            up(hook(A, OWN)),
            behave(**OMITTED),
            up(hook(A, OWN)),
            never("PUT"),
            account({"receive": [THEIR_ENTRY, OWN_A]}),
            up(hook(A, OWN)),
            never("PUT"),
            destroy(),
            account({"receive": [THEIR_ENTRY]}),
        ],
        account={"receive": [THEIR_ENTRY]},
    ),
    Story(
        "a-hidden-secret-on-an-own-entry",
        "A secret that somebody sets on an own entry is drift, also if it does not show; the update removes it.",
        [
            up(whole(receive=[A])),
            behave(**MASKED),
            holds(receive=[{"url": A, "secret": OTHER}]),
            preview(whole(receive=[A])),
            shows(f"~ receive {A}"),
            up(whole(receive=[A])),
            account({"receive": [A]}),
        ],
    ),
]
