"""Every story, as every runner tells it."""

from __future__ import annotations

import pytest

from sendblue_emulator import Behaviour, Emulator
from tests.runners.runner import add_account, in_process
from tests.stories.library import STORIES
from tests.stories.steps import Story
from tests.stories.telling import Telling


def test_the_names() -> None:
    """No two stories have one name."""
    names = [story.name for story in STORIES]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize(
    ("story", "runner"),
    [pytest.param(story, name, id=f"{story.name}-{name}") for story in STORIES for name in story.runners],
)
def test_story(story: Story, runner: str) -> None:
    """What the story's own sentence says."""
    emulator = Emulator()
    add_account(emulator, webhooks=story.account, behaviour=Behaviour(**story.behave))
    add_account(emulator, "second")
    telling = Telling(story, emulator)
    with in_process(
        runner,
        emulator,
        visible_seconds=story.visible,
        at_operation=lambda: telling.arrives("|"),
    ) as told_by:
        telling.tell(told_by)
