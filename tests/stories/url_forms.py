"""Another form of the same URL: nothing is added beside it."""

from __future__ import annotations

from typing import Final

from tests.stories.steps import (
    OWN,
    PLUGIN,
    A,
    Story,
    account,
    edit,
    fails,
    hook,
    import_,
    preview,
    refused,
    refuses,
    up,
    whole,
)

FORMS: Final = {
    "host": ("https://hooks.example.com/in", "https://Hooks.Example.com/in"),
    "scheme": ("HTTPS://hooks.example.com/in", "https://hooks.example.com/in"),
    "port": ("https://hooks.example.com/in", "https://hooks.example.com:443/in"),
    "path": ("https://hooks.example.com", "https://hooks.example.com/"),
    "percent": ("https://hooks.example.com/a%2Fb", "https://hooks.example.com/a%2fb"),
}
X, Y = FORMS["host"]

STORIES: Final = [
    *(
        Story(
            f"another-form-{name}-{kind}",
            "A create is refused if its event has the URL in another form; the message names both.",
            [*refuses(resource, words=forms), account({"receive": [forms[0]]})],
            account={"receive": [forms[0]]},
        )
        for name, forms in FORMS.items()
        for kind, resource in {"webhook": hook(forms[1]), "configuration": whole(receive=[forms[1]])}.items()
    ),
    Story(
        "another-url",
        "A path with a slash at its end, or another path, is another URL.",
        [
            up(hook(f"{X}/", name="slash"), hook(f"{X[:-2]}IN", name="case")),
            account({"receive": [X, f"{X}/", f"{X[:-2]}IN"]}),
        ],
        account={"receive": [X]},
    ),
    Story(
        "another-form-under-another-event",
        "Another form under another event is nobody's business.",
        [up(hook(Y)), account({"outbound": [X], "receive": [Y]})],
        account={"outbound": [X]},
    ),
    Story(
        "another-form-with-overwrite",
        "allowOverwrite lets a configuration replace the other form, and names it.",
        [up(whole(receive=[Y], overwrite=True), taking=(f"receive {X}",)), account({"receive": [Y]})],
        account={"receive": [X]},
    ),
    Story(
        "another-form-with-overwrite-of-a-webhook",
        "allowOverwrite does not let a Webhook add a second one.",
        [*refuses(hook(Y, overwrite=True), words=(X, Y))],
        account={"receive": [X]},
    ),
    Story(
        "two-forms-in-one-program",
        "Two forms of one URL in one configuration are a check failure.",
        [preview(whole(receive=[X, Y])), refused("receive[1]"), up(whole(receive=[X, Y])), refused("receive[1]")],
    ),
    Story(
        "two-forms-in-two-webhooks",
        "Two Webhooks with two forms of one URL are refused in one program, and nothing is added twice.",
        [up(hook(X, name="one"), hook(Y, name="two")), fails(X, Y, of="two"), account({"receive": [X]})],
    ),
    Story(
        "two-forms-that-were-there-before",
        "Two forms that the old inputs had both may stay.",
        [
            import_(whole(receive=[X, Y])),
            up(whole(receive=[X, Y])),
            up(whole(receive=[X, Y, A])),
            account({"receive": [X, Y, A]}),
        ],
        account={"receive": [X, Y]},
        runners=PLUGIN,
    ),
    Story(
        "a-configuration-changes-the-form",
        "A configuration may declare its own URL in another form.",
        [up(whole(receive=[X, A])), up(whole(receive=[Y, A])), account({"receive": [Y, A]}, ordered=False)],
    ),
    Story(
        "a-webhook-changes-the-form",
        "A Webhook may be replaced by one with its own URL in another form.",
        [
            up(hook(X, OWN, name="inbound")),
            up(hook(Y, OWN, name="inbound")),
            account({"receive": [{"url": Y, "secret": OWN}]}),
        ],
    ),
    Story(
        "gone-and-there-in-another-form",
        "An update that would add again what is gone is refused if the URL is there in another form.",
        [
            up(hook(Y, name="inbound")),
            edit(Y, X),
            *refuses(hook(Y, name="inbound"), words=(X, Y)),
            account({"receive": [X]}),
        ],
    ),
    Story(
        "a-configurations-url-in-another-form",
        "The same of a configuration.",
        [
            up(whole(receive=[A, Y])),
            edit(Y, X),
            *refuses(whole(receive=[A, Y]), words=(X, Y)),
            account({"receive": [A, X]}),
        ],
    ),
]
