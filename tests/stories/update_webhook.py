"""A `Webhook` is updated or replaced, and follows what became of its entry."""

from __future__ import annotations

from typing import Final

from sendblue_emulator import Fault
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
    Story,
    account,
    add,
    answers,
    behave,
    edit,
    fails,
    having,
    hides,
    holds,
    hook,
    killed,
    never,
    plans,
    preview,
    refused,
    remove,
    sends,
    set_secret,
    shows,
    up,
    use,
    when,
)

BESIDE: Final = {"receive": [{"url": B, "secret": OTHER}], "outbound": [A], "globalSecret": OTHER}

STORIES: Final = [
    Story(
        "webhook-changes-in-place",
        "An update is GET, PUT, GET; the entry keeps its place, and nobody else's changes.",
        [
            up(hook(A, OWN)),
            add({"url": C, "label": "x"}),
            preview(hook(A, NEW, numbers=[NUMBER])),
            plans(receive_a="update"),
            up(hook(A, NEW, numbers=[NUMBER])),
            sends("GET", "PUT", "GET"),
            account(
                {
                    **BESIDE,
                    "receive": [
                        {"url": B, "secret": OTHER},
                        {"url": A, "secret": NEW, "sendblue_numbers": [NUMBER]},
                        {"url": C, "label": "x"},
                    ],
                }
            ),
        ],
        account=BESIDE,
    ),
    Story(
        "webhook-that-is-gone",
        "An entry that somebody removed is added again by POST.",
        [
            up(hook(A, OWN)),
            remove(A),
            up(hook(A, OWN)),
            sends("GET", "POST", "GET"),
            account({**BESIDE, "receive": [{"url": B, "secret": OTHER}, {"url": A, "secret": OWN}]}),
        ],
        account=BESIDE,
    ),
    Story(
        "webhook-that-drifted",
        "A secret or number list that somebody changed is drift, and is set again.",
        [
            up(hook(A, OWN)),
            edit(A, {"url": A, "secret": OTHER, "sendblue_numbers": [NUMBER]}),
            preview(hook(A, OWN)),
            plans(receive_a="update"),
            up(hook(A, OWN)),
            account({"receive": [{"url": A, "secret": OWN}]}),
        ],
    ),
    Story(
        "webhook-and-others-drift",
        "What others change is no drift of a Webhook.",
        [up(hook(A)), add(THEIRS), set_secret(OTHER), preview(hook(A)), plans(receive_a="same"), hides(THEIRS)],
    ),
    Story(
        "webhook-keeps-fields-that-nobody-declares",
        "A field of its entry that this provider does not know goes through a PUT as it is.",
        [
            up(hook(A, OWN)),
            edit(A, {"url": A, "secret": OWN, "label": "x"}),
            up(hook(A, NEW)),
            account({"receive": [{"url": A, "secret": NEW, "label": "x"}]}),
        ],
    ),
    Story(
        "webhook-in-conflict",
        "An own entry that changed between the diff and the write is left alone.",
        [
            up(hook(A, OWN)),
            when("|", do=edit(A, {"url": A, "secret": OTHER})),
            up(hook(A, NEW)),
            refused(f"receive {A}"),
            account({"receive": [{"url": A, "secret": OTHER}]}),
        ],
    ),
    Story(
        "webhook-in-conflict-after-a-429",
        "The same between two sends of one update.",
        [
            up(hook(A, OWN)),
            when("PUT", do=edit(A, {"url": A, "secret": OTHER})),
            answers("PUT", 429),
            up(hook(A, NEW)),
            fails(f"receive {A}"),
            sends("GET", "PUT", "GET"),
            account({"receive": [{"url": A, "secret": OTHER}]}),
        ],
    ),
    Story(
        "webhook-and-others-between-diff-and-write",
        "What others changed between the diff and the write is merged.",
        [
            up(hook(A, OWN)),
            when("|", do=add(THEIRS)),
            up(hook(A, NEW)),
            account({"receive": [{"url": A, "secret": NEW}, THEIRS]}),
        ],
    ),
    Story(
        "webhook-and-a-copy-between-diff-and-write",
        "A copy that somebody adds between the diff and the write is theirs, and no conflict.",
        [
            up(hook(A, OWN)),
            when("|", do=add({"url": A, "secret": OTHER})),
            up(hook(A, NEW)),
            account({"receive": [{"url": A, "secret": NEW}, {"url": A, "secret": OTHER}]}),
        ],
    ),
    Story(
        "webhook-moves-to-another-url",
        "Another URL is a replacement: the new entry is added before the old one is removed.",
        [
            up(hook(A, OWN, name="inbound")),
            preview(hook(C, OWN, name="inbound")),
            plans(inbound="replace"),
            up(hook(C, OWN, name="inbound")),
            sends("GET", "POST", "GET", "GET", "DELETE", "GET"),
            account({**BESIDE, "receive": [{"url": B, "secret": OTHER}, {"url": C, "secret": OWN}]}),
        ],
        account=BESIDE,
        engine=True,
    ),
    Story(
        "webhook-moves-to-another-event",
        "Another event is a replacement too.",
        [
            up(hook(A, name="inbound")),
            up(hook(A, event="call_log", name="inbound")),
            account({"call_log": [A]}),
        ],
    ),
    Story(
        "webhook-whose-old-entry-stays",
        "If the old entry of a replacement cannot be removed, the next up removes it.",
        [
            up(hook(A, OWN, name="inbound")),
            when("DELETE", do=Fault(kind="status", method="DELETE", status=500, times=None)),
            up(hook(C, OWN, name="inbound")),
            fails(A),
            account({"receive": [{"url": A, "secret": OWN}, {"url": C, "secret": OWN}]}),
            up(hook(C, OWN, name="inbound")),
            account({"receive": [{"url": C, "secret": OWN}]}),
        ],
    ),
    Story(
        "webhook-takes-the-url-of-another",
        "A URL that one Webhook leaves and another one takes stays on the account.",
        [
            up(hook(A, OWN, name="x")),
            up(hook(B, OWN, name="x"), hook(A, OWN, name="y")),
            never("PUT", "DELETE"),
            account({"receive": [{"url": A, "secret": OWN}, {"url": B, "secret": OWN}]}),
        ],
    ),
    Story(
        "webhooks-swap-their-urls",
        "Webhooks that change places write nothing; if the others move up, what nobody declares any more goes alone.",
        [
            up(hook(A, OWN, name="x"), hook(B, OWN, name="y"), hook(C, OWN, name="z")),
            up(hook(B, OWN, name="x"), hook(A, OWN, name="y"), hook(C, OWN, name="z")),
            never("POST", "PUT", "DELETE"),
            up(hook(A, OWN, name="x"), hook(C, OWN, name="y")),
            never("POST", "PUT"),
            account({"receive": [{"url": A, "secret": OWN}, {"url": C, "secret": OWN}]}),
        ],
    ),
    Story(
        "webhook-with-a-copy-added-by-hand",
        "A copy with another secret is named by each preview; an update changes the own entry alone.",
        [
            up(hook(A, OWN)),
            add({"url": A, "secret": OTHER}),
            preview(hook(A, OWN)),
            shows(f"receive {A}"),
            up(hook(A, NEW)),
            account({"receive": [{"url": A, "secret": NEW}, {"url": A, "secret": OTHER}]}),
        ],
    ),
    Story(
        "webhook-among-copies-that-are-not-its-own",
        "If no copy is the state's, an update is refused.",
        [
            up(hook(A, OWN)),
            holds(receive=[{"url": A, "secret": OTHER}, A]),
            up(hook(A, NEW)),
            refused(f"receive {A}"),
        ],
    ),
    Story(
        "webhook-loses-its-event",
        "An event of which a PUT drops every entry is an error that names what it had.",
        [
            up(hook(A, OWN)),
            add(THEIRS, "line_blocked"),
            behave(dropped_on_put=["line_blocked"]),
            up(hook(A, NEW), taking=(f"line_blocked {THEIRS}",)),
            fails(f"line_blocked {THEIRS}"),
        ],
    ),
    Story(
        "webhook-whose-own-event-is-dropped",
        "An own entry that a PUT drops is an error that names it; the next up adds it.",
        [
            up(hook(A, OWN)),
            behave(dropped_on_put=["receive"]),
            up(hook(A, NEW)),
            fails(f"receive {A}"),
            behave(dropped_on_put=[]),
            up(hook(A, NEW)),
            account({"receive": [{"url": A, "secret": NEW}]}),
        ],
    ),
    Story(
        "webhook-killed-during-an-update",
        "An update that was killed after its PUT converges without another.",
        [up(hook(A, OWN)), killed(hook(A, NEW)), up(hook(A, NEW)), never("PUT")],
    ),
    Story(
        "webhook-on-another-account",
        "With another account's credentials a Webhook is added to that account, and nobody else's entry changes.",
        [
            up(hook(A, OWN)),
            use("second"),
            holds(receive=[THEIRS]),
            up(hook(A, OWN)),
            sends("GET", "POST", "GET"),
            account({"receive": [THEIRS, {"url": A, "secret": OWN}]}),
        ],
    ),
    Story(
        "webhook-with-an-ignored-secret",
        "A secret that ignoreChanges ignores is neither drift nor written.",
        [
            up(having(hook(A, OWN), ignore=("secret",))),
            edit(A, {"url": A, "secret": OTHER}),
            up(having(hook(A, NEW, numbers=[NUMBER]), ignore=("secret",))),
            account({"receive": [{"url": A, "secret": OTHER, "sendblue_numbers": [NUMBER]}]}),
        ],
        runners=PLUGIN,
    ),
]
