"""What once went wrong: bug reports, official clients and attacks found each of these in the first core."""

from __future__ import annotations

from typing import Any, Final

from sendblue_emulator import EVENTS
from tests.stories.steps import (
    NEW,
    OTHER,
    OWN,
    PLUGIN,
    THEIRS,
    A,
    B,
    Story,
    account,
    add,
    answers,
    destroy,
    edit,
    entry,
    fails,
    having,
    hides,
    holds,
    hook,
    killed,
    never,
    preview,
    refresh,
    refused,
    refuses,
    sends,
    shows,
    up,
    use,
    when,
    whole,
)

CALLS: Final = {"accepted_events": [*EVENTS, "inbound_call"]}
MIXED: Final[dict[str, Any]] = {"inbound_call": [{"url": B}, {"endpoint": "x"}]}
UPPER, LOWER = "https://Hooks.Example.COM/in", "https://hooks.example.com/in"
THEIR_SECRET: Final = {"receive": [{"url": THEIRS, "secret": OTHER}]}
MANY: Final = [f"{B}/{number}" for number in range(20)]

STORIES: Final = [
    Story(
        "a-secret-on-their-entry",
        "An entry without a secret is not this stack's: a configuration that would give it one is refused.",
        [*refuses(whole(receive=[entry(THEIRS, OWN)]), words=(f"receive {THEIRS} (no secret)",))],
        account={"receive": [THEIRS]},
    ),
    Story(
        "a-secret-on-their-entry-by-a-webhook",
        "The same of a Webhook.",
        [*refuses(hook(THEIRS, OWN), words=(f"receive {THEIRS} (no secret)",))],
        account={"receive": [THEIRS]},
    ),
    *(
        Story(
            f"an-event-that-cannot-be-read-{name}",
            "Under an event whose value cannot be read a create is refused, and names the event.",
            [*refuses(whole(others={"inbound_call": [A]}), words=("inbound_call",)), account(before)],
            account=before,
            behave=CALLS,
        )
        for name, before in {
            "entry": MIXED,
            "object": {"inbound_call": {"a": B}},
            "string": {"inbound_call": "off"},
        }.items()
    ),
    Story(
        "a-webhook-beside-an-odd-entry",
        "A Webhook beside an entry that cannot be read is added, changed and removed; the entry stays.",
        [
            up(hook(A, OWN, event="inbound_call")),
            sends("GET", "POST", "GET"),
            up(hook(A, NEW, event="inbound_call")),
            sends("GET", "PUT", "GET"),
            account({"inbound_call": [*MIXED["inbound_call"], {"url": A, "secret": NEW}]}),
            destroy(),
            account(MIXED),
        ],
        account=MIXED,
        behave=CALLS,
    ),
    Story(
        "a-server-with-another-form-of-the-url",
        "A server that stores the URL in another form gets one copy; the error and the next refusal name both forms.",
        [
            up(hook(UPPER)),
            fails(UPPER, LOWER),
            up(hook(UPPER)),
            refused(UPPER, LOWER),
            up(hook(UPPER)),
            refused(UPPER, LOWER),
            account({"receive": [LOWER]}),
            up(hook(LOWER)),
            account({"receive": [LOWER]}),
        ],
        behave={"url_form": "normalised"},
    ),
    Story(
        "a-server-with-another-form-of-the-url-and-a-configuration",
        "The same of a configuration: the error names both forms, and there is one copy.",
        [
            up(whole(receive=[UPPER])),
            fails(UPPER, LOWER),
            up(whole(receive=[UPPER])),
            fails(UPPER, LOWER),
            account({"receive": [LOWER]}),
        ],
        behave={"url_form": "normalised"},
    ),
    Story(
        "added-before-the-verifying-get",
        "An entry that came between the PUT and the verifying GET is named by the next plain preview and the next up.",
        [
            up(whole(receive=[A])),
            when("PUT", "GET", do=add(THEIRS)),
            up(whole(receive=[A, B]), calm=False),
            preview(whole(receive=[A, B])),
            shows(f"receive {THEIRS}"),
            up(whole(receive=[A, B]), taking=(f"receive {THEIRS}",)),
            account({"receive": [A, B]}),
        ],
    ),
    Story(
        "added-before-a-refresh",
        "An entry that a refresh has put into the state is named by the next plain preview and the next up.",
        [
            up(whole(receive=[A])),
            add(THEIRS),
            refresh(),
            preview(whole(receive=[A])),
            shows(f"receive {THEIRS}"),
            up(whole(receive=[A]), taking=(f"receive {THEIRS}",)),
        ],
    ),
    Story(
        "a-put-that-has-to-wait",
        "A configuration whose PUT is answered 429 looks again: what somebody added meanwhile is a conflict.",
        [
            up(whole(receive=[A])),
            when("PUT", do=add(THEIRS)),
            answers("PUT", 429),
            up(whole(receive=[A, B])),
            fails(THEIRS),
            sends("GET", "PUT", "GET"),
            account({"receive": [A, THEIRS]}),
        ],
    ),
    Story(
        "a-webhooks-put-that-has-to-wait",
        "A Webhook whose PUT is answered 429 looks again: what somebody added meanwhile is merged.",
        [
            up(hook(A, OWN)),
            when("PUT", do=add(THEIRS)),
            answers("PUT", 429),
            up(hook(A, NEW)),
            sends("GET", "PUT", "GET", "PUT", "GET"),
            account({"receive": [{"url": A, "secret": NEW}, THEIRS]}),
        ],
    ),
    Story(
        "a-post-that-was-done-and-answered-429",
        "A POST that was done and answered 429 is sent once.",
        [answers("POST", 429, applied=True), up(hook(A)), sends("GET", "POST", "GET"), account({"receive": [A]})],
    ),
    *(
        Story(
            f"a-real-secret-like-a-mask-{name}-{kind}",
            "A secret that only resembles a mask is one, and is refused like any other.",
            [*refuses(resource, words=(f"receive {A} (another secret)",))],
            account={"receive": [{"url": A, "secret": secret}]},
        )
        for name, secret in {"word": "secret", "digits": "1111", "dots": "a...b", "xs": "xxxx"}.items()
        for kind, resource in {"configuration": whole(receive=[entry(A, OWN)]), "webhook": hook(A, OWN)}.items()
    ),
    Story(
        "registered-twice",
        "A URL that the account has more often than declared is refused, and the message says how often.",
        [*refuses(whole(receive=[A]), words=(f"receive {A}", "twice|2 times")), hides("does not declare: receive")],
        account={"receive": [A, A]},
    ),
    Story(
        "another-account",
        "Credentials of another account that has webhooks are refused in preview and up; an empty one is filled.",
        [
            up(whole(receive=[A, entry(B, OWN)])),
            use("second"),
            holds(receive=[THEIRS]),
            *refuses(whole(receive=[A, entry(B, NEW)]), words=(f"receive {THEIRS}", "apiKeyId")),
            hides("second-key-id"),
            holds(),
            up(whole(receive=[A, entry(B, OWN)])),
            account({"receive": [A, {"url": B, "secret": OWN}]}),
        ],
    ),
    Story(
        "masks-on-others-entries",
        "A Webhook's secret cannot change while others' secrets read as masks: refused, nothing is written.",
        [
            up(hook(A, OWN)),
            *refuses(hook(A, NEW), words=(THEIRS,)),
            account({"receive": [*THEIR_SECRET["receive"], {"url": A, "secret": OWN}]}),
        ],
        account=THEIR_SECRET,
        behave={"secrets": "masked"},
    ),
    Story(
        "omitted-secrets-on-others-entries",
        "The same on an API that leaves secrets out of its answers.",
        [
            up(hook(A, OWN)),
            *refuses(hook(A, NEW), words=(THEIRS,)),
            account({"receive": [*THEIR_SECRET["receive"], {"url": A, "secret": OWN}]}),
        ],
        account=THEIR_SECRET,
        behave={"secrets": "omitted"},
    ),
    Story(
        "an-ignored-entry-at-destroy",
        "An ignored entry to which somebody gave another secret stays at a destroy.",
        [
            up(having(whole(receive=[A, B]), ignore=("receive[0]",))),
            edit(A, {"url": A, "secret": OTHER}),
            destroy(),
            account({"receive": [{"url": A, "secret": OTHER}]}),
        ],
        runners=PLUGIN,
        engine=True,
    ),
    Story(
        "two-stacks-at-once",
        "After a Webhook's PUT its own entry decides: what another stack did to its own is no error of this one.",
        [
            up(hook(A, OWN)),
            when("PUT", "GET", do=edit(THEIRS, {"url": THEIRS, "secret": NEW})),
            up(hook(A, NEW)),
            account({"receive": [{"url": THEIRS, "secret": NEW}, {"url": A, "secret": NEW}]}),
        ],
        account=THEIR_SECRET,
    ),
    Story(
        "killed-after-everything-changed",
        "A run that replaced all that the state knows, and was killed after its PUT, converges: its URLs are declared.",
        [
            up(whole(receive=[A])),
            killed(whole(receive=[B])),
            up(whole(receive=[B])),
            sends("GET"),
            account({"receive": [B]}),
        ],
    ),
    Story(
        "twenty-created-and-one-changed",
        "With masks on another's entry twenty are created by POST and the one that needs a PUT is refused.",
        [
            up(hook(A, OWN)),
            up(hook(A, NEW), *(hook(url) for url in MANY), parallel=64),
            fails(THEIRS, of="receive-a"),
            never("PUT"),
            account({"receive": [*THEIR_SECRET["receive"], {"url": A, "secret": OWN}, *MANY]}, ordered=False),
        ],
        account=THEIR_SECRET,
        behave={"secrets": "masked"},
    ),
]
