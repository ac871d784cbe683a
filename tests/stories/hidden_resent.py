"""A write has to be sent twice to an API that hides secrets: the state has what it has if once is enough."""

from __future__ import annotations

from typing import Any, Final

from tests.runners.program import Resource
from tests.stories.steps import (
    NEW,
    OTHER,
    OWN,
    A,
    B,
    Story,
    account,
    destroy,
    entry,
    hook,
    outputs,
    resets,
    sends,
    up,
    whole,
)

OWN_A: Final = {"url": A, "secret": OWN}
NEW_A: Final = {"url": A, "secret": NEW}
OTHER_B: Final = {"url": B, "secret": OTHER}
TWICE: Final = ("GET", "PUT", "GET", "PUT", "GET")

CHANGES: Final[list[tuple[str, Resource, Resource, dict[str, Any], dict[str, Any]]]] = [
    (
        "a-secret-beside-another-one",
        whole(receive=[entry(A, OWN), entry(B, OTHER)], globalSecret=OTHER),
        whole(receive=[entry(A, NEW), entry(B, OTHER)], globalSecret=OTHER),
        {"receive": [NEW_A, OTHER_B], "globalSecret": OTHER},
        {"receive": [NEW_A, OTHER_B], "globalSecret": OTHER},
    ),
    (
        "a-first-secret",
        whole(receive=[A, entry(B, OTHER)]),
        whole(receive=[entry(A, NEW), entry(B, OTHER)]),
        {"receive": [NEW_A, OTHER_B]},
        {"receive": [NEW_A, OTHER_B]},
    ),
    (
        "an-entry-less",
        whole(receive=[entry(A, OWN), entry(B, OTHER)]),
        whole(receive=[entry(B, OTHER)]),
        {"receive": [OTHER_B]},
        {"receive": [OTHER_B]},
    ),
    (
        "a-first-account-secret",
        whole(receive=[entry(B, OTHER)]),
        whole(receive=[entry(B, OTHER)], globalSecret=NEW),
        {"receive": [OTHER_B], "globalSecret": NEW},
        {"receive": [OTHER_B], "globalSecret": NEW},
    ),
    (
        "no-account-secret",
        whole(receive=[entry(B, OTHER)], globalSecret=OWN),
        whole(receive=[entry(B, OTHER)]),
        {"receive": [OTHER_B]},
        {"receive": [OTHER_B], "globalSecret": None},
    ),
    # With a secret of its own it is refused: a PUT might clear account secrets that do not show.
    ("a-webhooks-first-secret", hook(A), hook(A, NEW), {"receive": [NEW_A]}, {"secret": NEW}),
]

STORIES: Final = [
    Story(
        "masked-and-an-account-secret-that-goes-without-an-answer",
        "A mask that is no longer there is a secret that is cleared: no other write is needed.",
        [
            up(whole(receive=[entry(B, OTHER)], globalSecret=OWN)),
            resets("PUT", applied=True),
            up(whole(receive=[entry(B, OTHER)])),
            sends("GET", "PUT", "GET"),
            account({"receive": [OTHER_B]}),
        ],
        behave={"secrets": "masked"},
    ),
    *(
        Story(
            f"{hidden}-and-an-account-secret-less",
            "An account secret that does not show is cleared by one PUT, and the others stay in the state.",
            [
                up(whole(receive=[entry(B, OTHER)], globalSecret=OWN)),
                up(whole(receive=[entry(B, OTHER)])),
                sends("GET", "PUT", "GET"),
                account({"receive": [OTHER_B]}),
                outputs("webhooks", secretsReadable=False, receive=[OTHER_B], globalSecret=None),
            ],
            behave={"secrets": hidden},
        )
        for hidden in ("masked", "omitted")
    ),
    *(
        Story(
            f"{hidden}-and-a-destroy-that-is-resent-{'done' if applied else 'not-done'}",
            "A destroy clears an account secret that does not show again, if no answer says that it is cleared.",
            [
                up(whole(receive=[entry(B, OTHER)], globalSecret=OWN)),
                resets("PUT", applied=applied),
                destroy(),
                account({}),
            ],
            behave={"secrets": hidden},
        )
        for hidden in ("masked", "omitted")
        for applied in (False, True)
    ),
    *(
        Story(
            f"{hidden}-and-resent-{name}",
            "If the first write was not done, the second one loses no secret of the state, and claims to see none.",
            [
                up(old),
                resets("PUT"),
                up(new),
                sends(*TWICE),
                account(live),
                outputs(new.name, secretsReadable=False, **state),
            ],
            behave={"secrets": hidden},
        )
        for hidden in ("masked", "omitted")
        for name, old, new, live, state in CHANGES
    ),
]
