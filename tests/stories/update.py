"""A `WebhookConfiguration` is updated: what is shown, what is refused, what is written."""

from __future__ import annotations

from typing import Final

from sendblue_emulator import EVENTS
from tests.stories.steps import (
    DYNAMIC,
    NEW,
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
    differs,
    edit,
    entry,
    fails,
    having,
    holds,
    killed,
    never,
    outputs,
    plans,
    preview,
    refresh,
    refused,
    refuses,
    remove,
    sends,
    set_secret,
    shows,
    up,
    use,
    when,
    whole,
)

DRIFT: Final = "changed outside of this stack"
GLOBAL: Final = whole(receive=[A], globalSecret=OWN, secret=OWN)

STORIES: Final = [
    Story(
        "update-adds-changes-and-removes",
        "An update is GET, PUT, GET; what it does is listed, secrets as words.",
        [
            up(whole(receive=[A, entry(B, OWN)], outbound=[C])),
            preview(whole(receive=[entry(B, NEW), D])),
            shows(f"- receive {A}", f"~ receive {B} secret changed", f"+ receive {D}", f"- outbound {C}"),
            up(whole(receive=[entry(B, NEW), D])),
            sends("GET", "PUT", "GET"),
            account({"receive": [{"url": B, "secret": NEW}, D]}),
        ],
        runners=DYNAMIC,
    ),
    Story(
        "update-in-the-detailed-diff",
        "The plugin's detailed diff has the path of each change.",
        [
            up(whole(receive=[A, entry(B, OWN)], globalSecret=OWN)),
            preview(whole(receive=[A, entry(B, NEW)], globalSecret=NEW)),
            differs(**{"receive[1].secret": "update", "globalSecret": "update"}),
            up(whole(receive=[A, entry(B, NEW)], globalSecret=NEW)),
            sends("GET", "PUT", "GET"),
            account({"receive": [A, {"url": B, "secret": NEW}], "globalSecret": NEW}),
        ],
        runners=PLUGIN,
    ),
    Story(
        "update-of-form-and-order",
        "Another order or form of what is declared is no update of the account.",
        [up(whole(receive=[A, entry(B)])), up(whole(receive=[B, A])), never("PUT")],
    ),
    Story(
        "update-on-a-server-that-writes-objects",
        "A server that answers objects where strings were sent makes no drift.",
        [up(whole(receive=[A, B])), up(whole(receive=[A, B])), sends(), plans(webhooks="same")],
        behave={"entry_form": "object"},
    ),
    Story(
        "update-keeps-fields-that-nobody-declares",
        "A field of an own entry that this provider does not know goes through a PUT as it is.",
        [
            up(whole(receive=[A])),
            edit(A, {"url": A, "label": "x"}),
            up(whole(receive=[A, B])),
            account({"receive": [{"url": A, "label": "x"}, B]}),
        ],
    ),
    Story(
        "drift-added",
        "An entry that somebody added is drift in a bare preview, and is removed by the up that names it.",
        [
            up(whole(receive=[A])),
            add({"url": THEIRS, "secret": OTHER}, "outbound"),
            preview(whole(receive=[A])),
            shows(f"outbound {THEIRS}"),
            up(whole(receive=[A]), taking=(f"outbound {THEIRS}",)),
            account({"receive": [A]}),
        ],
    ),
    Story(
        "drift-removed",
        "An own entry that somebody removed is put back.",
        [
            up(whole(receive=[A, B])),
            remove(A),
            preview(whole(receive=[A, B])),
            plans(webhooks="update"),
            up(whole(receive=[A, B])),
            account({"receive": [B, A]}, ordered=False),
        ],
    ),
    Story(
        "drift-in-both-lists",
        "The dynamic provider lists what changed outside of the stack and what the update will do.",
        [
            up(whole(receive=[A, entry(B, OWN)])),
            remove(A),
            edit(B, {"url": B, "secret": OTHER}),
            add(THEIRS),
            preview(whole(receive=[A, entry(B, OWN)])),
            shows(
                f"{DRIFT} since the last update:",
                f"- receive {A}",
                f"~ receive {B} secret changed",
                f"+ receive {THEIRS}",
                "an update of these webhooks will:",
                f"+ receive {A}",
                f"- receive {THEIRS}",
            ),
        ],
        runners=DYNAMIC,
    ),
    Story(
        "drift-in-a-secret",
        "A secret that somebody changed is drift, and the update sets it again.",
        [
            up(GLOBAL),
            set_secret(OTHER),
            preview(GLOBAL),
            plans(webhooks="update"),
            up(GLOBAL),
            account({"receive": [A], "globalSecret": OWN, "secret": OWN}),
        ],
    ),
    Story(
        "their-account-secret-is-removed",
        "An account secret that somebody set and nobody declares is named when an update removes it.",
        [up(whole(receive=[A])), set_secret(OTHER), up(whole(receive=[A, B]), taking=("globalSecret",))],
    ),
    Story(
        "their-entry-is-changed",
        "An entry of somebody else's that a refresh put into the state is named when an update changes it.",
        [
            up(whole(receive=[A])),
            add(THEIRS),
            refresh(),
            up(whole(receive=[A, entry(THEIRS, OWN)]), taking=(f"receive {THEIRS}",)),
            account({"receive": [A, {"url": THEIRS, "secret": OWN}]}),
        ],
    ),
    Story(
        "an-own-entry-is-removed",
        "What an update removes is named in a plain run, whoever put it there.",
        [
            up(whole(receive=[A, B], globalSecret=OWN)),
            up(whole(receive=[A])),
            shows(f"receive {B}", "globalSecret"),
            account({"receive": [A]}),
        ],
    ),
    Story(
        "a-conflict",
        "An account that changed between the diff and the write is left alone; the next up shows the change.",
        [
            up(whole(receive=[A])),
            when("|", do=add(THEIRS, "outbound")),
            up(whole(receive=[A, B])),
            refused(f"+ outbound {THEIRS}"),
            sends("GET"),
            up(whole(receive=[A, B]), taking=(f"outbound {THEIRS}",)),
            account({"receive": [A, B]}),
        ],
    ),
    Story(
        "only-the-state-lags",
        "An update that was killed after its PUT converges without another.",
        [
            up(whole(receive=[A])),
            killed(whole(receive=[A, entry(B, OWN)])),
            up(whole(receive=[A, entry(B, OWN)])),
            sends("GET"),
            outputs("webhooks", receive=[A, {"url": B, "secret": OWN}]),
        ],
    ),
    Story(
        "only-allow-overwrite-changes",
        "A change of allowOverwrite alone sends no PUT.",
        [up(whole(receive=[A])), up(whole(receive=[A], overwrite=True)), never("PUT")],
    ),
    *(
        Story(
            f"a-secret-is-cleared-{name}",
            "An account secret that a PUT without it leaves on the account is sent as an empty string once.",
            [up(GLOBAL), up(whole(receive=[A])), sends(*requests), account({"receive": [A]})],
            behave=behaviour,
        )
        for name, behaviour, requests in [
            ("at-once", {}, ("GET", "PUT", "GET")),
            ("by-an-empty-string", {"absent_secrets": "kept"}, ("GET", "PUT", "GET", "PUT", "GET")),
        ]
    ),
    Story(
        "a-secret-that-stays",
        "One that is still there after that is an error that names it.",
        [up(GLOBAL), up(whole(receive=[A])), fails("globalSecret"), sends("GET", "PUT", "GET", "PUT", "GET")],
        behave={"absent_secrets": "kept", "empty_secrets": "kept"},
    ),
    Story(
        "an-event-that-cannot-be-read-any-more",
        "A declared event whose value cannot be read is refused by an update too, unless allowOverwrite is set.",
        [
            up(whole(others={"typing_indicator": [A]})),
            holds(typing_indicator="off"),
            *refuses(whole(others={"typing_indicator": [A, B]}), words=("typing_indicator",)),
            up(whole(others={"typing_indicator": [A, B]}, overwrite=True), taking=("typing_indicator",)),
            account({"typing_indicator": [A, B]}),
        ],
        behave={"accepted_events": [*EVENTS, "typing_indicator"]},
    ),
    Story(
        "another-account-with-overwrite",
        "With allowOverwrite another account is taken over; what is on it is named.",
        [
            up(whole(receive=[A])),
            use("second"),
            holds(receive=[THEIRS]),
            up(whole(receive=[A], overwrite=True), taking=(f"receive {THEIRS}",)),
            account({"receive": [A]}),
        ],
    ),
    Story(
        "another-account-that-is-the-same",
        "Another account that has what the program declares is no other.",
        [
            up(whole(receive=[A])),
            use("second"),
            holds(receive=[A]),
            up(whole(receive=[A])),
            never("PUT"),
            holds(receive=[B, THEIRS]),
            up(whole(receive=[B]), taking=(f"receive {THEIRS}",)),
            account({"receive": [B]}),
        ],
    ),
    Story(
        "another-account-with-a-secret-alone",
        "Account secrets do not count: an account without entries is filled.",
        [
            up(whole(receive=[A])),
            use("second"),
            holds(globalSecret=OTHER),
            up(whole(receive=[A]), taking=("globalSecret",)),
            account({"receive": [A]}),
        ],
    ),
    Story(
        "one-url-that-was-edited-by-hand",
        "A stack of one URL whose URL somebody edited meets the same refusal, and the message names what is there.",
        [
            up(whole(receive=[A])),
            edit(A, B),
            *refuses(whole(receive=[A]), words=(f"receive {B}", "apiKeyId")),
            up(whole(receive=[A], overwrite=True), taking=(f"receive {B}",)),
        ],
    ),
    Story(
        "an-ignored-place",
        "What ignoreChanges ignores is neither shown nor written.",
        [
            up(having(whole(receive=[A, B], callLog=[C]), ignore=("callLog",))),
            add(THEIRS, "call_log"),
            preview(having(whole(receive=[A, B], callLog=[C]), ignore=("callLog",))),
            plans(webhooks="same"),
            up(having(whole(receive=[A, D], callLog=[]), ignore=("callLog",))),
            account({"receive": [A, D], "call_log": [C, THEIRS]}),
        ],
        runners=PLUGIN,
    ),
]
