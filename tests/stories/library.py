"""All stories, by subject.

A story is data: an account, how the API behaves, and steps in the words of `steps`. `telling.Telling` tells it to a
runner, and checks after each command what must hold in every story. `test_stories.py` tells each one with both front
ends in this process, `tests/engine/test_stories.py` those that are marked so with the real engine.
"""

from __future__ import annotations

from tests.stories import (
    create,
    create_webhook,
    credentials,
    echoes,
    failures,
    hidden,
    hidden_resent,
    ignored,
    meanwhile,
    ownership,
    reading,
    removal,
    rows,
    todays_api,
    together,
    update,
    update_webhook,
    url_forms,
)
from tests.stories.steps import Story

STORIES: list[Story] = [
    story
    for part in (
        create,
        create_webhook,
        credentials,
        echoes,
        failures,
        hidden,
        hidden_resent,
        ignored,
        meanwhile,
        ownership,
        reading,
        removal,
        rows,
        todays_api,
        together,
        update,
        update_webhook,
        url_forms,
    )
    for story in part.STORIES
]
