"""What the resources of one run declare together: which of them cannot stand side by side, and what is whose.

A claim is what this process knows of one resource of the run. A delete needs it too: it leaves what any claim declares,
since a rename, a replacement and a move from one kind to the other create the new resource before the old one goes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from sendblue_provider.api.live import form_of
from sendblue_provider.api.records import Key, Keys, Record, Records


@dataclass(frozen=True)
class Claim:
    """What is known of one resource.

    Attributes:
        is_additive: Whether it is a `Webhook`; None before its check.
        declared: What it declares.
        before: What its old inputs declared: this stack put that on the account. None if there were none.
        ignored: Property paths whose changes it ignores, as its diff was told.
        seen: The account as its diff saw it.
        hides: Whether its own secret did not show at the last update, as its state says.
        may_declare: Returns whether a key may turn out to be declared, although it is not known yet.
    """

    is_additive: bool | None = None
    declared: Records = ()
    before: Records | None = None
    ignored: Sequence[Any] = ()
    seen: Records | None = None
    hides: bool = False
    may_declare: Callable[[Key], bool] = lambda _key: False


class Clash(NamedTuple):
    """Why a claim cannot stand beside another one.

    Attributes:
        reason: Both kinds of resource on one account, two configurations, the same webhook twice, or in two forms.
        resources: The URNs of the two, if the front end knows them.
        record: The webhook, for the last two.
        other: The same webhook in its other form.
    """

    reason: Literal["kinds", "configurations", "twice", "forms"]
    resources: tuple[str, ...] = ()
    record: Record | None = None
    other: Record | None = None


class Claims:
    """The claims of one run on one account, by the resource's URN, or what else identifies it.

    Attributes:
        has_state: Whether the engine has shown a state, or old inputs, of any resource.
    """

    def __init__(self) -> None:
        self.has_state = False
        self._claims: dict[Hashable, Claim] = {}
        self._by_form: dict[Key, set[Hashable]] = {}
        self._kinds: dict[bool, set[Hashable]] = {True: set(), False: set()}
        self._own: dict[Key, list[Record]] = {}
        self._own_secrets: list[Record] = []
        self._not_indexed: list[Records] = []
        self._hides = False
        self._lock = threading.Lock()

    def add(self, resource: Hashable, claim: Claim, *, has_urn: bool) -> Clash | None:
        """Note what a resource declares, unless it cannot stand beside what another one declares.

        Args:
            resource: What identifies the resource.
            claim: What it declares.
            has_urn: Whether that is its URN. Without URNs, the engine checks a resource at most once with old inputs
                and once without, so a second check of the same webhook is a second resource.

        Returns:
            Why it cannot; None if it can.
        """
        with self._lock:
            clash = self._clash(resource, claim, has_urn=has_urn)
            if clash is None:
                old = self._claims.get(resource, Claim())
                before = claim.before if claim.before is not None else old.before
                self._put(resource, replace(claim, before=before, ignored=old.ignored, seen=old.seen))
            return clash

    def note(self, resource: Hashable, **facts: Any) -> None:
        """Note facts of a resource by the names of `Claim`'s attributes."""
        with self._lock:
            self._put(resource, replace(self._claims.get(resource, Claim()), **facts))

    def of(self, resource: Hashable) -> Claim:
        """Return what is known of a resource."""
        return self._claims.get(resource, Claim())

    def is_checked(self, resource: Hashable = None) -> bool:
        """Return whether a resource, or any, was checked in this run: a refresh makes no check."""
        claims = [*self._claims.values()] if resource is None else [self.of(resource)]
        return any(claim.is_additive is not None for claim in claims)

    def before(self, key: Key | None = None) -> Records:
        """Return what the old inputs of all checks declared, or what they declared under one key.

        This stack put that on the account.
        """
        own = self.own
        return tuple([record for same in ([*own.values()] if key is None else [own.get(key, [])]) for record in same])

    @property
    def own(self) -> Mapping[Key, list[Record]]:
        """What the old inputs of all checks declared, by key."""
        with self._lock:
            while self._not_indexed:
                for record in self._not_indexed.pop():
                    self._own.setdefault(record.key, []).append(record)
                    if record.secret:
                        self._own_secrets.append(record)
        return self._own

    def own_secrets(self) -> Sequence[Record]:
        """Return those records of `before` that have a secret."""
        return self._own_secrets if self.own else ()

    def unclaimed(self, keys: Keys) -> Keys:
        """Return the keys that no resource of this run declares, or may turn out to declare."""
        claims = [*self._claims.values()]
        declared = {record.key for claim in claims for record in claim.declared}
        return frozenset([key for key in keys - declared if not any(claim.may_declare(key) for claim in claims)])

    def declared(self) -> Keys:
        """Return the keys that the resources of this run declare."""
        return frozenset([record.key for claim in [*self._claims.values()] for record in claim.declared])

    @property
    def hides(self) -> bool:
        """Whether the own secret of any resource did not show at its last update."""
        return self._hides

    def has_additive(self) -> bool:
        """Return whether the program declares a `Webhook`."""
        return bool(self._kinds[True])

    def _put(self, resource: Hashable, claim: Claim) -> None:
        for record in self.of(resource).declared if claim.is_additive else ():
            self._by_form.get(form_of(record.key), set()).discard(resource)
        before = self.of(resource).before
        self._hides = self._hides or claim.hides
        self._claims[resource] = claim
        if claim.is_additive is not None:
            self._kinds[claim.is_additive].add(resource)
        for record in claim.declared if claim.is_additive else ():
            self._by_form.setdefault(form_of(record.key), set()).add(resource)
        if claim.before is not None and claim.before is not before:
            self._not_indexed.append(claim.before)

    def _clash(self, resource: Hashable, claim: Claim, *, has_urn: bool) -> Clash | None:
        is_additive = bool(claim.is_additive)

        def urns(other: Hashable) -> tuple[str, ...]:
            return tuple(sorted((str(resource), str(other)))) if has_urn else ()

        for other in self._kinds[not is_additive]:
            return Clash("kinds", urns(other))
        if not is_additive:
            for other in self._kinds[False] - {resource} if has_urn else ():
                return Clash("configurations", urns(other))
            return None
        for record in claim.declared:
            for other in self._by_form.get(form_of(record.key), ()):
                found = next(one for one in self.of(other).declared if form_of(one.key) == form_of(record.key))
                if found.key == record.key:
                    if (other != resource) == has_urn:
                        return Clash("twice", urns(other), record)
                elif other != resource and not (
                    self._had(other, found)
                    and claim.before is not None
                    and any(one.key == record.key for one in claim.before)
                ):
                    return Clash("forms", urns(other), record, found)
        return None

    def _had(self, resource: Hashable, record: Record) -> bool:
        return any(one.key == record.key for one in self.of(resource).before or ())
