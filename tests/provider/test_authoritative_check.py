"""Check: what is refused before anything is written, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import authoritative
from sendblue_provider.lifecycle import check_ahead
from sendblue_provider.model import UNKNOWN
from sendblue_provider.report import Reader, change_lines, things
from sendblue_provider.values import Failure
from tests.provider.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, READER, A, B, C, D, content, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

ACCEPTED = ()


def refusal(failures: Sequence[Failure]) -> str:
    """The text of the one failure that concerns the resource as a whole."""
    assert [failure.path for failure in failures] == [()]
    return said(failures[0].reason)


def test_a_good_declaration_on_an_empty_account(account: Account, emulator: Emulator) -> None:
    """Nothing is wrong, and finding that out takes one GET."""
    inputs = {"receive": [A, {"url": B, "secret": OWN, "sendblueNumbers": [NUMBER]}], "globalSecret": OWN}
    assert check_ahead(authoritative, account, inputs, None, READER).failures == ACCEPTED
    assert emulator.journal.methods() == ["GET"]


def test_a_front_end_that_does_not_read_here(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Without reading, a create that would be refused passes, and no request is sent."""
    remote.add("receive", A)
    assert authoritative.check(account, {}, None) == ACCEPTED
    assert emulator.journal.methods() == []


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        pytest.param({"receive": ["http://example.com/a"]}, ("receive", 0), id="http"),
        pytest.param({"receive": ["/a"]}, ("receive", 0), id="relative"),
        pytest.param({"receive": [""]}, ("receive", 0), id="empty"),
        pytest.param({"receive": ["https://"]}, ("receive", 0), id="no host"),
        pytest.param({"receive": [A, "https://u:canary@example.com/a"]}, ("receive", 1), id="user info"),
        pytest.param({"outbound": [{"url": f"{A}#canary"}]}, ("outbound", 0, "url"), id="fragment"),
        pytest.param({"callLog": [f"{A} canary"]}, ("callLog", 0), id="space"),
        pytest.param({"lineBlocked": [f"{A}\n"]}, ("lineBlocked", 0), id="newline"),
        pytest.param({"lineAssigned": [f"{A}\x1b"]}, ("lineAssigned", 0), id="control character"),
        pytest.param({"receive": [A, B, A]}, ("receive", 2), id="repeated"),
        pytest.param({"receive": [A, {"url": A, "secret": OWN}]}, ("receive", 1, "url"), id="repeated as an object"),
        pytest.param({"otherEvents": {"x": [A, A]}}, ("otherEvents", "x", 1), id="repeated in another event"),
        pytest.param({"receive": [{"url": A, "secret": ""}]}, ("receive", 0, "secret"), id="empty secret"),
        pytest.param({"globalSecret": ""}, ("globalSecret",), id="empty global secret"),
        pytest.param({"secret": ""}, ("secret",), id="empty legacy secret"),
        pytest.param(
            {"receive": [{"url": A, "sendblueNumbers": [NUMBER, "555 canary"]}]},
            ("receive", 0, "sendblueNumbers", 1),
            id="number",
        ),
        pytest.param({"contactCreated": [{"url": A, "secret": OWN}]}, ("contactCreated", 0), id="contact secret"),
        pytest.param({"otherEvents": {"call_log": [A]}}, ("otherEvents", "call_log"), id="one of the six"),
        pytest.param({"otherEvents": {"globalSecret": [A]}}, ("otherEvents", "globalSecret"), id="not an event"),
        pytest.param({"receive": [{"url": A, "canary": OWN}]}, ("receive", 0, "canary"), id="no such field"),
        pytest.param({"receive": A}, ("receive",), id="not a list"),
        pytest.param({"allowOverwrite": "canary"}, ("allowOverwrite",), id="not a flag"),
    ],
)
def test_a_broken_rule(
    inputs: Mapping[str, Any], path: tuple[str | int, ...], account: Account, emulator: Emulator
) -> None:
    """A rule that is broken is one failure at its property's path, never shows the value, and takes no request."""
    failures = check_ahead(authoritative, account, inputs, None, READER).failures
    assert [failure.path for failure in failures] == [path]
    assert said(failures[0].reason)
    assert emulator.journal.methods() == []


def test_all_that_is_wrong_at_once(account: Account) -> None:
    """Every broken rule is told, each once."""
    inputs = {
        "receive": ["http://example.com", {"url": A, "secret": ""}, A],
        "outbound": [{"url": A, "sendblueNumbers": ["1"]}],
        "secret": "",
        "otherEvents": {"receive": [A], "inbound_call": ["ftp://example.com"]},
    }
    failures = check_ahead(authoritative, account, inputs, None, READER).failures
    assert {failure.path for failure in failures} == {
        ("receive", 0),
        ("receive", 1, "secret"),
        ("receive", 2),
        ("outbound", 0, "sendblueNumbers", 0),
        ("secret",),
        ("otherEvents", "receive"),
        ("otherEvents", "inbound_call", 0),
    }
    assert len(failures) == 7


def test_unknown_values_are_left_for_later(account: Account) -> None:
    """A value that is not known yet breaks no rule, wherever it stands."""
    inputs = {
        "receive": [UNKNOWN, {"url": UNKNOWN, "secret": UNKNOWN, "sendblueNumbers": [UNKNOWN]}],
        "outbound": UNKNOWN,
        "callLog": [{"url": A, "sendblueNumbers": UNKNOWN}],
        "globalSecret": UNKNOWN,
        "otherEvents": {"typing_indicator": UNKNOWN},
        "allowOverwrite": UNKNOWN,
    }
    assert check_ahead(authoritative, account, inputs, None, READER).failures == ACCEPTED


@pytest.mark.parametrize(
    ("webhooks", "inputs", "named"),
    [
        pytest.param({"receive": [A]}, {}, f"receive {A}", id="entry"),
        pytest.param({"receive": [{"url": A}]}, {}, f"receive {A}", id="entry as an object"),
        pytest.param(
            {"call_log": [{"url": A, "secret": OTHER}]}, {}, f"call_log {A} (secret set)", id="entry with a secret"
        ),
        pytest.param({"receive": [A]}, {"outbound": [A]}, f"receive {A}", id="declared for another event"),
        pytest.param({"typing_indicator": [A]}, {}, f"typing_indicator {A}", id="other event"),
        pytest.param({"globalSecret": OTHER}, {}, "globalSecret (secret set)", id="global secret"),
        pytest.param({"secret": OTHER}, {}, "secret (secret set)", id="legacy secret"),
        pytest.param(
            {"globalSecret": OTHER}, {"globalSecret": OWN}, "globalSecret (another secret)", id="another global secret"
        ),
        pytest.param({"secret": OTHER}, {"secret": OWN}, "secret (another secret)", id="another legacy secret"),
        pytest.param(
            {"receive": [{"url": A, "secret": OTHER}]},
            {"receive": [{"url": A, "secret": OWN}]},
            f"receive {A} (another secret)",
            id="another secret on a declared entry",
        ),
        pytest.param(
            {"receive": [{"url": A, "secret": OTHER}]},
            {"receive": [A]},
            f"receive {A} (another secret)",
            id="a secret on an entry declared without",
        ),
        pytest.param(
            {"receive": [{"url": A, "sendblue_numbers": [NUMBER]}]},
            {"receive": [{"url": A, "sendblueNumbers": [OTHER_NUMBER]}]},
            f"receive {A} (other numbers)",
            id="other numbers",
        ),
        pytest.param(
            {"receive": [{"url": A, "sendblue_numbers": [NUMBER]}]},
            {"receive": [A]},
            f"receive {A} (other numbers)",
            id="numbers on an entry declared without",
        ),
        pytest.param({"receive": [A, A]}, {"receive": [A]}, f"receive {A}", id="a second copy"),
        pytest.param(
            {"receive": [A, {"url": A, "secret": OTHER}]},
            {"receive": [A]},
            f"receive {A} (secret set)",
            id="a second copy with a secret",
        ),
    ],
)
def test_a_create_that_would_lose_something_is_refused(
    webhooks: dict[str, Any],
    inputs: Mapping[str, Any],
    named: str,
    account: Account,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """Whatever the account holds and the program does not declare is named, and nothing is written."""
    remote.webhooks = webhooks
    assert f": {named}. " in refusal(check_ahead(authoritative, account, inputs, None, READER).failures)
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == webhooks


def test_a_refusal_names_each_thing(account: Account, remote: Remote) -> None:
    """One refusal lists everything by event and URL, and nothing that the program does declare."""
    remote.webhooks = {
        "receive": [A, {"url": B, "secret": OTHER}, {"url": C, "secret": OTHER}],
        "outbound": [{"url": D, "sendblue_numbers": [NUMBER]}],
        "globalSecret": OTHER,
        "secret": OTHER,
    }
    inputs = {"receive": [A, {"url": C, "secret": OWN}], "globalSecret": OWN}
    text = refusal(check_ahead(authoritative, account, inputs, None, READER).failures)
    listed = text.partition(": ")[2].partition(". ")[0]
    assert sorted(listed.split("; ")) == [
        "globalSecret (another secret)",
        f"outbound {D} (for {NUMBER})",
        f"receive {B} (secret set)",
        f"receive {C} (another secret)",
        "secret (secret set)",
    ]


def test_a_refusal_says_the_ways_out(account: Account, remote: Remote) -> None:
    """Declare it, import it, overwrite it, and what to do when this stack put it there."""
    remote.add("receive", A)
    text = refusal(check_ahead(authoritative, account, {}, None, READER).failures)
    ways = ("Declare it", "`pulumi import ", "allowOverwrite", "If this stack put it there", "without --replace")
    assert [way for way in (*ways, "alias") if way not in text] == []


def test_a_refusal_in_the_readers_words(account: Account, remote: Remote) -> None:
    """A front end that cannot import does not say so, and property names are spelled as the reader writes them."""
    remote.add("receive", A)
    reader = Reader(spell=lambda name: {"allowOverwrite": "allow_overwrite"}.get(name, name))
    text = refusal(check_ahead(authoritative, account, {}, None, reader).failures)
    assert "allow_overwrite" in text
    assert "allowOverwrite" not in text
    assert "import" not in text


def test_a_token_in_the_query_of_a_url_is_not_shown(account: Account, remote: Remote) -> None:
    """A foreign URL is named without the values of its query."""
    remote.add("receive", f"{A}?token=canary-token&x=canary")
    assert f"receive {A}?token=" in refusal(check_ahead(authoritative, account, {}, None, READER).failures)


def test_a_password_in_a_url_is_not_shown(account: Account, remote: Remote) -> None:
    """A foreign URL is named without the password in its user info."""
    remote.add("receive", "https://user:canary-password@example.com/a")
    assert "example.com/a" in refusal(check_ahead(authoritative, account, {}, None, READER).failures)


def test_a_url_cannot_break_the_line(account: Account, remote: Remote) -> None:
    """A foreign URL or event with control characters does not move the terminal or start another line."""
    remote.add("receive", f"{A}\n\x1b[2J")
    remote.add("typing\nindicator", A)
    text = refusal(check_ahead(authoritative, account, {}, None, READER).failures)
    assert "\x1b" not in text


def test_many_foreign_entries_stay_one_line(account: Account, remote: Remote) -> None:
    """A long list ends in a count of the rest."""
    remote.webhooks = {"receive": [f"{A}/{number}" for number in range(100)]}
    assert "… and 70 more" in refusal(check_ahead(authoritative, account, {}, None, READER).failures)


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
def test_a_masked_account_secret_that_is_not_declared_is_refused(name: str, account: Account, remote: Remote) -> None:
    """A secret that shows as a mask is there all the same."""
    remote.set_secret(name, OTHER)
    remote.behave(secrets="masked")
    assert f": {name} (secret set). " in refusal(check_ahead(authoritative, account, {}, None, READER).failures)


def test_a_masked_secret_that_may_be_the_declared_one_is_not_refused(account: Account, remote: Remote) -> None:
    """A mask cannot be told from the declared secret, on an entry or the account."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}], "globalSecret": OTHER}
    remote.behave(secrets="masked")
    inputs = {"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN}
    assert check_ahead(authoritative, account, inputs, None, READER).failures == ACCEPTED


def test_a_masked_secret_on_an_entry_declared_without_one_is_refused(account: Account, remote: Remote) -> None:
    """A mask shows that there is a secret, and a create would remove it."""
    remote.add("receive", {"url": A, "secret": OTHER})
    remote.behave(secrets="masked")
    assert f"receive {A}" in refusal(check_ahead(authoritative, account, {"receive": [A]}, None, READER).failures)


@pytest.mark.parametrize(
    ("webhooks", "inputs"),
    [
        pytest.param({"receive": [B, {"url": A}]}, {"receive": [{"url": A}, B]}, id="order and form"),
        pytest.param({"receive": [], "globalSecret": ""}, {"outbound": []}, id="empty"),
        pytest.param({"receive": [A]}, {"receive": [A, B], "globalSecret": OWN}, id="more is declared"),
        pytest.param({"receive": [A]}, {"receive": [{"url": A, "secret": OWN}]}, id="a secret is added"),
        pytest.param(
            {"receive": [{"url": A, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}]},
            {"receive": [{"url": A, "sendblueNumbers": [OTHER_NUMBER, NUMBER]}]},
            id="order of numbers",
        ),
        pytest.param({"receive": [{"url": A, "label": "x"}], "region": "us"}, {"receive": [A]}, id="unknown fields"),
    ],
)
def test_a_create_that_loses_nothing_is_not_refused(
    webhooks: dict[str, Any], inputs: Mapping[str, Any], account: Account, remote: Remote
) -> None:
    """What the account holds and the program declares too stands in no create's way."""
    remote.webhooks = webhooks
    assert check_ahead(authoritative, account, inputs, None, READER).failures == ACCEPTED


@pytest.mark.parametrize("allow", [True, UNKNOWN])
def test_allow_overwrite_lets_a_create_pass(allow: object, account: Account, remote: Remote) -> None:
    """With allowOverwrite, or while it is not known, check refuses nothing."""
    remote.webhooks = {"receive": [A], "globalSecret": OTHER}
    assert check_ahead(authoritative, account, {"allowOverwrite": allow}, None, READER).failures == ACCEPTED


@pytest.mark.parametrize("allow", [False, None])
def test_allow_overwrite_is_off_unless_set(allow: object, account: Account, remote: Remote) -> None:
    """False and absent are the same."""
    remote.add("receive", A)
    assert f"receive {A}" in refusal(
        check_ahead(authoritative, account, {"allowOverwrite": allow}, None, READER).failures
    )


def test_an_update_is_not_refused(account: Account, remote: Remote, emulator: Emulator) -> None:
    """With old inputs it is no create: what is foreign is drift, which the diff shows."""
    remote.webhooks = {"receive": [A, B], "globalSecret": OTHER}
    assert check_ahead(authoritative, account, {"receive": [A]}, {"receive": [A]}, READER).failures == ACCEPTED
    assert emulator.journal.methods() == ["GET"]


def test_a_replacement_may_remove_what_its_old_inputs_named(account: Account, remote: Remote) -> None:
    """What the old inputs of an earlier check in the process named is this stack's own, secrets included."""
    remote.webhooks = {
        "receive": [A, {"url": B, "secret": OWN}],
        "typing_indicator": [C],
        "globalSecret": OWN,
    }
    old = {
        "receive": [A, {"url": B, "secret": OWN}],
        "otherEvents": {"typing_indicator": [C]},
        "globalSecret": OWN,
    }
    new = {"receive": [{"url": B, "secret": NEW}]}
    assert check_ahead(authoritative, account, new, old, READER).failures == ACCEPTED
    assert check_ahead(authoritative, account, new, None, READER).failures == ACCEPTED


def test_a_replacement_may_not_remove_what_its_old_inputs_did_not_name(account: Account, remote: Remote) -> None:
    """Own is by event and URL, and by name of the secret: the rest is refused."""
    remote.webhooks = {"receive": [A, B], "outbound": [A], "globalSecret": OWN, "secret": OTHER}
    check_ahead(authoritative, account, {}, {"receive": [A], "globalSecret": OWN}, READER)
    text = refusal(check_ahead(authoritative, account, {}, None, READER).failures)
    assert f": receive {B}; outbound {A}; secret (secret set). " in text


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({"receive": UNKNOWN}, id="event"),
        pytest.param({"receive": [B, UNKNOWN]}, id="one URL of an event"),
        pytest.param({"receive": [{"url": B, "secret": UNKNOWN}]}, id="one secret of an event"),
    ],
)
def test_an_event_that_is_not_known_yet_refuses_nothing(
    inputs: Mapping[str, Any], account: Account, remote: Remote
) -> None:
    """While part of an event is unknown, what it may yet turn out to declare is not refused."""
    remote.webhooks = {"receive": [A]}
    assert check_ahead(authoritative, account, inputs, None, READER).failures == ACCEPTED


def test_what_is_known_is_refused_beside_what_is_not(account: Account, remote: Remote) -> None:
    """An unknown part saves no other part from a refusal."""
    remote.webhooks = {"receive": [A], "outbound": [B], "typing_indicator": [C], "globalSecret": OTHER, "secret": OTHER}
    inputs = {"receive": UNKNOWN, "otherEvents": UNKNOWN, "globalSecret": UNKNOWN}
    text = refusal(check_ahead(authoritative, account, inputs, None, READER).failures)
    assert f": outbound {B}; secret (secret set). " in text


API_FAILURES = [
    pytest.param(Fault(kind="status", status=401, body={"status": "ERROR", "message": "no"}, times=None), id="401"),
    pytest.param(Fault(kind="status", status=403, body={"message": "Did not get inputs"}, times=None), id="403"),
    pytest.param(Fault(kind="status", status=404, body="<html>no</html>", times=None), id="404"),
    pytest.param(Fault(kind="status", status=503, body="<html>no</html>", times=None), id="503"),
    pytest.param(Fault(kind="status", status=200, body={"status": "ERROR", "message": "no"}), id="error with 200"),
    pytest.param(Fault(kind="status", status=200, body="<html>\nno\n"), id="not JSON"),
    pytest.param(Fault(kind="status", status=200, body={"status": "OK"}), id="no webhooks"),
    pytest.param(Fault(kind="status", status=200, body={"webhooks": {"receive": [{"secret": OTHER}]}}), id="no URL"),
    pytest.param(Fault(kind="truncate"), id="truncated"),
]


@pytest.mark.parametrize("old_inputs", [None, {"receive": [A]}])
@pytest.mark.parametrize("fault", API_FAILURES)
def test_an_account_that_cannot_be_read_is_a_failure(
    fault: Fault, old_inputs: Mapping[str, Any] | None, start: Callable[..., Account], emulator: Emulator
) -> None:
    """What the API does wrong is one clean failure of check, not an exception."""
    emulator.faults.add(fault)
    assert refusal(
        check_ahead(authoritative, start(timeout_seconds=0.2), {"receive": [A]}, old_inputs, READER).failures
    )


def test_no_connection_is_a_failure(start: Callable[..., Account], emulator: Emulator) -> None:
    """A network that is down is one clean failure, within the time budget."""
    emulator.faults.add(Fault(kind="refuse", times=None))
    assert refusal(check_ahead(authoritative, start(timeout_seconds=0.2), {"receive": [A]}, None, READER).failures)


def test_a_failure_is_not_remembered(account: Account, emulator: Emulator) -> None:
    """After a failed read the next check reads again."""
    emulator.faults.add(Fault(kind="truncate"))
    refusal(check_ahead(authoritative, account, {}, None, READER).failures)
    assert check_ahead(authoritative, account, {}, None, READER).failures == ACCEPTED
    assert emulator.journal.methods() == ["GET", "GET"]


def test_check_and_diff_share_one_get(
    account: Account, deploy: Callable[[Mapping[str, Any]], dict[str, Any]], emulator: Emulator
) -> None:
    """A check, a diff and a read of one process are one GET in all."""
    inputs = {"receive": [A]}
    outputs = deploy(inputs)
    authoritative.read(account, outputs)
    assert check_ahead(authoritative, account, inputs, inputs, READER).failures == ACCEPTED
    assert authoritative.diff(account, outputs, inputs).changed is False
    assert emulator.journal.methods() == ["GET"]


def test_check_leaves_its_arguments_alone(account: Account, remote: Remote) -> None:
    """Neither the inputs nor the account change."""
    remote.webhooks = {"receive": [A]}
    inputs: dict[str, Any] = {"receive": [A, {"url": B, "secret": OWN}], "otherEvents": {"x": []}}
    check_ahead(authoritative, account, inputs, None, READER)
    assert inputs == {"receive": [A, {"url": B, "secret": OWN}], "otherEvents": {"x": []}}
    assert content(remote) == {"receive": [A]}


def test_what_is_there_already_is_adopted(account: Account, remote: Remote) -> None:
    """A create tells what is on the account already and will be this stack's own; what old inputs named is not news."""
    remote.webhooks = {"receive": [A, {"url": B, "secret": OWN}], "globalSecret": OWN}
    inputs = {"receive": [A, {"url": B, "secret": OWN}], "callLog": [A], "globalSecret": OWN}
    assert things(check_ahead(authoritative, account, inputs, None, READER).takeover.adopted) == [
        f"receive {A}",
        f"receive {B} (secret set)",
        "globalSecret (secret set)",
    ]
    assert check_ahead(authoritative, account, inputs, inputs, READER).takeover.adopted == ()
    assert check_ahead(authoritative, account, inputs, None, READER).takeover.adopted == ()


def test_what_a_create_overwrites_is_told(account: Account, remote: Remote) -> None:
    """With `allowOverwrite` a create tells what it will remove and change."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}, B], "secret": OTHER}
    inputs = {"receive": [{"url": A, "secret": OWN}], "allowOverwrite": True}
    found = check_ahead(authoritative, account, inputs, None, READER)
    assert found.failures == ()
    assert change_lines(found.takeover.overwritten) == [
        f"~ receive {A} secret changed",
        f"- receive {B}",
        "- secret (secret set)",
    ]
