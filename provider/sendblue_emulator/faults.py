"""Faults: requests that go wrong as requests do on a network."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from .account import METHODS
from .plan import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["refuse", "reset", "stall", "status", "truncate", "early_close"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong, and at which requests.

    Raises:
        ValueError: A value makes no sense.
    """

    kind: Kind
    """What goes wrong:

    `refuse`: no connection is made, and nothing is applied. In-process this is `httpx.ConnectError`. A server that
    listens cannot refuse, so over a socket the connection is reset before the request is looked at: a client there sees
    an error of reading, not of connecting. To see a real refusal, stop the server.

    `reset`: the connection is reset instead of an answer (over a socket a real TCP reset, in-process
    `httpx.ReadError`), before the request was applied or after it, as `applied` says.

    `stall`: the answer takes `seconds` longer. In-process a client whose read timeout is shorter gets
    `httpx.ReadTimeout` when it has passed. With `applied` the request is applied first and its answer held; without, it
    is held first and never applied if the client has given up by then.

    `status`: the answer is `status`, `body`, `content_type` and `headers`, though with `applied` the request was.

    `truncate`: the real answer's body is cut in half; the length it announces is right, so only the JSON is broken.

    `early_close`: the same, but the announced length is the whole's: the connection closes in the middle of the body
    (in-process `httpx.RemoteProtocolError`).
    """

    method: str = "*"
    """The requests' method; `*` is every method."""

    account: str | None = None
    """The name of the requests' account; None is every account, and requests of none."""

    times: int | None = 1
    """How many requests; None is every one until the faults are cleared."""

    after: int = 0
    """How many matching requests pass unharmed first."""

    applied: bool = False
    """Whether the request is carried out nevertheless (`reset`, `stall`, `status`)."""

    seconds: float = 1.0
    """How long `stall` lasts."""

    status: int = 503
    """The status of `status`."""

    body: Any = None
    """The body of `status`: text as it is, any other value as JSON, None for an empty one."""

    content_type: str | None = None
    """The content type of `status`: `text/html` for text and `application/json` for JSON if not given."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """More headers of `status`, such as `{"Retry-After": "1"}`."""

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind: {self.kind!r} is not one of {', '.join(get_args(Kind))}")
        if self.method not in ("*", *METHODS):
            raise ValueError(f"method: {self.method!r} is not one of *, {', '.join(METHODS)}")
        if self.seconds < 0:
            raise ValueError("seconds must be 0 or more")
        if not 200 <= self.status <= 599:
            raise ValueError(f"status: {self.status} is not the status of an answer")


class Faults:
    """The faults that are to come. Thread-safe."""

    def __init__(self) -> None:
        self._plan: Plan[Fault] = Plan()

    def add(self, *faults: Fault) -> None:
        """Plan faults. A request meets one at most: the first that is due, while the others wait their turn.

        Raises:
            ValueError: `times` or `after` makes no sense.
        """
        for fault in faults:
            self._plan.add(fault, method=fault.method, account=fault.account, after=fault.after, times=fault.times)

    def take(self, method: str, account: str | None) -> Fault | None:
        """The fault that this request meets, if any."""
        due = self._plan.take(method, account, limit=1)
        return due[0] if due else None

    def pending(self) -> list[Fault]:
        """The faults that have not, or not often enough, happened."""
        return self._plan.pending()

    def clear(self) -> None:
        """Let nothing go wrong from now on."""
        self._plan.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """The pending faults as JSON values."""
        return [asdict(fault) for fault in self.pending()]
