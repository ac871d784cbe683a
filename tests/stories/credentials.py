"""Credentials are refused at a write: the error says how to set them, and nothing is sent again."""

from __future__ import annotations

from typing import Final

from tests.stories.steps import (
    DYNAMIC,
    NEW,
    OWN,
    A,
    B,
    Story,
    account,
    answers,
    destroy,
    fails,
    hook,
    up,
    whole,
)

ERROR: Final = {"status": "ERROR", "message": "Invalid Credentials"}

STORIES: Final = [
    *(
        Story(
            f"credentials-{status}-at-a-write",
            "Refused credentials are an error that says so, and nothing is sent again.",
            [
                answers("POST", status, body=ERROR),
                up(hook(A)),
                fails(str(status)),
                account({}),
                up(hook(A)),
            ],
        )
        for status in (401, 403)
    ),
    *(
        Story(
            f"credentials-401-at-a-{method.lower()}-of-a-stack-{kind}",
            "Credentials that are refused at a write of a stack that exists may have been rotated: the error says so.",
            [up(old), answers(method, 401, body=ERROR), command, fails("401", "After a rotation")],
            runners=DYNAMIC,
        )
        for kind, method, old, command in [
            ("webhook", "PUT", hook(A, OWN), up(hook(A, NEW))),
            ("webhook", "POST", hook(A), up(hook(A), hook(B))),
            ("webhook", "DELETE", hook(A), destroy()),
            ("configuration", "PUT", whole(receive=[A]), up(whole(receive=[A, B]))),
            ("configuration", "DELETE", whole(receive=[A]), destroy()),
        ]
    ),
]
