"""A `WebhookConfiguration` is created: what it takes over, and what it refuses."""

from __future__ import annotations

from typing import Any, Final

from sendblue_emulator import EVENTS
from tests.plugin.values import UNKNOWN
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
    Story,
    account,
    add,
    behave,
    entry,
    fails,
    hook,
    killed,
    never,
    outputs,
    preview,
    refused,
    refuses,
    sends,
    shows,
    up,
    when,
    whole,
)

OWN_LIVE: Final = {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER]}
USUAL: Final = whole(receive=[A, entry(B, OWN, [NUMBER])], callLog=[C], globalSecret=OWN)
USUAL_LIVE: Final[dict[str, Any]] = {"receive": [A, OWN_LIVE], "call_log": [C], "globalSecret": OWN}
OTHERS: Final[dict[str, Any]] = {
    "receive": [THEIRS, {"url": A, "secret": OTHER}, {"url": C, "sendblue_numbers": [OTHER_NUMBER]}],
    "outbound": [{"url": THEIRS, "secret": OTHER}],
    "globalSecret": OTHER,
    "secret": OTHER,
}
LISTED: Final = (
    f"receive {THEIRS}",
    f"receive {A} (another secret)",
    f"receive {C} (other numbers)",
    f"outbound {THEIRS} (secret set)",
    "globalSecret (another secret)",
    "secret (secret set)",
)
AGAINST_OTHERS: Final = whole(receive=[entry(A, OWN), entry(C, None, [NUMBER])], globalSecret=OWN)
NOTICE: Final = "destroy removes it"

STORIES: Final = [
    Story(
        "create-on-an-empty-account",
        "A create is GET, PUT, GET; every property comes back, and the next preview is empty.",
        [
            preview(USUAL),
            up(USUAL),
            sends("GET", "PUT", "GET"),
            account(USUAL_LIVE),
            outputs("webhooks", globalSecret=OWN, secretsReadable=True, callLog=[C]),
        ],
    ),
    Story(
        "create-of-every-event",
        "The six events, any other, and both account secrets are written under the API's names.",
        [
            up(
                whole(
                    receive=[A],
                    outbound=[A],
                    callLog=[A],
                    lineBlocked=[A],
                    lineAssigned=[A],
                    contactCreated=[A],
                    others={"typing_indicator": [entry(A, OWN)]},
                    globalSecret=OWN,
                    secret=NEW,
                )
            ),
            account(
                {
                    **{event: [A] for event in EVENTS},
                    "typing_indicator": [{"url": A, "secret": OWN}],
                    "globalSecret": OWN,
                    "secret": NEW,
                }
            ),
        ],
        behave={"accepted_events": [*EVENTS, "typing_indicator"]},
    ),
    Story(
        "create-of-what-is-there",
        "An account that is what the program declares is adopted without a write, and preview and up say so.",
        [preview(USUAL), shows(NOTICE, f"receive {A}"), up(USUAL), shows(NOTICE, f"receive {B}"), sends("GET")],
        account=USUAL_LIVE,
    ),
    Story(
        "create-of-what-is-there-in-another-order-and-form",
        "Order is no change, an object with a URL alone is that URL, and fields that nobody declares are no change.",
        [up(whole(receive=[B, A])), sends("GET")],
        account={"receive": [{"url": A, "label": "x"}, {"url": B, "secret": "", "sendblue_numbers": []}]},
    ),
    Story(
        "create-refused",
        "A create that would remove or change anything is refused; each item is listed by event and URL.",
        [*refuses(AGAINST_OTHERS, words=LISTED), account(OTHERS)],
        account=OTHERS,
    ),
    Story(
        "create-would-remove-a-secret",
        "An entry that is declared without the secret that it has is refused.",
        [*refuses(whole(receive=[A]), words=(f"receive {A} (another secret)|receive {A} (secret set)",))],
        account={"receive": [{"url": A, "secret": OTHER}]},
    ),
    Story(
        "create-would-remove-a-new-event",
        "An entry of an event that this provider does not know is refused like any other.",
        [*refuses(whole(receive=[A]), words=(f"typing_indicator {THEIRS}",))],
        account={"receive": [A], "typing_indicator": [THEIRS]},
        behave={"accepted_events": [*EVENTS, "typing_indicator"]},
    ),
    Story(
        "create-beside-what-cannot-be-read",
        "What cannot be read under no declared event is carried through the PUT as it is.",
        [
            up(whole(receive=[A])),
            account({"receive": [A], "region": {"name": "us"}, "typing_indicator": [{"endpoint": "x"}]}),
        ],
        account={"region": {"name": "us"}, "typing_indicator": [{"endpoint": "x"}]},
        behave={"accepted_events": [*EVENTS, "typing_indicator"]},
    ),
    Story(
        "create-with-overwrite",
        "With allowOverwrite everything is replaced, and each item is listed in preview and up.",
        [
            preview(whole(receive=[A], overwrite=True)),
            shows(f"- receive {THEIRS}", f"~ receive {A}", "- globalSecret", "- secret"),
            up(
                whole(receive=[A], overwrite=True),
                taking=(
                    f"receive {THEIRS}",
                    f"receive {A}",
                    f"receive {C}",
                    f"outbound {THEIRS}",
                    "globalSecret",
                    "secret",
                ),
            ),
            sends("GET", "PUT", "GET"),
            account({"receive": [A]}),
        ],
        account=OTHERS,
    ),
    Story(
        "create-with-overwrite-over-what-cannot-be-read",
        "With allowOverwrite an event that cannot be read is replaced, and named.",
        [
            up(whole(others={"typing_indicator": [A]}, overwrite=True), taking=("typing_indicator",)),
            account({"typing_indicator": [A]}),
        ],
        account={"typing_indicator": "off"},
        behave={"accepted_events": [*EVENTS, "typing_indicator"]},
    ),
    Story(
        "create-with-overwrite-of-copies",
        "With allowOverwrite a URL that is registered twice is registered once afterwards.",
        [up(whole(receive=[A], overwrite=True), taking=(f"receive {A}",)), account({"receive": [A]})],
        account={"receive": [A, A]},
    ),
    Story(
        "create-refused-at-the-last-moment",
        "What somebody adds after the check and before the create is refused by the create.",
        [
            when("|", do=add(THEIRS, "outbound")),
            up(whole(receive=[A])),
            refused(f"outbound {THEIRS}"),
            account({"outbound": [THEIRS]}),
        ],
    ),
    Story(
        "create-killed",
        "A create that was killed after its PUT converges without a refusal and without a write.",
        [killed(USUAL), up(USUAL), sends("GET"), account(USUAL_LIVE)],
    ),
    Story(
        "create-killed-on-an-account-that-masks",
        "On an account that masks a killed create needs allowOverwrite: the one exception.",
        [
            killed(whole(receive=[entry(A, OWN)])),
            *refuses(whole(receive=[entry(A, OWN)]), words=(f"receive {A}",)),
            up(whole(receive=[entry(A, OWN)], overwrite=True)),
            account({"receive": [{"url": A, "secret": OWN}]}),
        ],
        behave={"secrets": "masked"},
    ),
    Story(
        "create-against-a-hidden-secret",
        "A declared secret against one that does not show is refused by a configuration.",
        [*refuses(whole(receive=[entry(A, OWN)]), words=(f"receive {A}",))],
        account={"receive": [{"url": A, "secret": OTHER}]},
        behave={"secrets": "masked"},
    ),
    Story(
        "create-with-a-value-that-is-not-known",
        "A URL that is known only once the update runs passes the preview.",
        [preview(whole(receive=[A, UNKNOWN])), preview(whole(receive=[entry(UNKNOWN, UNKNOWN)], globalSecret=UNKNOWN))],
    ),
    Story(
        "create-of-an-event-that-is-dropped",
        "An event that a PUT drops while it answers 200 is an error that names it; the next run converges.",
        [
            up(whole(receive=[A], callLog=[B])),
            fails(f"call_log {B}"),
            account({"receive": [A]}),
            behave(dropped_on_put=[]),
            up(whole(receive=[A], callLog=[B])),
            account({"receive": [A], "call_log": [B]}),
        ],
        behave={"dropped_on_put": ["call_log"]},
    ),
    Story(
        "create-of-two",
        "Two configurations of one account in one program: the second is refused and names the first.",
        [
            up(whole(receive=[A], name="one"), whole(receive=[A], name="two")),
            fails("one", "two", of="two"),
            never("POST", "DELETE"),
            account({"receive": [A]}),
        ],
        runners=PLUGIN,
    ),
    Story(
        "create-of-both-kinds",
        "A configuration and a Webhook of one account in one program: the second is refused.",
        [
            up(hook(A, name="one"), whole(receive=[A], name="two")),
            fails("authoritative for the whole account", of="two"),
            account({"receive": [A]}),
        ],
        runners=PLUGIN,
    ),
    *(
        Story(
            f"create-of-a-wrong-{name}",
            "A value that breaks a rule is refused before any request, and the message begins with its path.",
            [preview(resource), refused(path), up(resource), refused(path), account({})],
        )
        for name, path, resource in [
            ("scheme", "receive[1]", whole(receive=[A, "http://example.com/in"])),
            ("secret", "receive[0].secret", whole(receive=[entry(A, "")])),
            (
                "number",
                "receive[0].sendblue",
                whole(receive=[entry(A, None, ["5"])]),
            ),
            ("copy", "receive[1]", whole(receive=[A, A])),
            ("event", "event", hook(A, event="callLog")),
            ("url", "url", hook("https://user:canary@example.com/in")),
        ]
    ),
]
