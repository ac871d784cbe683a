"""The hooks of the dynamic front end: how Pulumi's values come in and go out, and what is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pulumi.output import Unknown
from pulumi.runtime.rpc import UNKNOWN as ENGINE_UNKNOWN

from sendblue_emulator import Account, Emulator
from sendblue_provider.dynamic import WebhookConfigurationProvider, WebhookProvider
from sendblue_provider.dynamic_host import Hooks
from sendblue_provider.errors import ConflictError, CreateRefused, SettingsError
from sendblue_provider.lifecycle.session import forget_sessions

from .conftest import INBOUND, SECRET, Messages, make_provider, plain
from .pinned import OF_CLASS, PINNED, PINNED_WEBHOOK


def _unknown() -> Any:
    return Unknown()  # type: ignore[no-untyped-call]


def test_check_marks_secrets(provider: WebhookConfigurationProvider) -> None:
    """Check returns every secret marked at its place, also one that the program passed as a plain string."""
    news = {
        "__provider": PINNED[4],
        "receive": [INBOUND, {"url": INBOUND + "/2", "secret": "s1"}],
        "otherEvents": {"typing_indicator": [{"url": INBOUND, "secret": "s2"}]},
        "globalSecret": "s3",
    }

    result = provider.check({}, news)
    assert [] == result.failures
    assert [INBOUND, {"url": INBOUND + "/2", "secret": {SECRET: _SIGNATURE, "value": "s1"}}] == result.inputs["receive"]
    assert "s2" == result.inputs["otherEvents"]["typing_indicator"][0]["secret"]["value"]
    assert {SECRET: _SIGNATURE, "value": "s3"} == result.inputs["globalSecret"]


_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"


def test_unknown_values_pass_through_check(provider: WebhookConfigurationProvider) -> None:
    """What is not known yet comes back from check as the engine's own unknown, at every place."""
    news = {
        "receive": [_unknown(), {"url": _unknown(), "secret": _unknown(), "sendblueNumbers": _unknown()}],
        "callLog": _unknown(),
        "otherEvents": {"typing_indicator": _unknown()},
        "globalSecret": _unknown(),
        "allowOverwrite": _unknown(),
    }

    result = provider.check({}, news)
    assert [] == result.failures
    assert {
        "receive": [
            ENGINE_UNKNOWN,
            {"url": ENGINE_UNKNOWN, "secret": ENGINE_UNKNOWN, "sendblueNumbers": ENGINE_UNKNOWN},
        ],
        "callLog": ENGINE_UNKNOWN,
        "otherEvents": {"typing_indicator": ENGINE_UNKNOWN},
        "globalSecret": ENGINE_UNKNOWN,
        "allowOverwrite": ENGINE_UNKNOWN,
    } == result.inputs


def test_failures_have_no_property(provider: WebhookConfigurationProvider) -> None:
    """A failure names its place in its text alone: with a property the engine would print the value."""
    result = provider.check({}, {"callLog": [{"url": "http://a.example", "secret": ""}], "globalSecret": ""})

    assert [""] * 3 == [failure.property for failure in result.failures]
    assert ["call_log[0].url", "call_log[0].secret", "global_secret"] == [
        failure.reason.partition(": ")[0] for failure in result.failures
    ]


def test_bad_settings_fail_in_check() -> None:
    """A missing credential is a failure of check, one a setting, and an error of every other hook."""
    made = make_provider()

    assert 2 == len(made.check({}, {"receive": [INBOUND]}).failures)
    hooks: tuple[Callable[[], object], ...] = (
        lambda: made.diff("account", {}, {}),
        lambda: made.create({}),
        lambda: made.read("account", {}),
        lambda: made.update("account", {}, {}),
        lambda: made.delete("account", {}),
    )
    for hook in hooks:
        with pytest.raises(SettingsError, match="sendblue:apiKeyId is not set"):
            hook()


def test_a_whole_life(provider: WebhookConfigurationProvider, account: Account, messages: Messages) -> None:
    """Create, diff, read, update and delete give what the host expects, and tell what the engine does not show."""
    inputs = {"receive": [INBOUND], "globalSecret": "g"}
    provider.check({}, inputs)
    created = provider.create(dict(inputs))
    assert "account" == created.id
    assert created.outs is not None
    assert {SECRET: _SIGNATURE, "value": "g"} == created.outs["globalSecret"]
    assert SECRET in created.outs["managed"]
    assert "__provider" not in created.outs
    assert created.outs["secretsReadable"] is True
    state = {"__provider": PINNED[4], **plain(created.outs)}

    assert provider.diff("account", state, inputs).changes is False
    assert [] == messages

    forget_sessions()
    account.add("outbound", {"url": INBOUND, "secret": "theirs"})
    provider.check(inputs, inputs)
    diff = provider.diff("account", state, inputs)
    assert diff.changes is True
    assert [] == diff.replaces
    assert [
        (
            "warning",
            f"changed outside of this stack since the last update:\n  + outbound {INBOUND} (secret set)",
        ),
        ("info", f"an update of these webhooks will:\n  - outbound {INBOUND} (secret set)"),
    ] == messages

    messages.clear()
    read = provider.read("account", state)
    assert "account" == read.id
    assert read.inputs is None
    assert read.outs is not None
    assert "theirs" == read.outs["outbound"][0]["secret"]["value"]
    assert "warning" == messages[0][0]

    updated = provider.update("account", state, inputs)
    assert updated.outs is not None
    assert "outbound" not in updated.outs
    assert {"receive": [INBOUND], "globalSecret": "g"} == {k: v for k, v in account.webhooks.items() if v}

    messages.clear()
    account.add("outbound", INBOUND)
    forget_sessions()
    provider.delete("account", plain(updated.outs))
    assert {"outbound": [INBOUND]} == {k: v for k, v in account.webhooks.items() if v}
    assert [
        ("warning", f"left on the account, since this stack has no record of putting it there:\n  outbound {INBOUND}")
    ] == messages


def test_a_whole_life_of_a_webhook(webhook_provider: WebhookProvider, account: Account, messages: Messages) -> None:
    """A `Webhook` has the digest in its id, asks for a replacement where it needs one, and is gone where it is gone."""
    account.add("receive", "https://somebody-else.example/hook")
    inputs = {"event": "receive", "url": INBOUND, "secret": "s1"}
    webhook_provider.check({}, inputs)
    created = webhook_provider.create(dict(inputs))
    assert "receive:9c16bef9cc29b987" == created.id
    assert created.outs is not None
    assert {**inputs, "secret": {SECRET: _SIGNATURE, "value": "s1"}, "secretsReadable": True} == created.outs
    state = {"__provider": PINNED_WEBHOOK[4], **plain(created.outs)}

    assert webhook_provider.diff(created.id, state, inputs).changes is False
    changed = webhook_provider.diff(created.id, state, {**inputs, "secret": "s2"})
    assert (True, [], False) == (changed.changes, changed.replaces, changed.delete_before_replace)
    replaced = webhook_provider.diff(created.id, state, {**inputs, "url": INBOUND + "/2"})
    assert (True, ["url"]) == (replaced.changes, replaced.replaces)

    messages.clear()
    forget_sessions()
    account.remove("receive", INBOUND)
    read = webhook_provider.read(created.id, state)
    assert ("", {}) == (read.id, read.outs)
    assert [
        ("warning", f"changed outside of this stack since the last update:\n  - receive {INBOUND} (secret set)")
    ] == messages
    webhook_provider.delete(created.id, state)
    assert ["https://somebody-else.example/hook"] == account.webhooks["receive"]


def test_a_webhook_that_is_taken_over(webhook_provider: WebhookProvider, account: Account, messages: Messages) -> None:
    """A check of an entry that is on the account already tells that it will be managed."""
    account.add("receive", INBOUND)
    assert [] == webhook_provider.check({}, {"event": "receive", "url": INBOUND}).failures
    assert [
        (
            "info",
            "already on the account, and managed by this stack from now on, so that destroy removes it:\n"
            f"  receive {INBOUND}",
        )
    ] == messages


def test_both_kinds_in_one_program(emulator: Emulator) -> None:
    """The host serves both providers with what it knows of the one account, so the second kind is refused in check."""
    with emulator.serve() as url:
        one, other = (
            make_provider(p, apiKeyId="key-id", apiSecretKey="secret-key", baseUrl=url) for p in OF_CLASS.values()
        )
        assert [] == one.check({}, {"receive": [INBOUND]}).failures
        (failure,) = other.check({}, {"event": "receive", "url": INBOUND}).failures
    assert "both a WebhookConfiguration and a Webhook" in failure.reason
    assert "authoritative for the whole account" in failure.reason
    assert "additive" in failure.reason


def test_a_state_of_the_plugin_is_a_change(provider: WebhookConfigurationProvider, messages: Messages) -> None:
    """A program that moved here from the plugin gets an update, which puts the provider into its state, and no plan."""
    inputs = {"receive": [INBOUND]}
    provider.check({}, inputs)
    state = plain(provider.create(dict(inputs)).outs or {})

    assert provider.diff("account", state, inputs).changes is True
    assert provider.diff("account", {"__provider": PINNED[5], **state}, inputs).changes is False
    assert [] == messages


def test_diff_of_a_refresh_is_silent(
    provider: WebhookConfigurationProvider, account: Account, messages: Messages
) -> None:
    """Without a check in the process, which is a refresh, diff tells nothing: read has told it."""
    account.add("outbound", INBOUND)

    assert provider.diff("account", {"receive": [INBOUND]}, {"receive": [INBOUND]}).changes is True
    assert [] == messages


def test_diff_names_what_is_not_known(provider: WebhookConfigurationProvider, messages: Messages) -> None:
    """A declared value that is not known yet is an update, and the event is named."""
    provider.check({"receive": []}, {"callLog": [_unknown()]})

    assert provider.diff("account", {}, {"callLog": [_unknown()]}).changes is True
    assert [("info", "an update of these webhooks will:\n  ~ call_log (known only once the update runs)")] == messages


def test_secret_left_behind_is_told(
    provider: WebhookConfigurationProvider, account: Account, messages: Messages
) -> None:
    """A delete that leaves the global secret, so that no mask is written back, says so."""
    outputs = plain(provider.create({"receive": [INBOUND], "globalSecret": "g"}).outs or {})
    account.add("outbound", {"url": INBOUND, "secret": "theirs"})
    account.behave(secrets="masked")
    forget_sessions()

    provider.delete("account", outputs)
    assert "g" == account.webhooks["globalSecret"]
    assert any("globalSecret was left on the account" in message for _, message in messages)


def test_errors_bring_no_frames(provider: WebhookConfigurationProvider, account: Account) -> None:
    """One of our errors leaves a hook with the hook's frames alone, and no cause."""
    account.add("outbound", INBOUND)

    with pytest.raises(CreateRefused) as caught:
        provider.create({"receive": [INBOUND]})
    frames = [Path(entry.path).name for entry in caught.traceback if "sendblue_provider" in str(entry.path)]
    assert ["dynamic.py", "dynamic_host.py"] == frames
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_conflict(provider: WebhookConfigurationProvider, account: Account) -> None:
    """An account that changed after the diff is not written."""
    outputs = plain(provider.create({"receive": [INBOUND]}).outs or {})
    provider.diff("account", outputs, {"receive": []})
    account.add("outbound", INBOUND)

    with pytest.raises(ConflictError, match="nothing was written"):
        provider.update("account", outputs, {"receive": []})
    assert {"receive": [INBOUND], "outbound": [INBOUND]} == {k: v for k, v in account.webhooks.items() if v}


def test_a_defect_is_one_line(provider: WebhookConfigurationProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw is one line too: type, place, where to report it, and none of its own text."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("canary")

    monkeypatch.setattr(Hooks, "_session", broken)
    hooks: tuple[Callable[[], object], ...] = (
        lambda: provider.check({}, {"receive": [INBOUND]}),
        lambda: provider.diff("account", {}, {}),
        lambda: provider.create({}),
        lambda: provider.read("account", {}),
        lambda: provider.update("account", {}, {}),
        lambda: provider.delete("account", {}),
    )
    for hook in hooks:
        with pytest.raises(
            RuntimeError, match=r"^pulumi-sendblue has met a defect of its own \(Zero.*report"
        ) as caught:
            hook()
        assert "canary" not in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.__suppress_context__


def test_an_error_is_its_text(provider: WebhookConfigurationProvider, account: Account) -> None:
    """An error that the host prints is the sentence in this front end's words; before that it has none."""
    account.add("outbound", INBOUND)
    with pytest.raises(
        CreateRefused, match=r"^(?s:The Sendblue account already holds .* set allow_overwrite to replace)"
    ):
        provider.create({"callLog": [INBOUND]})


def test_rules_fail_in_check(provider: WebhookConfigurationProvider, account: Account) -> None:
    """What a rule refuses fails in check: a create by what is on the account, an update on another account."""
    account.add("outbound", INBOUND)
    (failure,) = provider.check({}, {"receive": [INBOUND]}).failures
    assert failure.reason.startswith("The Sendblue account already holds")
    forget_sessions()
    other = {"receive": [INBOUND + "/2"]}
    (failure,) = provider.check({**other, "__provider": PINNED[4]}, other).failures
    assert "another account's credentials" in failure.reason
