"""The stories that the real engine tells too."""

from __future__ import annotations

import pytest

from sendblue_emulator import Behaviour
from tests.engine.programs import DYNAMIC, PLUGIN, FrontEnd
from tests.engine.world import World
from tests.runners.engine import EngineRunner
from tests.stories.library import STORIES
from tests.stories.steps import Story
from tests.stories.telling import Telling

FRONT_ENDS = {"dynamic": DYNAMIC, "plugin": PLUGIN}


@pytest.mark.parametrize(
    ("story", "front_end"),
    [
        pytest.param(story, FRONT_ENDS[name], id=f"{story.name}-{name}")
        for story in STORIES
        if story.engine
        for name in story.runners
    ],
)
def test_story(world: World, story: Story, front_end: FrontEnd) -> None:
    """What the story's own sentence says."""
    world.account("main", webhooks=story.account, behaviour=Behaviour(**story.behave))
    world.account("second")
    Telling(story, world.emulator).tell(EngineRunner(world, front_end))
