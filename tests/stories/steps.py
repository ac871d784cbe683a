"""The words that stories are told in: each is a step's name and what it takes; `telling.Telling` says what it does.

Entries of an account are written as the API has them, programs with `hook`, `whole` and `entry`. In messages a word may
have alternatives (`"twice|2 times"`). An item of the account is named as messages name it: `receive https://…`,
`globalSecret`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sendblue_emulator import Fault
from tests.runners.program import Resource, entry, having, hook, whole

__all__ = ["entry", "having", "hook", "whole"]

A, B, C, D = (f"https://example.com/{name}" for name in "abcd")
THEIRS: Final = "https://somebody-else.example/hook"
OWN, OTHER, NEW = "canary-own", "canary-other", "canary-new"
"""Secrets. Whatever has the word canary in it must be in no text and in no state that is not encrypted."""
NUMBER, OTHER_NUMBER = "+15551230001", "+15551230002"


class Step(NamedTuple):
    """One step of a story."""

    act: str
    args: tuple[Any, ...] = ()
    options: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Story:
    """A story.

    Attributes:
        name: What it is about, in a few words.
        sentence: The behaviour.
        steps: What happens.
        account: The account before, as the API has it.
        behave: How the API behaves (`sendblue_emulator.Behaviour`).
        runners: Who tells it.
        engine: Whether the real engine tells it too.
        visible: Seconds that a write which is not visible yet is waited for.
    """

    name: str
    sentence: str
    steps: list[Step | list[Step]]
    account: Mapping[str, Any] = field(default_factory=dict)
    behave: Mapping[str, Any] = field(default_factory=dict)
    runners: tuple[str, ...] = ("dynamic", "plugin")
    engine: bool = False
    visible: float = 0.0


PLUGIN: Final = ("plugin",)
DYNAMIC: Final = ("dynamic",)


# Commands


def up(*program: Resource, taking: tuple[str, ...] = (), calm: bool = True, parallel: int = 1) -> Step:
    """Run `pulumi up`.

    Args:
        *program: The resources that the program declares.
        taking: The items that it removes or changes although this stack did not put them there; no other.
        calm: Whether the preview after it is empty.
        parallel: How many resources are worked on at once.
    """
    return Step("up", program, {"taking": taking, "calm": calm, "parallel": parallel})


def killed(*program: Resource) -> Step:
    """Run `pulumi up`, and lose the state that it would save."""
    return Step("up", program, {"killed": True})


def preview(*program: Resource) -> Step:
    """Run `pulumi preview`, which writes nothing."""
    return Step("preview", program)


def refresh() -> Step:
    """Run `pulumi refresh`."""
    return Step("refresh")


def destroy(*, taking: tuple[str, ...] = (), parallel: int = 1) -> Step:
    """Run `pulumi destroy`."""
    return Step("destroy", (), {"taking": taking, "parallel": parallel})


def import_(resource: Resource, id_: str = "") -> Step:
    """Run `pulumi import`, of the id that the resource has if nothing else is said."""
    return Step("import_", (resource, id_))


def use(account: str) -> Step:
    """Configure the credentials of another account, of which later steps tell."""
    return Step("use", (account,))


# What others do, and what the API does


def add(item: Any, event: str = "receive") -> Step:
    """Somebody adds an entry."""
    return Step("add", (event, item))


def remove(url: str, event: str = "receive") -> Step:
    """Somebody removes an entry."""
    return Step("remove", (event, url))


def edit(url: str, item: Any, event: str = "receive") -> Step:
    """Somebody makes another entry of the one with this URL."""
    return Step("edit", (event, url, item))


def set_secret(value: str | None, name: str = "globalSecret") -> Step:
    """Somebody sets or removes an account secret."""
    return Step("set_secret", (name, value))


def holds(**webhooks: Any) -> Step:
    """Somebody makes this of the account."""
    return Step("holds", (webhooks,))


def behave(**changes: Any) -> Step:
    """Let the API behave otherwise from now on."""
    return Step("behave", (changes,))


def when(*requests: str, do: Step | Fault, nth: int = 1, times: int = 1) -> Step:
    """Let something happen in the next command, just before a request is handled.

    Args:
        *requests: The methods of the last requests, this one included; `|` is the moment before an operation.
        do: What somebody does, or what goes wrong with this request.
        nth: Which of several such moments.
        times: At how many of them, from the first.
    """
    return Step("when", requests, {"do": do, "nth": nth, "times": times})


def cancel() -> Step:
    """The user presses Ctrl-C (with `when`)."""
    return Step("cancel")


def answers(
    method: str, status: int, *, applied: bool = False, wait: str = "0", body: Any = None, nth: int = 1, times: int = 1
) -> Step:
    """Answer a request of the next command with a status, `Retry-After` in it where that means something."""
    headers = {"Retry-After": wait} if wait and status in (408, 429, 500, 503) else {}
    fault = Fault(kind="status", method=method, status=status, applied=applied, headers=headers, body=body)
    return when(method, do=fault, nth=nth, times=times)


def resets(method: str, *, applied: bool = False, nth: int = 1, times: int = 1) -> Step:
    """Reset the connection of a request of the next command instead of an answer."""
    return when(method, do=Fault(kind="reset", method=method, applied=applied), nth=nth, times=times)


# What is right


def shows(*words: str) -> Step:
    """The command said all of this."""
    return Step("shows", words)


def hides(*words: str) -> Step:
    """The command said nothing of this."""
    return Step("hides", words)


def refused(*words: str) -> Step:
    """The command failed with an error that says all of this, and nothing was written."""
    return Step("refused", words)


def fails(*words: str, of: str = "") -> Step:
    """The command failed with an error that says all of this, of the resource of this name."""
    return Step("fails", words, {"of": of})


def either_way() -> Step:
    """The command may have failed or not."""
    return Step("either_way")


def sends(*methods: str) -> Step:
    """The operations of the command made these requests, one after the other."""
    return Step("sends", methods)


def never(*methods: str) -> Step:
    """The command made no request of these methods."""
    return Step("never", methods)


def at_most(requests: Mapping[str, int]) -> Step:
    """The command made no more requests than this, by runner."""
    return Step("at_most", (requests,))


def plans(**steps: str) -> Step:
    """The command did this with the resources, by name with `_` for `-`."""
    return Step("plans", (steps,))


def differs(**paths: str) -> Step:
    """The detailed diff of the resource `webhooks` has these paths and no others (plugin)."""
    return Step("differs", (paths,))


def account(webhooks: Mapping[str, Any], *, ordered: bool = True) -> Step:
    """The account has this now, empty events aside."""
    return Step("account", (webhooks,), {"ordered": ordered})


def outputs(name: str, **values: Any) -> Step:
    """The state of a resource has these outputs; None is none."""
    return Step("outputs", (name, values))


# Several steps in one


def refuses(*program: Resource, words: tuple[str, ...]) -> list[Step]:
    """Preview and up are both refused, and each says all of this."""
    return [preview(*program), refused(*words), up(*program), refused(*words)]
