"""What the resources of one run declare together: which cannot stand side by side, and what is whose."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any

import pytest

from sendblue_provider.api.live import form_of
from sendblue_provider.api.records import Key, Record
from sendblue_provider.plan import claims as module
from sendblue_provider.plan.claims import Claim, Claims, Clash

from .records import NEW, OWN, A, B, C, rec

FORM = "https://EXAMPLE.com/a"
KEY = Key("receive", A)


def webhook(*urls: str, before: Any = None, event: str = "receive") -> Claim:
    """A claim of a `Webhook`; `before` is the URL that its old inputs had."""
    old = None if before is None else (rec(before, event=event),)
    return Claim(is_additive=True, declared=tuple(rec(url, event=event) for url in urls), before=old)


def configuration(*urls: str, before: Any = None) -> Claim:
    old = None if before is None else tuple(rec(url) for url in before)
    return Claim(is_additive=False, declared=tuple(rec(url) for url in urls), before=old)


Steps = list[tuple[Hashable, Claim, str]]
WITH_URNS: dict[str, Steps] = {
    "different webhooks": [("a", webhook(A), ""), ("b", webhook(B), ""), ("c", webhook(A, event="outbound"), "")],
    "twice": [("a", webhook(A), ""), ("b", webhook(A), "twice"), ("c", webhook(A), "twice")],
    "one that was refused is not declared": [
        ("a", webhook(A), ""),
        ("b", webhook(A), "twice"),
        ("a", webhook(B), ""),
        ("c", webhook(A), ""),
    ],
    "checked again": [("a", webhook(A), ""), ("a", webhook(A, before=A), ""), ("a", webhook(A), "")],
    "swapped URLs": [
        ("a", webhook(A, before=A), ""),
        ("b", webhook(B, before=B), ""),
        ("a", webhook(C, before=A), ""),
        ("b", webhook(A, before=B), ""),
        ("a", webhook(B, before=A), ""),
    ],
    "not known yet": [("a", webhook(), ""), ("b", webhook(), ""), ("a", webhook(A), ""), ("b", webhook(A), "twice")],
    "two forms": [("a", webhook(A), ""), ("b", webhook(FORM), "forms")],
    "two forms of another event": [("a", webhook(A), ""), ("b", webhook(FORM, event="outbound"), "")],
    "two forms that were there": [("a", webhook(A, before=A), ""), ("b", webhook(FORM, before=FORM), "")],
    "two forms, one of them new": [("a", webhook(A), ""), ("b", webhook(FORM, before=FORM), "forms")],
    "two forms, the second one new": [("a", webhook(A, before=A), ""), ("b", webhook(FORM), "forms")],
    "another form of itself": [("a", webhook(A, before=A), ""), ("a", webhook(FORM, before=A), "")],
    "both kinds": [("a", webhook(A), ""), ("b", configuration(B), "kinds"), ("c", webhook(C), "")],
    "both kinds, the other way round": [("a", configuration(), ""), ("b", webhook(), "kinds")],
    "two configurations": [
        ("a", configuration(A), ""),
        ("b", configuration(before=[B]), "configurations"),
        ("a", configuration(B, before=[A]), ""),
    ],
}
WITHOUT: dict[str, Steps] = {
    "different webhooks": [(("a", False), webhook(A), ""), (("b", False), webhook(B), "")],
    "twice": [(("a", False), webhook(A), ""), (("a", False), webhook(A), "twice")],
    "two updates": [(("a", True), webhook(A, before=A), ""), (("a", True), webhook(A, before=A), "twice")],
    "a replacement": [(("a", True), webhook(A, before=B), ""), (("a", False), webhook(A), "")],
    "not known yet": [((None, False), webhook(), ""), ((None, False), webhook(), "")],
    "two forms": [(("a", False), webhook(A), ""), (("f", False), webhook(FORM), "forms")],
    "two forms that were there": [
        (("a", True), webhook(A, before=A), ""),
        (("f", True), webhook(FORM, before=FORM), ""),
    ],
    "both kinds": [((None, False), configuration(A), ""), (("a", False), webhook(B), "kinds")],
    "two configurations: their constructor counts them": [
        ((None, True), configuration(A, before=[A]), ""),
        ((None, False), configuration(A), ""),
        ((None, False), configuration(B), ""),
    ],
}


@pytest.mark.parametrize(
    ("steps", "has_urn"),
    [
        *[pytest.param(steps, True, id=f"{name}, with URNs") for name, steps in WITH_URNS.items()],
        *[pytest.param(steps, False, id=f"{name}, without URNs") for name, steps in WITHOUT.items()],
    ],
)
def test_what_cannot_stand_side_by_side(steps: Steps, *, has_urn: bool) -> None:
    """Check after check, a resource is refused exactly if it cannot stand beside one that was accepted."""
    claims = Claims()
    assert [reason for _, _, reason in steps] == [
        clash.reason if (clash := claims.add(resource, claim, has_urn=has_urn)) else "" for resource, claim, _ in steps
    ]


def test_a_clash_names_both_resources() -> None:
    """With URNs both resources are named, in order; without, none; the webhook is named, and its other form."""
    claims = Claims()
    claims.add("urn:b", webhook(A), has_urn=True)
    assert Clash("forms", ("urn:a", "urn:b"), rec(FORM), rec(A)) == claims.add("urn:a", webhook(FORM), has_urn=True)
    assert Clash("twice", ("urn:b", "urn:c"), rec(A)) == claims.add("urn:c", webhook(A), has_urn=True)
    assert Clash("kinds") == claims.add("x", configuration(), has_urn=False)


def test_of_several_checks_at_once_one_passes() -> None:
    """Checks in many threads at once are judged one after the other."""
    claims = Claims()
    found: list[Clash | None] = []
    ready = threading.Barrier(8)

    def check(number: int) -> None:
        ready.wait()
        found.append(claims.add(number, webhook(A), has_urn=True))

    threads = [threading.Thread(target=check, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [None] == [clash for clash in found if clash is None]
    assert len(found) == 8


def test_what_old_inputs_named_is_own() -> None:
    """What the old inputs of any check named is this stack's, also after a check without old inputs."""
    claims = Claims()
    assert (claims.before(), claims.before(KEY), KEY in claims.own) == ((), (), False)
    claims.add("a", Claim(is_additive=True, declared=(rec(B),), before=(rec(A, OWN),)), has_urn=True)
    claims.add("a", webhook(B), has_urn=True)  # the second half of a replacement
    claims.add(
        "b", Claim(is_additive=True, declared=(rec(C),), before=(rec(C), Record("secret", secret=NEW))), has_urn=True
    )
    assert (rec(A, OWN),) == claims.before(KEY)
    assert {KEY, Key("receive", C), Key("secret")} == {record.key for record in claims.before()}
    assert [True, False] == [KEY in claims.own, Key("receive", B) in claims.own]


def test_what_nobody_declares() -> None:
    """A delete removes what no resource of the run declares, or may turn out to declare."""
    claims = Claims()
    keys = frozenset({KEY, Key("receive", B), Key("outbound", A), Key("secret")})
    assert keys == claims.unclaimed(keys)
    claims.add("a", webhook(A), has_urn=True)
    assert keys - {KEY} == claims.unclaimed(keys)
    claims.add("b", Claim(is_additive=True, declared=(), may_declare=lambda key: key.event == "receive"), has_urn=True)
    assert frozenset({Key("outbound", A), Key("secret")}) == claims.unclaimed(keys)
    assert frozenset({KEY}) == claims.declared()
    claims.add("a", webhook(), has_urn=True)
    claims.add("b", webhook(), has_urn=True)
    assert keys == claims.unclaimed(keys)


def test_what_is_noted_stays() -> None:
    """A diff's facts outlive the next check of the resource, and a note alone is no check."""
    claims = Claims()
    claims.note("a", seen=(rec(B),), ignored=(("receive",),))
    assert (False, False) == (claims.is_checked("a"), claims.is_checked())
    claims.add("a", webhook(A, before=A), has_urn=True)
    claims.add("a", webhook(A), has_urn=True)
    assert (True, False, True) == (claims.is_checked("a"), claims.is_checked("b"), claims.is_checked())
    assert ((rec(B),), (("receive",),), (rec(A),)) == (
        claims.of("a").seen,
        claims.of("a").ignored,
        claims.of("a").before,
    )
    claims.note("a", seen=None)
    assert claims.of("a").seen is None
    assert Claim() == claims.of("b")


def test_which_kinds_there_are() -> None:
    """Only an accepted `Webhook` counts as one."""
    claims = Claims()
    claims.add("a", configuration(), has_urn=True)
    claims.add("b", webhook(A), has_urn=True)
    assert not claims.has_additive()
    other = Claims()
    other.add("b", webhook(A), has_urn=True)
    assert other.has_additive()


@pytest.mark.parametrize("before", [None, "own"])
def test_the_work_is_linear(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    """Twice as many webhooks need twice as many comparisons, and not four times."""
    calls = 0

    def counted(real: Callable[[Key], Key]) -> Callable[[Key], Key]:
        def count(key: Key) -> Key:
            nonlocal calls
            calls += 1
            return real(key)

        return count

    monkeypatch.setattr(module, "form_of", counted(form_of))

    def work(number: int) -> int:
        nonlocal calls
        calls, claims = 0, Claims()
        for place in range(number):
            url = f"https://example.com/{place}"
            assert claims.add(place, webhook(url, before=before and url), has_urn=True) is None
            assert claims.before(Key("receive", url)) == ((rec(url),) if before else ())
        return calls

    assert work(200) <= 2 * work(100)
