"""A write that the API accepts and does not do, or does in part; account secrets, and deletes, which take two plans."""

from __future__ import annotations

import re

import pytest

from sendblue_emulator import Account, Emulator
from sendblue_provider.errors import WriteNotApplied
from sendblue_provider.lifecycle import steps
from sendblue_provider.resources.request import Request
from tests.plan.records import NEW, OTHER, OWN, A, B, C, filled, lines

from .conftest import Attempt, Clock, Start
from .operations import CONFIGURATION, HOOK, MINE, OPERATIONS, WEBHOOK, Operation, sent, state, status

# Accepted, and not done


def test_a_dropped_event_shows_at_once(attempt: Attempt, emulator: Emulator, clock: Clock) -> None:
    """A PUT that drops an event is not polled for: something else than before shows."""
    error = attempt(OPERATIONS["create all"], dropped_on_put={"call_log"})
    assert isinstance(error, WriteNotApplied)
    assert ([f"+ call_log {C}"], ()) == (lines(error.left), tuple(error.unexpected))
    assert ("GUG", []) == (sent(emulator), clock.waits)
    assert [{"url": A, "secret": OWN}] == error.outputs["receive"]
    assert {"receive": [A], "call_log": [C]} == error.outputs["managed"]["events"]


def test_another_form_is_named(attempt: Attempt, emulator: Emulator) -> None:
    """A URL that the API stores in another form is the unexpected one, and nothing is added again."""
    operation = OPERATIONS["create"]
    upper = {**HOOK, "url": "https://EXAMPLE.com/a"}
    error = attempt(operation._replace(request=Request(upper)), url_form="normalised")
    assert isinstance(error, WriteNotApplied)
    assert [A] == [record.url for record in error.unexpected]
    assert "GPG" == sent(emulator)


def test_a_put_that_loses_an_event(attempt: Attempt, emulator: Emulator) -> None:
    """A `Webhook`'s PUT after which an event has no entry any more is an error that names what it had."""
    error = attempt(OPERATIONS["update"], dropped_on_put={"outbound"})
    assert isinstance(error, WriteNotApplied)
    assert (["outbound"], []) == ([record.event for record in error.lost], list(error.left))
    assert "GUG" == sent(emulator)
    assert NEW == error.outputs["secret"]


def test_a_single_foreign_entry_is_its_owner_s_business(attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """A foreign entry that goes at the moment of a PUT, while its event has others, is no error."""
    emulator.before("GET", lambda: remote.remove("receive", B), after=1)
    assert attempt(OPERATIONS["update"]) is None
    assert "GUG" == sent(emulator)


SECRETS = state({"receive": [A], "globalSecret": OWN}, "globalSecret", receive=[A])
KEPT = {
    "update": Operation({"receive": [A], "globalSecret": OWN}, {"receive": [A]}, "PUT", CONFIGURATION, Request(
        {"receive": [A]}, SECRETS)),
    "delete": Operation({"receive": [A, B], "globalSecret": OWN}, {"receive": [B]}, "DELETE", CONFIGURATION, Request(
        state=SECRETS)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "first"), [("update", "GUG"), ("delete", "GDGUG")])
def test_an_account_secret_is_cleared(
    name: str, first: str, attempt: Attempt, emulator: Emulator, remote: Account
) -> None:
    """An account secret is left out of a PUT; one that stays is sent as an empty text, once, in the next round."""
    assert attempt(KEPT[name]) is None
    assert (first, KEPT[name].after) == (sent(emulator), filled(remote.webhooks))
    emulator.journal.clear()
    assert attempt(KEPT[name], absent_secrets="kept") is None
    polled = re.sub("G+", "G", sent(emulator))
    assert (f"{first}UG", KEPT[name].after) == (polled, filled(remote.webhooks))
    bodies = [entry.body["webhooks"].get("globalSecret", "-") for entry in emulator.journal if entry.method == "PUT"]
    assert ["-", ""] == bodies


@pytest.mark.parametrize("name", KEPT)
def test_an_account_secret_that_stays(name: str, attempt: Attempt, emulator: Emulator) -> None:
    """One that neither way clears is an error that names it alone."""
    error = attempt(KEPT[name], absent_secrets="kept", empty_secrets="kept")
    assert isinstance(error, WriteNotApplied)
    assert ["- globalSecret (secret set)"] == lines(error.left)
    assert 2 == emulator.journal.methods().count("PUT")


# Deletes in two plans


def test_a_configuration_is_deleted_in_two_plans(emulator: Emulator, remote: Account, start: Start) -> None:
    """Its entries go by a DELETE an event; then a PUT of what the last GET shows leaves out its account secrets."""
    remote.webhooks = {"receive": [A, B], "outbound": [A], "globalSecret": OWN, "secret": OTHER, "region": {"x": 1}}
    emulator.before("PUT", lambda: None)
    emulator.before("GET", lambda: remote.add("call_log", C), after=1)
    managed = state({}, "globalSecret", receive=[A, C], outbound=[A])
    result = steps.delete(CONFIGURATION, start(), Request(state=managed))
    assert "GDDGUG" == sent(emulator)
    deletes = [entry.body for entry in emulator.journal if entry.method == "DELETE"]
    assert [("receive", [A]), ("outbound", [A])] == [(body["type"], body["webhooks"]) for body in deletes]
    assert {"receive": [B], "call_log": [C], "secret": OTHER, "region": {"x": 1}} == filled(remote.webhooks)
    assert {B, C, ""} == {record.url for record in result.left["foreign"]}


def test_an_own_copy_is_left_out_by_a_put(emulator: Emulator, remote: Account, start: Start) -> None:
    """A DELETE would take somebody else's copy along, so the own one is left out by a PUT."""
    remote.webhooks = {"receive": [A, MINE, {"url": A, "label": "x"}]}
    steps.delete(WEBHOOK, start(), Request(state=state(HOOK)))
    assert "GUG" == sent(emulator)
    assert [A, {"url": A, "label": "x"}] == remote.webhooks["receive"]


def test_a_refused_delete_beside_masks(attempt: Attempt, emulator: Emulator) -> None:
    """What a DELETE was refused for stays if a PUT would overwrite secrets that do not show, and is named."""
    for name in ("delete", "delete all"):
        emulator.journal.clear()
        error = attempt(OPERATIONS[name], status("DELETE", 400), secrets="masked")
        assert isinstance(error, WriteNotApplied)
        assert [f"- receive {A} (secret set)"] == lines(error.left)
        assert "GDG" == sent(emulator)
