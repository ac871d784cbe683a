"""Tells a story to a runner, and checks after every command what must hold in all of them.

- what is not this stack's stays byte for byte and in order, but for what the step says;
- what is removed or changed and was not this stack's is named by the command itself;
- no canary is in any text, nor in what the state shows without decryption, and no mask is in any request;
- no write is sent twice without a GET in between, and planning is one GET at most;
- `managed` names what the program declares, after an import all that is live, and nothing else;
- after an update that succeeded, the next preview is empty.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from sendblue_emulator import MASK, Emulator, Fault
from tests.runners.program import CONFIGURATION, Program, Resource, Run, having
from tests.runners.runner import MAIN, Runner
from tests.stories.ledger import Ledger, declared, items, key_of, managed
from tests.stories.steps import Step, Story

_COMMANDS = ("up", "preview", "refresh", "destroy", "import_")
_FAILURES = ("refused", "fails")


class _Moment:
    """Something that happens in the next command."""

    def __init__(self, requests: tuple[str, ...], do: Step | Fault, nth: int, times: int) -> None:
        self.requests, self.do = list(requests), do
        self.first, self.last = nth, nth + times - 1
        self.seen = 0

    def is_now(self, requests: list[str]) -> bool:
        if requests[-len(self.requests) :] != self.requests:
            return False
        self.seen += 1
        return self.first <= self.seen <= self.last


class Telling:
    """One story as one runner tells it: a method for each word of `steps`.

    Args:
        story: The story.
        emulator: The API.
    """

    def __init__(self, story: Story, emulator: Emulator) -> None:
        self._story, self._emulator = story, emulator
        self._account = emulator.account(MAIN)
        self._own: dict[str, set[str]] = {}
        self._moments: list[_Moment] = []
        self._arrived: list[str] = []
        self._ledger: Ledger | None = None
        self._may_fail = self._must_fail = False
        self._lock = threading.RLock()
        self.run = Run()
        self.runner: Runner
        for method in ("GET", "PUT", "POST", "DELETE"):
            emulator.before(method, partial(self.arrives, method), times=None)

    def tell(self, runner: Runner) -> None:
        """Tell the story."""
        self.runner = runner
        steps = [step for part in self._story.steps for step in (part if isinstance(part, list) else [part])]
        for place, step in enumerate(steps):
            result = {later.act for later in _until_next_command(steps[place + 1 :])}
            self._may_fail, self._must_fail = bool(result & {*_FAILURES, "either_way"}), bool(result & {*_FAILURES})
            try:
                getattr(self, step.act)(*step.args, **step.options)
            except AssertionError as error:
                raise AssertionError(f"step {place + 1}, {step.act}: {error}") from None

    def arrives(self, request: str) -> None:
        """Let happen what is to happen before this request, or before an operation (`|`)."""
        with self._lock:
            self._arrived.append(request)
            now = [moment for moment in self._moments if moment.is_now(self._arrived)]
        for moment in now:
            if isinstance(moment.do, Fault):
                self._emulator.faults.add(moment.do)
            elif moment.do.act == "cancel":
                self.runner.cancel()
            else:
                assert self._ledger is not None
                self._ledger.edited(partial(getattr(self, moment.do.act), *moment.do.args, **moment.do.options))

    # Commands

    def up(
        self,
        *program: Resource,
        taking: tuple[str, ...] = (),
        calm: bool = True,
        parallel: int = 1,
        killed: bool = False,
    ) -> None:
        """Run `pulumi up`."""
        self._command(
            lambda: self.runner.up(program, parallel=parallel, killed=killed), program, taking, saved=not killed
        )
        if self.run.ok and calm and not killed:
            self._is_calm(program)

    def preview(self, *program: Resource) -> None:
        """Run `pulumi preview`."""
        self._command(lambda: self.runner.preview(program), program)
        assert set(self.run.requests) <= {"GET"}, f"a preview sent {self.run.requests}"

    def refresh(self) -> None:
        """Run `pulumi refresh`."""
        self._command(self.runner.refresh)
        assert set(self.run.requests) <= {"GET"}, f"a refresh sent {self.run.requests}"

    def destroy(self, *, taking: tuple[str, ...] = (), parallel: int = 1) -> None:
        """Run `pulumi destroy`."""
        self._command(lambda: self.runner.destroy(parallel=parallel), (), taking, saved=True)

    def import_(self, resource: Resource, id_: str = "") -> None:
        """Run `pulumi import`."""
        properties = resource.properties
        id_ = id_ or ("account" if resource.kind == CONFIGURATION else f"{properties['event']}:{properties['url']}")
        self._command(lambda: self.runner.import_(resource, id_), (resource,))
        assert set(self.run.requests) <= {"GET"}, f"an import sent {self.run.requests}"
        if self.run.ok and resource.kind == CONFIGURATION:
            found, live = managed(self.runner.outputs(resource.name)), items(self._account.webhooks)
            assert found == {key for listed in live.values() for key, _ in listed}, f"it manages {found}"
            self._mine().update(found)

    def use(self, account: str) -> None:
        """Configure another account."""
        self.runner.use(account)
        self._account = self._emulator.account(account)

    def _mine(self) -> set[str]:
        return self._own.setdefault(self._account.name, set())

    def _command(
        self,
        command: Callable[[], Run],
        program: Program = (),
        taking: tuple[str, ...] = (),
        *,
        saved: bool = False,
    ) -> None:
        self._arrived.clear()
        self._ledger = Ledger(self._account, self._mine(), declared(program))
        self.run = command()
        self._ledger.close()
        self._nothing_is_left_of_the_script()
        self._check(taking)
        wrote = any(entry.method != "GET" for entry in self._emulator.journal.entries())
        if self.run.ok and saved:
            self._own[self._account.name] = declared(program)
            self._manages(program)
        else:
            self._own[self._account.name] = self._ledger.own | (declared(program) if wrote else set())
        self._ledger = None

    def _manages(self, program: Program) -> None:
        for resource in program:
            if resource.kind == CONFIGURATION and not resource.ignore:
                found = managed(self.runner.outputs(resource.name))
                assert found == declared((resource,)), f"{resource.name} manages {found}"

    def _nothing_is_left_of_the_script(self) -> None:
        unused = [moment.requests for moment in self._moments if moment.seen < moment.first]
        assert not unused, f"these moments never came: {unused}; the requests were {self._arrived}"
        self._moments.clear()
        self._emulator.faults.clear()

    def _check(self, taking: tuple[str, ...]) -> None:
        assert self._ledger is not None
        assert self._may_fail or self.run.ok, f"it failed: {self.run.errors}"
        assert not (self._must_fail and self.run.ok), f"it did not fail, and sent {self.run.requests}: {self.run.text}"
        taken = sorted(set(self._ledger.taken))
        unnamed = [key for key in taken if key not in self.run.text]
        assert not unnamed, f"taken from the account, and not named: {unnamed} in {self.run.text!r}"
        assert taken == sorted(taking), f"not this stack's, and taken from the account: {taken}"
        for text in (*self.run.texts, *self.run.hidden, self.runner.revealed()):
            assert "canary" not in text, f"a secret in {text!r}"
        for text in self.run.errors.values():
            assert "defect" not in text, text
        self._check_requests()

    def _check_requests(self) -> None:
        entries = self._emulator.journal.entries()
        writes: list[Any] = []
        for entry in entries:
            if entry.method == "GET":
                writes.clear()
                continue
            assert MASK not in repr(entry.body), "a mask was written"
            assert (entry.method, entry.body) not in writes, f"sent twice without a GET in between: {entry.method}"
            writes.append((entry.method, entry.body))

    def _is_calm(self, program: Program) -> None:
        told = self.run, self._emulator.journal.entries()
        again = self.runner.preview(tuple(having(resource, replace=False, trigger=False) for resource in program))
        assert again.ok, f"the next preview fails: {again.errors}"
        assert set(again.steps.values()) <= {"same"}, f"the next preview is not empty: {again.steps} {again.text}"
        assert again.requests in ([], ["GET"]) or again.sent is None, f"the next preview sent {again.requests}"
        assert all("canary" not in text for text in (*again.texts, *again.hidden)), "a secret in the next preview"
        self.run = told[0]

    # What others do

    def add(self, event: str, item: Any) -> None:
        """Add an entry."""
        self._account.add(event, item)

    def remove(self, event: str, url: str) -> None:
        """Remove an entry."""
        self._account.remove(event, url)

    def edit(self, event: str, url: str, item: Any) -> None:
        """Make another entry of one."""
        webhooks = self._account.webhooks
        place = [key_of(event, one) for one in webhooks[event]].index(f"{event} {url}")
        webhooks[event][place] = item
        self._account.webhooks = webhooks

    def set_secret(self, name: str, value: str | None) -> None:
        """Set an account secret."""
        self._account.set_secret(name, value)

    def holds(self, webhooks: Mapping[str, Any]) -> None:
        """Replace everything."""
        self._account.webhooks = dict(webhooks)

    def behave(self, changes: Mapping[str, Any]) -> None:
        """Change the API's behaviour."""
        self._account.behave(**changes)

    def when(self, *requests: str, do: Step | Fault, nth: int, times: int) -> None:
        """Plan something for the next command."""
        self._moments.append(_Moment(requests, replace(do) if isinstance(do, Fault) else do, nth, times))

    # What is right

    def shows(self, *words: str) -> None:
        """Check what the command said."""
        _says(self.run.text, words)

    def hides(self, *words: str) -> None:
        """Check what the command did not say."""
        said = [word for word in words if word in self.run.text]
        assert not said, f"said {said} in {self.run.text!r}"

    def refused(self, *words: str) -> None:
        """Check that nothing was written, and the error."""
        wrote = [method for method in self.run.requests if method != "GET"]
        assert not wrote, f"refused, and wrote {wrote}"
        self.fails(*words)

    def fails(self, *words: str, of: str = "") -> None:
        """Check the error."""
        of = of if self.run.sent is not None or "" not in self.run.errors else ""
        assert not of or of in self.run.errors, f"{of} did not fail: {self.run.errors}"
        _says(self.run.errors[of] if of else "\n".join(self.run.errors.values()), words)

    def either_way(self) -> None:
        """Check nothing."""

    def sends(self, *methods: str) -> None:
        """Check the requests of the operations."""
        if self.run.sent is not None:
            assert self.run.sent == [*methods], f"sent {self.run.sent}, not {[*methods]}"
            assert len(self.run.requests) - len(methods) <= 1, f"planning was {self.run.requests}"
        else:
            assert self.run.requests[-len(methods) :] == [*methods], f"sent {self.run.requests}, not {[*methods]}"

    def never(self, *methods: str) -> None:
        """Check what was not sent."""
        assert not set(methods) & set(self.run.requests), f"the requests were {self.run.requests}"

    def at_most(self, requests: Mapping[str, int]) -> None:
        """Check how many requests there were."""
        number = len(self.run.requests)
        assert number <= requests[self.runner.name.removeprefix("engine-")], f"{number} requests"

    def plans(self, steps: Mapping[str, str]) -> None:
        """Check what was done with each resource."""
        done = {name.replace("-", "_"): step for name, step in self.run.steps.items()}
        assert done == dict(steps), f"did {done}"

    def differs(self, paths: Mapping[str, str]) -> None:
        """Check the detailed diff."""
        if self.runner.name == "plugin":
            assert dict(self.run.paths["webhooks"]) == dict(paths), f"the paths are {self.run.paths['webhooks']}"

    def account(self, webhooks: Mapping[str, Any], *, ordered: bool) -> None:
        """Check what the account has."""
        found = {name: value for name, value in self._account.webhooks.items() if value != []}
        expected = webhooks if ordered else _in_any_order(webhooks)
        assert (found if ordered else _in_any_order(found)) == expected, f"the account has {found}"

    def outputs(self, name: str, values: Mapping[str, Any]) -> None:
        """Check a resource's outputs."""
        found = self.runner.outputs(name)
        assert {key: found.get(key) for key in values} == values, f"the outputs are {found}"


def _until_next_command(steps: list[Step]) -> list[Step]:
    places = [place for place, step in enumerate(steps) if step.act in _COMMANDS]
    return steps[: places[0]] if places else steps


def _in_any_order(webhooks: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sorted(map(repr, v)) if isinstance(v, list) else v for name, v in webhooks.items()}


def _says(text: str, words: tuple[str, ...]) -> None:
    missing = [word for word in words if not any(each in text for each in word.split("|"))]
    assert not missing, f"{missing} is not in {text!r}"
