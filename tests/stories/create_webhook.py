"""A `Webhook` is created beside whatever else the account has."""

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
    fails,
    hook,
    killed,
    outputs,
    preview,
    refused,
    refuses,
    sends,
    shows,
    up,
    when,
)

OTHERS: Final[dict[str, Any]] = {
    "receive": [
        {"url": B},
        {"url": C, "secret": "", "sendblue_numbers": []},
        {"url": D, "secret": OTHER, "sendblue_numbers": [OTHER_NUMBER], "label": "x", "n": [1, {"y": None}]},
        B,
    ],
    "outbound": [A, {"url": B, "secret": OTHER}],
    "contact_created": [C],
    "globalSecret": OTHER,
    "secret": NEW,
    "region": {"name": "us"},
}
"""What others have, in every form that it can have."""
NOTICE: Final = "destroy removes it"


def beside(*entries: Any) -> dict[str, Any]:
    """Return the account of the others with these entries of `receive` after theirs."""
    return {**OTHERS, "receive": [*OTHERS["receive"], *entries]}


STORIES: Final = [
    Story(
        "webhook-beside-others",
        "A create is GET, POST, GET, and touches nobody else.",
        [
            preview(hook(A, OWN, numbers=[NUMBER])),
            up(hook(A, OWN, numbers=[NUMBER])),
            sends("GET", "POST", "GET"),
            account(beside({"url": A, "secret": OWN, "sendblue_numbers": [NUMBER]})),
            outputs("receive-a", event="receive", url=A, secret=OWN, sendblueNumbers=[NUMBER], secretsReadable=True),
        ],
        account=OTHERS,
    ),
    Story(
        "webhook-that-is-there",
        "An equal entry is adopted without a write, and preview and up say that destroy will remove it.",
        [
            preview(hook(A, OWN)),
            shows(NOTICE, f"receive {A}"),
            up(hook(A, OWN)),
            shows(NOTICE, f"receive {A}"),
            sends("GET"),
        ],
        account=beside({"url": A, "secret": OWN, "label": "x"}),
    ),
    Story(
        "webhook-with-another-secret",
        "An entry with another secret is refused in preview and up.",
        [*refuses(hook(A, OWN), words=(f"receive {A} (another secret)",))],
        account={"receive": [{"url": A, "secret": OTHER}]},
    ),
    Story(
        "webhook-with-a-secret-too-few",
        "An entry that has a secret where none is declared is refused.",
        [*refuses(hook(A), words=(f"receive {A} (another secret)|receive {A} (secret set)",))],
        account={"receive": [{"url": A, "secret": OTHER}]},
    ),
    Story(
        "webhook-with-other-numbers",
        "An entry for other numbers is refused.",
        [*refuses(hook(A, numbers=[NUMBER]), words=(f"receive {A} (other numbers)",))],
        account={"receive": [{"url": A, "sendblue_numbers": [OTHER_NUMBER]}]},
    ),
    Story(
        "webhook-with-overwrite",
        "With allowOverwrite the entry is changed in place, and preview and up say so.",
        [
            preview(hook(A, OWN, overwrite=True)),
            shows(f"~ receive {A} secret changed"),
            up(hook(A, OWN, overwrite=True), taking=(f"receive {A}",)),
            sends("GET", "PUT", "GET"),
            account(beside({"url": A, "secret": OWN})),
        ],
        account=beside({"url": A, "secret": OTHER}),
    ),
    Story(
        "webhook-with-overwrite-beside-masks",
        "With allowOverwrite too nothing is written while others' secrets do not show.",
        [*refuses(hook(A, numbers=[NUMBER], overwrite=True), words=(THEIRS,))],
        account={"receive": [A, {"url": THEIRS, "secret": OTHER}]},
        behave={"secrets": "masked"},
    ),
    Story(
        "webhook-with-a-hidden-secret",
        "An entry whose secret does not show is adopted without a write, with a notice that it cannot be compared.",
        [
            up(hook(A, OWN)),
            shows("cannot be compared", f"receive {A}"),
            sends("GET"),
            outputs("receive-a", secretsReadable=False),
        ],
        account={"receive": [{"url": A, "secret": OTHER}]},
        behave={"secrets": "masked"},
    ),
    Story(
        "webhook-killed",
        "A create that was killed after its POST converges without a write.",
        [killed(hook(A, OWN)), up(hook(A, OWN)), sends("GET"), account(beside({"url": A, "secret": OWN}))],
        account=OTHERS,
    ),
    Story(
        "webhook-killed-on-an-account-that-masks",
        "The same on an account that masks.",
        [killed(hook(A, OWN)), up(hook(A, OWN)), sends("GET"), account({"receive": [{"url": A, "secret": OWN}]})],
        behave={"secrets": "masked"},
    ),
    Story(
        "webhook-with-equal-copies",
        "Of copies that are all equal to it one is adopted, and a warning says that there are several.",
        [
            up(hook(A)),
            shows("more than once|twice|2 times", f"receive {A}"),
            sends("GET"),
            account({"receive": [A, A]}),
        ],
        account={"receive": [A, A]},
    ),
    Story(
        "webhook-with-other-copies",
        "Copies that are not all equal to it are refused.",
        [*refuses(hook(A), words=(f"receive {A}",))],
        account={"receive": [A, {"url": A, "secret": OTHER}]},
    ),
    Story(
        "webhook-added-at-the-last-moment",
        "An entry with another secret that came between check and create is refused by the create.",
        [when("|", do=add({"url": A, "secret": OTHER})), up(hook(A, OWN)), refused(f"receive {A} (another secret)")],
    ),
    Story(
        "webhook-of-a-new-event",
        "An event that this provider does not know is a warning, and the API's refusal names event, URL and its list.",
        [
            preview(hook(A, event="line_moved")),
            shows("line_moved is not an event that this provider knows"),
            up(hook(A, event="line_moved")),
            fails(f"line_moved {A}", "receive, call_log"),
            sends("GET", "POST", "GET"),
            account({}),
        ],
    ),
    Story(
        "webhook-that-the-api-refuses",
        "A 400 is an error that names event and URL.",
        [
            up(hook(A, OWN)),
            fails(f"receive {A}", "cannot be reached"),
            sends("GET", "POST", "GET"),
            account({}),
        ],
        behave={"refused_urls": [A]},
    ),
    Story(
        "webhook-on-an-event-that-cannot-be-read",
        "Under an event whose value is no list a create is refused, and names the event.",
        [*refuses(hook(A, event="outbound"), words=("outbound",)), account({"outbound": "off"})],
        account={"outbound": "off"},
    ),
    Story(
        "webhook-declared-twice",
        "The same event and URL twice in one program is refused.",
        [up(hook(A, name="one"), hook(A, name="two")), fails("one", of="two"), account({"receive": [A]})],
        runners=PLUGIN,
    ),
    Story(
        "webhooks-of-two-events",
        "One URL for two events is two Webhooks.",
        [
            up(hook(A), hook(A, event="outbound")),
            account({"receive": [A], "outbound": [A]}),
            up(hook(A)),
            account({"receive": [A]}),
        ],
    ),
]
