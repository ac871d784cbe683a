"""Previews of a create and an update, for a front end that makes them; and two resources for one account."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import authoritative
from sendblue_provider.errors import ApiError, CreateRefused
from sendblue_provider.model import UNKNOWN
from sendblue_provider.report import change_lines, failure_text, things
from sendblue_provider.takeover import Takeover
from tests.provider.conftest import NUMBER, OTHER, OWN, READER, A, B, C, content, said, told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Deploy = Callable[[Mapping[str, Any]], dict[str, Any]]

INPUTS: dict[str, Any] = {"receive": [A, {"url": B, "secret": OWN}], "globalSecret": OWN}
MANAGED: dict[str, Any] = {"events": {"receive": [A, B]}, "secrets": ["globalSecret"]}


# The preview of a create


def test_a_preview_of_a_create(account: Account, remote: Remote, emulator: Emulator) -> None:
    """The outputs are the inputs and what is known of the rest; one GET, and nothing is written."""
    created = authoritative.preview_create(account, INPUTS)
    assert created.outputs == {**INPUTS, "secretsReadable": UNKNOWN, "managed": MANAGED}
    assert created.takeover == Takeover()
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {}


def test_the_create_keeps_what_its_preview_promised(start: Callable[..., Account]) -> None:
    """What a preview knows of the outputs is what they then are."""
    preview = authoritative.preview_create(start(), INPUTS).outputs
    outputs = authoritative.create(start(), INPUTS).outputs
    assert {name: value for name, value in preview.items() if value is not UNKNOWN} == {
        name: value for name, value in outputs.items() if preview[name] is not UNKNOWN
    }
    assert set(preview) == set(outputs)


@pytest.mark.parametrize(
    "inputs",
    [
        {"receive": UNKNOWN},
        {"receive": [A, {"url": UNKNOWN}]},
        {"otherEvents": {"x": UNKNOWN}},
        {"globalSecret": UNKNOWN},
        {"receive": [A], "otherEvents": UNKNOWN},
    ],
)
def test_a_preview_of_what_is_not_known_yet(inputs: dict[str, Any], account: Account) -> None:
    """While part of it is unknown, so is what will be managed."""
    assert authoritative.preview_create(account, inputs).outputs == {
        **inputs,
        "secretsReadable": UNKNOWN,
        "managed": UNKNOWN,
    }


def test_a_preview_of_a_create_that_will_be_refused(account: Account, remote: Remote, emulator: Emulator) -> None:
    """It is refused in the preview, with the same words as in the update."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}, C], "secret": OTHER}
    with pytest.raises(CreateRefused) as preview:
        authoritative.preview_create(account, INPUTS)
    with pytest.raises(CreateRefused) as update:
        authoritative.create(account, INPUTS)
    assert told(preview.value) == told(update.value)
    assert f": receive {A} (another secret); receive {C}; secret (secret set). " in told(preview.value)
    assert emulator.journal.methods() == ["GET", "GET"]


def test_a_preview_tells_what_a_create_takes_over(start: Callable[..., Account], remote: Remote) -> None:
    """What is there already and what is overwritten are told by the preview and by the create alike."""
    remote.webhooks = {"receive": [A, {"url": B, "secret": OTHER}, C], "globalSecret": OWN}
    inputs = {**INPUTS, "allowOverwrite": True}
    preview = authoritative.preview_create(start(), inputs).takeover
    assert change_lines(preview.overwritten) == [f"~ receive {B} secret changed", f"- receive {C}"]
    assert things(preview.adopted) == [f"receive {A}", f"receive {B} (secret set)", "globalSecret (secret set)"]
    assert authoritative.create(start(), inputs).takeover == preview


def test_a_preview_shares_its_get(account: Account, deploy: Deploy, emulator: Emulator) -> None:
    """The read, the check and the preview of a process are one GET in all."""
    state = deploy(INPUTS)
    authoritative.read(account, state)
    assert authoritative.check(account, INPUTS, None, "urn::one") == ()
    authoritative.preview_create(account, INPUTS)
    assert emulator.journal.methods() == ["GET"]


def test_a_preview_of_an_account_that_cannot_be_read(account: Account, emulator: Emulator) -> None:
    """It fails as the create will."""
    emulator.faults.add(Fault(kind="status", status=401, body={"status": "ERROR"}))
    with pytest.raises(ApiError) as caught:
        authoritative.preview_create(account, INPUTS)
    assert told(caught.value)


# The preview of an update


def test_a_preview_of_an_update(account: Account, deploy: Deploy, emulator: Emulator) -> None:
    """The outputs are the new inputs with what is known of the rest, without a request."""
    state = deploy(INPUTS)
    inputs = {"receive": [{"url": C, "sendblueNumbers": [NUMBER]}], "secret": OWN}
    assert authoritative.preview_update(account, state, inputs) == {
        **inputs,
        "secretsReadable": True,
        "managed": {"events": {"receive": [C]}, "secrets": ["secret"]},
    }
    assert emulator.journal.methods() == []


def test_a_preview_of_an_update_to_what_is_not_known_yet(account: Account, deploy: Deploy) -> None:
    """What will be managed is not known then."""
    outputs = authoritative.preview_update(account, deploy(INPUTS), {"receive": [A, UNKNOWN]})
    assert outputs == {"receive": [A, UNKNOWN], "secretsReadable": True, "managed": UNKNOWN}


# Two resources

URN = "urn:pulumi:dev::app::sendblue:index:WebhookConfiguration::{}"
ONE, TWO = URN.format("one"), URN.format("two")


def test_one_resource(account: Account, emulator: Emulator) -> None:
    """A resource may be checked as often as the engine likes, and a check makes no request."""
    for old_inputs in (INPUTS, None, None):
        assert authoritative.check(account, INPUTS, old_inputs, ONE) == ()
    assert emulator.journal.methods() == []


def test_a_second_resource(account: Account, emulator: Emulator) -> None:
    """A second resource for the account is refused: the failure concerns it as a whole and names both."""
    assert authoritative.check(account, INPUTS, None, ONE) == ()
    (failure,) = authoritative.check(account, {"receive": [C]}, None, TWO)
    assert failure.path == ()
    text = said(failure_text(failure, READER.spell))
    assert "'one'" in text
    assert "'two'" in text
    assert "sendblue.Provider" in text
    assert emulator.journal.methods() == []


def test_a_second_resource_that_is_an_update(account: Account) -> None:
    """Old inputs make no difference: two that have both been there for long are refused too."""
    assert authoritative.check(account, INPUTS, INPUTS, ONE) == ()
    assert len(authoritative.check(account, INPUTS, INPUTS, TWO)) == 1


def test_the_first_resource_after_a_second(account: Account) -> None:
    """The one that came first is not refused for the sake of one that was."""
    authoritative.check(account, INPUTS, None, ONE)
    authoritative.check(account, INPUTS, None, TWO)
    assert authoritative.check(account, INPUTS, None, ONE) == ()


def test_what_a_refused_resource_declares_counts_for_nothing(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A delete does not leave what only a resource declares that was refused."""
    state = deploy({"receive": [A, B]})
    authoritative.check(account, {"receive": [A]}, None, ONE)
    authoritative.check(account, {"receive": [B]}, None, TWO)
    authoritative.delete(account, state)
    assert content(remote) == {"receive": [A]}


def test_a_resource_with_bad_inputs_is_not_the_first(account: Account) -> None:
    """What is wrong with a resource is told first; the other one is then the only one."""
    assert [failure.path for failure in authoritative.check(account, {"receive": [""]}, None, ONE)] == [("receive", 0)]
    assert authoritative.check(account, INPUTS, None, TWO) == ()


def test_a_rename(account: Account, deploy: Deploy, remote: Remote) -> None:
    """The old resource of a rename is not checked, so the new one is the only one, and keeps what it declares."""
    state = deploy(INPUTS)
    assert authoritative.check(account, INPUTS, None, TWO) == ()
    authoritative.create(account, INPUTS)
    authoritative.delete(account, state)
    assert content(remote) == INPUTS


def test_a_replacement(account: Account, deploy: Deploy, remote: Remote) -> None:
    """The checks of one resource are one declaration, the last; what the first one's old inputs named is its own."""
    state = deploy({"receive": [A, B]})
    new = {"receive": [B]}
    authoritative.check(account, {"receive": [A]}, {"receive": [A, B]}, ONE)
    authoritative.check(account, new, None, ONE)
    authoritative.create(account, new)
    authoritative.delete(account, state)
    assert content(remote) == {"receive": [B]}


def test_another_account_has_its_own_resource(start: Callable[..., Account]) -> None:
    """Each account of a process has one."""
    assert authoritative.check(start(), INPUTS, None, ONE) == ()
    assert authoritative.check(start(), INPUTS, None, TWO) == ()


def test_the_next_run_has_its_own_resource(account: Account) -> None:
    """In a process that serves several runs each of them has one."""
    authoritative.check(account, INPUTS, None, ONE)
    account.start_run()
    assert authoritative.check(account, INPUTS, None, TWO) == ()


def test_two_at_once(account: Account) -> None:
    """Of several that are checked at the same moment one passes."""
    barrier = threading.Barrier(8)

    def check(number: int) -> int:
        barrier.wait(5)
        return len(authoritative.check(account, INPUTS, None, URN.format(number)))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(check, range(8))) == [0, *[1] * 7]


# A resource's own time

SLOW: list[Any] = [
    pytest.param(lambda account, _: authoritative.create(account, {"outbound": [A]}, seconds=0.3), "PUT", id="create"),
    pytest.param(
        lambda account, state: authoritative.update(account, state, {"outbound": [A]}, seconds=0.3), "PUT", id="update"
    ),
    pytest.param(lambda account, state: authoritative.delete(account, state, seconds=0.3), "DELETE", id="delete"),
]


@pytest.mark.parametrize(("operation", "method"), SLOW)
def test_custom_timeouts_bound_an_operation(
    operation: Callable[[Account, Any], object],
    method: str,
    start: Callable[..., Account],
    deploy: Deploy,
    emulator: Emulator,
    remote: Remote,
) -> None:
    """A resource's own budget ends the retries, and the error says where it is set."""
    state = deploy({"receive": [A]})
    if method == "PUT":
        remote.webhooks = {}
    fault = Fault(kind="status", status=429, body="no", method=method, headers={"Retry-After": "5"}, times=None)
    emulator.faults.add(fault)
    with pytest.raises(ApiError) as caught:
        operation(start(timeout_seconds=60), state)
    text = said(caught.value)
    assert "0.3 s" in text
    assert "customTimeouts" in text
    assert "pulumi config set" not in text
    assert [sent for sent in emulator.journal.methods() if sent != "GET"] == [method]


def test_custom_timeouts_can_be_longer(start: Callable[..., Account], emulator: Emulator, remote: Remote) -> None:
    """A resource may have more time than the provider's other operations."""
    emulator.faults.add(Fault(kind="status", status=429, body="no", method="PUT", headers={"Retry-After": "1"}))
    authoritative.create(start(timeout_seconds=0.5), {"receive": [A]}, seconds=5)
    assert content(remote) == {"receive": [A]}


@pytest.mark.parametrize("seconds", [None, 0])
def test_without_custom_timeouts(seconds: float | None, start: Callable[..., Account], emulator: Emulator) -> None:
    """Without a budget of its own a resource has the provider's, and the error names the setting."""
    emulator.faults.add(Fault(kind="status", status=429, body="no", headers={"Retry-After": "5"}, times=None))
    with pytest.raises(ApiError) as caught:
        authoritative.create(start(timeout_seconds=0.4), {"receive": [A]}, seconds=seconds)
    text = said(caught.value)
    assert "0.4 s" in text
    assert "sendblue:timeoutSeconds" in text
    assert "customTimeouts" not in text
