"""The fault matrix as data: what goes wrong, and at which request of which operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from tests.plugin.values import Secret
from tests.runners.program import CONFIGURATION, WEBHOOK, Resource, entry, hook, whole

Front = Literal["dynamic", "plugin"]
Operation = Literal["create", "update", "delete", "read", "diff", "import"]

A, B, C, D, E = (f"https://example.com/{name}" for name in "abcde")
KEY: Final = "canary-key"
OWN, NEW, OTHER = "canary-own", "canary-new", "canary-other"
"""Secrets: no text may hold the word canary."""

SECRETS: Final = "(secrets)"
"""Stands in an answer for every secret that the provider knows by then, which a careless API quotes."""
QUOTE: Final = f"not now {SECRETS}"


# What goes wrong


@dataclass(frozen=True)
class Trouble:
    """One way in which a request goes wrong.

    Attributes:
        name: What a reader calls it.
        fault: The fields of the emulator's `Fault`.
        states: Whether the request can have been applied before it went wrong: the values of `applied` to try. A
            request that only reads is tried with the first one.
        lasts: Whether it is tried with all later requests meeting it too.
        at: The requests that it is tried at: `all`, `writes` and the GETs after them, `writes alone`, or `first write`.
        attempt: Seconds that one attempt may take; 0 leaves the provider's own.
        behaviour: The account's behaviour instead of a fault, from the beginning of the operation.
        visible: Seconds that the provider waits for a write to be visible.
        edit: When somebody adds an entry: once the write was applied (`after`), or before the next GET (`before`).
    """

    name: str
    fault: Mapping[str, Any] = field(default_factory=dict)
    states: Sequence[bool] = (False,)
    lasts: bool = False
    at: Literal["all", "writes", "writes alone", "first write"] = "all"
    attempt: float = 0.0
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    visible: float = 0.0
    edit: Literal["", "after", "before"] = ""


_BOTH: Final = (False, True)
ERROR: Final = {"status": "ERROR", "message": QUOTE}
_PAGE: Final = f"<html><body><h1>{QUOTE}</h1></body></html>"


def _status(
    status: int, name: str = "", *, body: Any = ERROR, headers: Mapping[str, str] | None = None, **more: Any
) -> Trouble:
    fault = {"kind": "status", "status": status, "body": body, "headers": headers or {}}
    return Trouble(name or str(status), fault, **{"states": _BOTH, **more})


def _retry_after(status: int, seconds: int, **more: Any) -> Trouble:
    return _status(status, f"{status} with Retry-After {seconds}", headers={"Retry-After": str(seconds)}, **more)


TROUBLES: Final = (
    Trouble("no connection", {"kind": "refuse"}, lasts=True),
    Trouble("connection reset", {"kind": "reset"}, _BOTH),
    Trouble("no answer in time", {"kind": "stall", "seconds": 0.4}, _BOTH, attempt=0.15),
    Trouble("answer cut off", {"kind": "early_close"}, (True,)),
    _status(400),
    _status(401, lasts=True),
    _status(403),
    _status(403, "403 without a status", body={"message": QUOTE}),
    _status(404),
    *(_status(status, at="writes") for status in (409, 410, 413, 422)),
    _status(408),
    _status(429),
    _retry_after(429, 0, at="writes"),
    _retry_after(429, 1, at="first write", states=(False,)),
    _retry_after(429, 60),
    _status(500),
    *(_status(status, at="writes") for status in (502, 504)),
    _status(503, lasts=True),
    _retry_after(503, 0, at="writes"),
    _retry_after(503, 60, at="writes"),
    _status(200, "200 with ERROR"),
    Trouble("200 with half of its JSON", {"kind": "truncate"}, (True,)),
    _status(200, "200 with HTML", body=_PAGE, lasts=True),
    _status(200, "200 without a body", body=None, at="writes"),
    _status(200, "200 with other JSON", body=[QUOTE], at="writes"),
    _status(302, "redirect", body=None, headers={"Location": f"https://elsewhere.example/{SECRETS}"}),
    Trouble("PUT drops an event", behaviour={"dropped_on_put": ["outbound", "call_log"]}, at="writes alone"),
    Trouble("GET shows the write late", behaviour={"lag": 2}, at="first write", visible=5.0),
    Trouble("GET shows the write too late", behaviour={"lag": 1000}, at="first write"),
    Trouble("an entry is added after the write", at="writes alone", edit="after"),
    _status(429, "429 while an entry is added", at="writes alone", edit="before"),
)

ADDED: Final = ("outbound", E)
"""What somebody adds in a trouble with an edit."""


# What is going on


class Scene(NamedTuple):
    """An operation and what it begins with.

    Attributes:
        before: The program that was deployed before; None for nothing.
        theirs: What others have on the account, beside what the stack put there.
        program: The program of the operation.
    """

    before: Resource | None
    theirs: Mapping[str, Any]
    program: Resource


_OWN_CONFIGURATION: Final = whole(receive=[A, entry(B, Secret(OWN))], callLog=[C], globalSecret=Secret(OWN))
_NEW_CONFIGURATION: Final = whole(
    receive=[A, entry(B, Secret(NEW)), D], outbound=[C], callLog=[C], globalSecret=Secret(NEW)
)
_OWN_WEBHOOK: Final = hook(A, Secret(OWN), numbers=["+15551230001"], name="mine")
_NEW_WEBHOOK: Final = hook(A, Secret(NEW), numbers=["+15551230001", "+15551230002"], name="mine")
_THEIRS: Final = {
    "receive": [{"url": B}, {"url": C, "secret": OTHER, "label": "x", "n": [1, {"y": None}]}, B],
    "outbound": [A, {"url": B, "secret": OTHER}],
    "call_log": [D],
    "globalSecret": OTHER,
    "region": {"name": "us"},
}
_REGION: Final = {"region": {"name": "us"}}
_BESIDE: Final = {"receive": [{"url": D, "secret": OTHER, "label": "x"}], "outbound": [A], **_REGION}

SCENES: Final[Mapping[tuple[str, Operation], Scene]] = {
    (CONFIGURATION, "create"): Scene(None, _REGION, _OWN_CONFIGURATION),
    (CONFIGURATION, "update"): Scene(_OWN_CONFIGURATION, _REGION, _NEW_CONFIGURATION),
    (CONFIGURATION, "delete"): Scene(_OWN_CONFIGURATION, _BESIDE, _OWN_CONFIGURATION),
    (CONFIGURATION, "read"): Scene(_OWN_CONFIGURATION, _BESIDE, _OWN_CONFIGURATION),
    (CONFIGURATION, "diff"): Scene(_OWN_CONFIGURATION, _BESIDE, _NEW_CONFIGURATION),
    (CONFIGURATION, "import"): Scene(None, {**_BESIDE, "globalSecret": OTHER}, _OWN_CONFIGURATION),
    (WEBHOOK, "create"): Scene(None, _THEIRS, _OWN_WEBHOOK),
    (WEBHOOK, "update"): Scene(_OWN_WEBHOOK, _THEIRS, _NEW_WEBHOOK),
    (WEBHOOK, "delete"): Scene(_OWN_WEBHOOK, _THEIRS, _OWN_WEBHOOK),
    (WEBHOOK, "read"): Scene(_OWN_WEBHOOK, _THEIRS, _OWN_WEBHOOK),
    (WEBHOOK, "diff"): Scene(_OWN_WEBHOOK, _THEIRS, _NEW_WEBHOOK),
    (WEBHOOK, "import"): Scene(None, _THEIRS, hook(D, event="call_log", name="mine")),
}
VARIANTS: Final[Mapping[tuple[str, Operation, str], Scene]] = {
    # If no secret is on the account, a missing one can be taken for one that Sendblue does not show.
    (CONFIGURATION, "create", "a secret alone"): Scene(None, _REGION, whole(globalSecret=Secret(OWN))),
    (CONFIGURATION, "update", "a first secret"): Scene(
        whole(receive=[A], name="first"), {}, whole(receive=[entry(A, Secret(NEW))], name="first")
    ),
    (WEBHOOK, "update", "a first secret"): Scene(
        hook(A, name="first"), {"outbound": [B]}, hook(A, Secret(NEW), name="first")
    ),
}
"""More scenes, each for a few troubles."""
_OF_VARIANTS: Final = ("no connection", "connection reset", "400", "503")

IMPORT_ID: Final = {CONFIGURATION: "account", WEBHOOK: f"call_log:{D}"}


class Subject(NamedTuple):
    """What is tried: an operation of a resource, in one front end."""

    front: Front
    kind: str
    operation: Operation
    variant: str = ""

    def __str__(self) -> str:
        return f"{self.front}-{self.kind}-{self.operation}" + (f" of {self.variant}" if self.variant else "")

    @property
    def scene(self) -> Scene:
        """The scene."""
        if self.variant:
            return VARIANTS[self.kind, self.operation, self.variant]
        return SCENES[self.kind, self.operation]

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What goes wrong with it."""
        return tuple(trouble for trouble in TROUBLES if not self.variant or trouble.name in _OF_VARIANTS)


_FRONTS: Final[tuple[Front, ...]] = ("dynamic", "plugin")
SUBJECTS: Final = tuple(
    Subject(front, kind, operation, variant)
    for front in _FRONTS
    for kind, operation, variant in (*((kind, operation, "") for kind, operation in SCENES), *VARIANTS)
    # A dynamic resource cannot be imported (an engine fact).
    if (front, operation) != ("dynamic", "import")
)


class Case(NamedTuple):
    """One fault at one request of an operation.

    Attributes:
        place: The number of the request, from 0.
        request: Which request that is, such as `the GET before PUT`.
        applied: Whether the request was applied before it went wrong.
        lasts: Whether all later requests meet the same fault.
    """

    subject: Subject
    trouble: Trouble
    place: int
    request: str
    applied: bool
    lasts: bool

    @property
    def secrets(self) -> str:
        """The secrets that the provider knows when it sends the request, with a space in between."""
        scene, operation = self.subject.scene, self.subject.operation
        known: list[object] = [KEY, scene.before]
        if operation == "create" or (operation == "update" and "GET" not in self.request):
            known.append(scene.program)
        if self.place:
            known.append(scene.theirs)
        return " ".join(secret for secret in (KEY, OWN, NEW, OTHER) if secret in str(known))

    def __str__(self) -> str:
        facts = ["applied" if self.applied else "not applied"] if "GET" not in self.request.split() else []
        facts += ["and from then on"] if self.lasts else []
        return f"{self.subject}: {self.trouble.name} at request {self.place + 1}, {self.request} ({', '.join(facts)})"


def cases(subject: Subject, trouble: Trouble, methods: Sequence[str]) -> list[Case]:
    """List the cases of a trouble.

    Args:
        subject: The operation.
        trouble: What goes wrong.
        methods: The requests that the operation sends if nothing goes wrong.
    """
    result = []
    for place, method in enumerate(methods):
        if trouble.at not in _kinds_of(methods, place) or (trouble.behaviour.get("dropped_on_put") and method != "PUT"):
            continue
        states = trouble.states[:1] if method == "GET" else trouble.states
        lasting = (False, True) if trouble.lasts else (False,)
        request = _called(methods, place)
        result += [Case(subject, trouble, place, request, state, lasts) for state in states for lasts in lasting]
    return result


def _kinds_of(methods: Sequence[str], place: int) -> set[str]:
    """Return which `Trouble.at` a request belongs to. Of several DELETEs one stands for all at some troubles."""
    method, before = methods[place], methods[:place]
    if method == "GET":
        return {"all", "writes"} if before and before[-1] != "GET" else {"all"}
    if method in before:
        return {"all"}
    return {"all", "writes", "writes alone"} | ({"first write"} if {*before} <= {"GET"} else set())


def _called(methods: Sequence[str], place: int) -> str:
    method = methods[place]
    if method != "GET":
        number = methods[: place + 1].count(method)
        return method if methods.count(method) == 1 else f"{method} number {number}"
    before = methods[place - 1] if place else ""
    after = methods[place + 1] if place + 1 < len(methods) else ""
    if before not in ("", "GET"):
        return f"the GET after {before}"
    return f"the GET before {after}" if after not in ("", "GET") else "the GET of the plan"
