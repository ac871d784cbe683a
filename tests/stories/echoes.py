"""An answer quotes secrets in any spelling: nothing of them is shown, from the first request of a process on."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Final

from tests.runners.runner import MAIN, secret_key
from tests.stories.steps import (
    NEW,
    OWN,
    PLUGIN,
    A,
    B,
    Step,
    Story,
    answers,
    destroy,
    entry,
    fails,
    hides,
    hook,
    import_,
    preview,
    refresh,
    refused,
    up,
    whole,
)

SPELLINGS: Final[dict[str, Callable[[str], str]]] = {
    "raw": str,
    "url": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "json": lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    "base64": lambda text: b64encode(text.encode()).decode(),
}
SECRETS: Final = {"the-key": secret_key(MAIN), "an-entry-s": OWN, "the-account-s": NEW}
CONFIGURATION: Final = whole(receive=[entry(A, OWN)], globalSecret=NEW)


def echo(written: str) -> Step:
    """Let every GET of the next command be answered with a quotation."""
    return answers("GET", 400, body={"status": "ERROR", "message": f"no: {written} <end>"}, times=99)


def told(name: str, spelling: str) -> Story:
    """Tell of one secret in one spelling, in each command of a stack's life."""
    written = SPELLINGS[spelling](SECRETS[name])
    clean = [hides(written), fails("no: [secret] <end>|no: [secret]== <end>|no: [secret]= <end>")]
    return Story(
        f"an-echo-of-{name}-secret-{spelling}",
        "The first GET of a process quotes a secret: no front end shows it.",
        [
            [echo(written), preview(CONFIGURATION), refused(), *clean],
            [echo(written), up(CONFIGURATION), refused(), *clean],
            up(CONFIGURATION),
            [echo(written), preview(CONFIGURATION), *clean],
            [echo(written), refresh(), *clean],
            [echo(written), destroy(), *clean],
        ],
    )


STORIES: Final = [
    *(told(name, spelling) for name in SECRETS for spelling in SPELLINGS),
    Story(
        "an-echo-of-an-old-secret",
        "The first GET of an update quotes the secret that the program had before.",
        [
            up(hook(A, OWN)),
            echo(SPELLINGS["base64"](OWN)),
            up(hook(A, NEW)),
            hides(SPELLINGS["base64"](OWN)),
            fails("no: [secret]"),
        ],
    ),
    Story(
        "an-echo-in-an-import",
        "The GET of an import quotes the key.",
        [
            echo(SPELLINGS["json"](secret_key(MAIN))),
            import_(hook(B)),
            hides(SPELLINGS["json"](secret_key(MAIN))),
            fails("no: [secret] <end>"),
        ],
        account={"receive": [B]},
        runners=PLUGIN,
    ),
]
