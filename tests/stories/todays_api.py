"""What the API has learnt since the page: other events, objects under `contact_created`."""

from __future__ import annotations

from typing import Any, Final

from sendblue_emulator import EVENTS, PRESETS
from tests.plugin.values import UNKNOWN
from tests.runners.program import Resource
from tests.stories.steps import (
    NEW,
    NUMBER,
    OTHER,
    OWN,
    PLUGIN,
    A,
    B,
    Story,
    account,
    destroy,
    edit,
    entry,
    fails,
    having,
    hides,
    hook,
    import_,
    outputs,
    plans,
    preview,
    refresh,
    sends,
    shows,
    up,
    whole,
)

TODAY: Final = {"string_only_events": ()}
LIVE: Final = {"contact_created": [{"url": A, "secret": OWN}, B]}
CONTACTS: Final = whole(contactCreated=[entry(A, OWN), B])
STRINGS: Final = whole(contactCreated=[A, B])


def contact(*fields: Any, **more: Any) -> Resource:
    """Return a `Webhook` of `contact_created`."""
    return hook(A, *fields, event="contact_created", **more)


UNDOCUMENTED: Final = "Sendblue documents sendblue_numbers for receive alone"
NUMBERED: Final = whole(
    receive=[entry(A, None, [NUMBER])],
    outbound=[entry(A, None, [NUMBER]), B],
    others={"typing_indicator": [entry(B, OWN, [NUMBER])]},
)
OUTBOUND: Final = hook(A, event="outbound", numbers=[NUMBER], name="one")
LATER: Final = ("typing_indicator", "call_completed", "inbound_call", "contact_profile")

FORMS: Final = {
    "lower_host": ("https://Example.com", "https://example.com"),
    "slash": ("https://Example.com", "https://Example.com/"),
    "no_slash": ("https://Example.com/", "https://Example.com"),
}
"""What is declared, and what an API that spells URLs its way makes of it."""

STORIES: Final = [
    *(
        Story(
            f"the-api-of-{name}",
            "The API of each time takes what it knows: created, changed, removed, with the same requests.",
            [
                up(whole(receive=[entry(A, OWN)], contactCreated=[B], globalSecret=OWN)),
                sends("GET", "PUT", "GET"),
                up(whole(receive=[entry(A, NEW)], contactCreated=[A, B], globalSecret=OWN)),
                account({"receive": [{"url": A, "secret": NEW}], "contact_created": [A, B], "globalSecret": OWN}),
                destroy(),
                account({}),
            ],
            behave=preset.behaviour.as_json(),
        )
        for name, preset in PRESETS.items()
    ),
    *(
        Story(
            f"a-server-that-stores-urls-{form}",
            "An API that stores the URL in another form gets one copy; the error names both forms.",
            [up(hook(sent)), fails(sent, stored), account({"receive": [stored]}), up(hook(stored))],
            behave={"url_form": form},
        )
        for form, (sent, stored) in FORMS.items()
    ),
    Story(
        "later-events",
        "The events that the API has documented since its page are no unknown ones, whether it takes them or not.",
        [
            preview(*[hook(A, event=event) for event in LATER]),
            hides("not an event that this provider knows"),
            up(*[hook(A, event=event) for event in LATER]),
            hides("not an event that this provider knows"),
            account({event: [A] for event in LATER}, ordered=False),
        ],
        behave={"accepted_events": [*EVENTS, *LATER]},
    ),
    Story(
        "numbers-outside-receive",
        "Numbers under another event than receive are a warning in preview and up, of a create and of an update.",
        [
            preview(NUMBERED),
            shows(UNDOCUMENTED, f"  outbound {A} (for {NUMBER})", f"  typing_indicator {B} (secret set, for {NUMBER})"),
            hides("  receive"),
            up(NUMBERED),
            shows(UNDOCUMENTED, f"  outbound {A} (for {NUMBER})"),
            up(whole(receive=[entry(A, None, [NUMBER])])),
            hides(UNDOCUMENTED),
            preview(NUMBERED),
            shows(UNDOCUMENTED, f"  outbound {A} (for {NUMBER})"),
            up(NUMBERED),
            shows(UNDOCUMENTED, f"  outbound {A} (for {NUMBER})"),
        ],
        behave={"accepted_events": [*EVENTS, *LATER]},
    ),
    Story(
        "numbers-of-a-webhook-outside-receive",
        "Numbers of a Webhook of another event than receive are a warning in preview and up; they are written.",
        [
            preview(OUTBOUND),
            shows(UNDOCUMENTED, f"  outbound {A} (for {NUMBER})"),
            up(OUTBOUND),
            shows(UNDOCUMENTED, f"  outbound {A} (for {NUMBER})"),
            account({"outbound": [{"url": A, "sendblue_numbers": [NUMBER]}]}),
            preview(OUTBOUND),
            shows(UNDOCUMENTED),
            up(hook(A, numbers=[NUMBER], name="one")),
            hides(UNDOCUMENTED),
            up(hook(A, event="outbound", name="one")),
            hides(UNDOCUMENTED),
            up(OUTBOUND),
            shows(UNDOCUMENTED, f"  outbound {A} (for {NUMBER})"),
        ],
    ),
    Story(
        "numbers-not-known-yet",
        "Numbers that are known only once the update runs are warned of then.",
        [preview(hook(A, event="outbound", numbers=UNKNOWN)), hides(UNDOCUMENTED), up(OUTBOUND), shows(UNDOCUMENTED)],
    ),
    Story(
        "contacts-with-a-secret",
        "An object under contact_created is created, changed, and shows its drift like one of any other event.",
        [
            preview(CONTACTS),
            up(CONTACTS),
            sends("GET", "PUT", "GET"),
            account(LIVE),
            outputs("webhooks", contactCreated=[entry(A, OWN), B], secretsReadable=True),
            edit(A, {"url": A, "secret": OTHER}, event="contact_created"),
            preview(CONTACTS),
            shows(f"~ contact_created {A} secret changed"),
            up(whole(contactCreated=[entry(A, NEW), B])),
            account({"contact_created": [{"url": A, "secret": NEW}, B]}),
        ],
        behave=TODAY,
    ),
    Story(
        "contacts-as-objects-beside-strings",
        "A program that declares plain strings goes on unchanged if the API gives them back as objects.",
        [up(STRINGS), refresh(), outputs("webhooks", contactCreated=[A, B]), preview(STRINGS), plans(webhooks="same")],
        behave={**TODAY, "entry_form": "object"},
    ),
    Story(
        "contacts-are-adopted",
        "An object that the account has under contact_created is adopted without a write.",
        [up(CONTACTS), shows(f"contact_created {A} (secret set)"), sends("GET")],
        account=LIVE,
    ),
    Story(
        "contacts-are-ignored",
        "An object that somebody puts in the place of an ignored string is kept, and its secret is in no text.",
        [
            up(having(whole(receive=[A], contactCreated=[A]), ignore=("contactCreated",))),
            edit(A, LIVE["contact_created"][0], event="contact_created"),
            refresh(),
            up(having(whole(receive=[B], contactCreated=[A]), ignore=("contactCreated",))),
            account({"receive": [B], "contact_created": [{"url": A, "secret": OWN}]}),
        ],
        behave=TODAY,
        runners=PLUGIN,
    ),
    Story(
        "contacts-are-imported",
        "An import takes an object under contact_created over, and the program that it prints has no diff.",
        [
            import_(CONTACTS),
            outputs("webhooks", contactCreated=[entry(A, OWN), B]),
            up(CONTACTS),
            plans(webhooks="same"),
        ],
        account=LIVE,
        runners=PLUGIN,
    ),
    Story(
        "contacts-of-the-page",
        "An API that takes URLs alone for contact_created refuses the PUT, and the error names the event and the URL.",
        [
            up(CONTACTS),
            fails("contact_created accepts URL strings only", f"+ contact_created {A} (secret set)"),
            account({}),
            up(STRINGS),
            up(CONTACTS),
            fails("contact_created accepts URL strings only", f"~ contact_created {A} secret added"),
            account({"contact_created": [A, B]}),
        ],
    ),
    Story(
        "contact-webhook",
        "A Webhook of contact_created has a secret and numbers, is adopted if it is equal, and is changed in place.",
        [
            preview(contact(OWN)),
            up(contact(OWN)),
            sends("GET"),
            up(contact(NEW, numbers=[NUMBER])),
            sends("GET", "PUT", "GET"),
            account({"contact_created": [{"url": A, "secret": NEW, "sendblue_numbers": [NUMBER]}, B]}),
        ],
        account=LIVE,
        behave=TODAY,
    ),
    Story(
        "contact-webhook-of-the-page",
        "An API that takes URLs alone for contact_created refuses the POST, and the error names the event and the URL.",
        [
            up(contact(OWN)),
            fails("contact_created accepts URL strings only", f"+ contact_created {A} (secret set)"),
            account({}),
            up(contact()),
            up(contact(OWN)),
            fails("contact_created accepts URL strings only", f"~ contact_created {A} secret added"),
            account({"contact_created": [A]}),
        ],
    ),
]
