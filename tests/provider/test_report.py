"""Changes and failures as the reader sees them, without a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendblue_provider.compare import Change, changes
from sendblue_provider.errors import (
    ConflictError,
    CreateRefused,
    CredentialsMissing,
    CredentialsRejected,
    ImportRefused,
    Interrupted,
    MaskDeclared,
    SecretHidden,
    SendblueError,
    ServiceUnavailable,
    SettingsError,
    WriteInterrupted,
    WriteNotApplied,
    WriteUnverified,
)
from sendblue_provider.model import Configuration, Entry
from sendblue_provider.report import (
    SHOWN_CHANGES,
    Reader,
    change_line,
    change_lines,
    error_text,
    failure_text,
    foreign_thing,
    in_a_line,
    listed,
    paragraph,
    path_text,
    redacted,
    shown,
    shown_url,
    thing,
    things,
)
from sendblue_provider.values import Failure
from tests.provider.conftest import NUMBER, OTHER, OTHER_NUMBER, OWN, READER, A, B

if TYPE_CHECKING:
    from sendblue_provider.model import Path

PYTHON_NAMES = {
    "callLog": "call_log",
    "globalSecret": "global_secret",
    "otherEvents": "other_events",
    "sendblueNumbers": "sendblue_numbers",
}
PYTHON_READER = Reader(spell=lambda name: PYTHON_NAMES.get(name, name))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change("add", "receive", None, Entry(A)), f"+ receive {A}"),
        (Change("add", "receive", None, Entry(A, OWN)), f"+ receive {A} (secret set)"),
        (Change("add", "receive", None, Entry(A, None, (NUMBER,))), f"+ receive {A} (for {NUMBER})"),
        (
            Change("add", "receive", None, Entry(A, OWN, (NUMBER, OTHER_NUMBER))),
            f"+ receive {A} (secret set, for {NUMBER} {OTHER_NUMBER})",
        ),
        (Change("remove", "call_log", Entry(A, OWN)), f"- call_log {A} (secret set)"),
        (Change("remove", "typing_indicator", Entry(A)), f"- typing_indicator {A}"),
        (Change("change", "outbound", Entry(A, OWN), Entry(A, OTHER)), f"~ outbound {A} secret changed"),
        (Change("change", "outbound", Entry(A), Entry(A, OTHER)), f"~ outbound {A} secret added"),
        (Change("change", "outbound", Entry(A, OWN), Entry(A)), f"~ outbound {A} secret removed"),
        (
            Change("change", "receive", Entry(A, OWN, (NUMBER,)), Entry(A, OWN, (OTHER_NUMBER,))),
            f"~ receive {A} numbers changed from {NUMBER} to {OTHER_NUMBER}",
        ),
        (
            Change("change", "receive", Entry(A, None, (NUMBER, OTHER_NUMBER)), Entry(A)),
            f"~ receive {A} numbers changed from {NUMBER} {OTHER_NUMBER} to all",
        ),
        (
            Change("change", "receive", Entry(A), Entry(A, OWN, (NUMBER,))),
            f"~ receive {A} secret added, numbers changed from all to {NUMBER}",
        ),
        (
            Change("change", "receive", Entry(A, OWN, (NUMBER, OTHER_NUMBER)), Entry(A, OTHER, (OTHER_NUMBER, NUMBER))),
            f"~ receive {A} secret changed",
        ),
        (Change("add", "globalSecret"), "+ globalSecret (secret set)"),
        (Change("remove", "globalSecret"), "- globalSecret (secret set)"),
        (Change("change", "secret"), "~ secret changed"),
    ],
    ids=[
        "added",
        "added with a secret",
        "added with a number",
        "added with everything",
        "removed",
        "removed from another event",
        "secret changed",
        "secret added",
        "secret removed",
        "numbers changed",
        "numbers removed",
        "secret and numbers",
        "order of numbers is no change",
        "account secret added",
        "account secret removed",
        "account secret changed",
    ],
)
def test_a_change_as_a_line(change: Change, expected: str) -> None:
    """A change is one line: a sign, the event, the URL, and whether there is a secret, never which."""
    assert expected == change_line(change)
    assert expected[2:] == thing(change)
    assert "canary" not in expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change("remove", "receive", Entry(A)), f"receive {A}"),
        (Change("remove", "receive", Entry(A, OWN)), f"receive {A} (secret set)"),
        (Change("remove", "receive", Entry(A, OWN, (NUMBER,))), f"receive {A} (secret set, for {NUMBER})"),
        (Change("remove", "globalSecret"), "globalSecret (secret set)"),
        (Change("change", "globalSecret"), "globalSecret (another secret)"),
        (Change("change", "receive", Entry(A, OTHER), Entry(A, OWN)), f"receive {A} (another secret)"),
        (Change("change", "receive", Entry(A, OTHER), Entry(A)), f"receive {A} (another secret)"),
        (Change("change", "receive", Entry(A, None, (NUMBER,)), Entry(A)), f"receive {A} (other numbers)"),
        (
            Change("change", "receive", Entry(A, OTHER, (NUMBER,)), Entry(A, OWN)),
            f"receive {A} (another secret, other numbers)",
        ),
        (
            Change("change", "receive", Entry(A, OWN, (NUMBER, OTHER_NUMBER)), Entry(A, OTHER, (OTHER_NUMBER, NUMBER))),
            f"receive {A} (another secret)",
        ),
    ],
    ids=[
        "entry",
        "entry with a secret",
        "entry with everything",
        "account secret",
        "account secret with another value",
        "entry with another secret",
        "entry with an undeclared secret",
        "entry with other numbers",
        "entry with another secret and other numbers",
        "order of numbers is no difference",
    ],
)
def test_what_a_create_would_take_away(change: Change, expected: str) -> None:
    """What is foreign is described as it is on the account, its secret as set or as another."""
    assert expected == foreign_thing(change)


def test_a_foreign_entry_without_a_secret_has_no_other_one() -> None:
    """An entry that has no secret on the account is said to have none."""
    change = Change("change", "receive", Entry(A, None, (NUMBER,)), Entry(A, OWN))
    assert f"receive {A} (no secret, other numbers)" == foreign_thing(change)


def test_no_secret_in_any_description() -> None:
    """Whatever changed, no secret's value is in a text."""
    before = Configuration(
        {"receive": (Entry(A, OWN), Entry(B, OWN)), "outbound": (Entry(A, OWN),), "call_log": (Entry(A),)},
        {"globalSecret": OWN, "secret": OWN},
    )
    after = Configuration(
        {"receive": (Entry(A, OTHER),), "outbound": (Entry(A),), "call_log": (Entry(A, OTHER), Entry(B, OTHER))},
        {"globalSecret": OTHER},
    )
    found = changes(before, after)
    texts = [*change_lines(found), *things(found), in_a_line(found), *map(foreign_thing, found)]
    assert 7 == len(found)
    assert "canary" not in "".join(texts)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{A}?token=canary", f"{A}?token=…"),
        (f"{A}?token=canary&user=canary", f"{A}?token=…&user=…"),
        (f"{A}?token=canary=canary==", f"{A}?token=…"),
        (f"{A}?token=canary?canary/canary", f"{A}?token=…"),
        (f"{A}?token=&x=canary", f"{A}?token=&x=…"),
        (f"{A}?token=canary#part", f"{A}?token=…#…"),
        ("https://example.com?token=canary", "https://example.com?token=…"),
        (f"{A}?", f"{A}?"),
        (A, A),
    ],
    ids=["one", "two", "equals signs", "marks", "empty value", "fragment", "no path", "empty query", "no query"],
)
def test_the_values_of_a_query_are_hidden(url: str, expected: str) -> None:
    """The values in a URL's query, which often are tokens, are not shown; the names are."""
    assert expected == shown_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/in?canary",
        "https://example.com/in?x=1&canary",
        "https://user:canary@example.com/in",
        "https://canary@example.com/in",
        "https://example.com/in#token=canary",
    ],
    ids=["query without a name", "one part without a name", "password", "user name", "fragment"],
)
def test_other_credentials_in_a_url_are_hidden(url: str) -> None:
    """The account may hold URLs that a program could not declare; what they carry beside the place is not shown."""
    assert "canary" not in shown_url(url)
    assert "example.com/in" in shown_url(url)


HOSTILE = "in\x1b[31m\r\n\x00\x9b\u202e\u2028\x7fx"


def test_control_characters_are_neutralised() -> None:
    """What would move a terminal, or turn the direction of text, is replaced, one mark for each."""
    assert "in\ufffd[31m" + "\ufffd" * 7 + "x" == shown(HOSTILE)


def test_ordinary_text_is_shown_as_it_is() -> None:
    """Spaces and letters of any language are left alone."""
    assert "typing indicator übersicht 受信" == shown("typing indicator übersicht 受信")


@pytest.mark.parametrize(
    "change",
    [
        Change("add", HOSTILE, None, Entry(A)),
        Change("remove", HOSTILE, Entry(A)),
        Change("add", "receive", None, Entry(A + HOSTILE)),
        Change("add", "receive", None, Entry(f"{A}?{HOSTILE}={HOSTILE}")),
        Change("add", "receive", None, Entry(A, None, (HOSTILE,))),
        Change("change", "receive", Entry(A, None, (HOSTILE,)), Entry(A)),
        Change("change", HOSTILE, Entry(A, OWN), Entry(A)),
        Change("add", "receive", None, Entry(A, HOSTILE)),
    ],
    ids=["event", "event removed", "url", "query", "number", "number changed", "event changed", "secret"],
)
def test_what_the_account_holds_cannot_move_the_terminal(change: Change) -> None:
    """Text from the account is neutralised wherever it is shown, so a change stays one line."""
    texts = [change_line(change), thing(change), foreign_thing(change)]
    assert all(text.isprintable() for text in texts)


def test_a_failure_cannot_move_the_terminal() -> None:
    """Names that the program chose are neutralised in a failure's text as well."""
    assert failure_text(Failure(("otherEvents", HOSTILE, 0), "is bad"), READER.spell).isprintable()


def additions(count: int) -> tuple[Change, ...]:
    return tuple(Change("add", "receive", None, Entry(f"https://example.com/{i}")) for i in range(count))


@pytest.mark.parametrize("count", [0, 1, SHOWN_CHANGES], ids=["none", "one", "as many as are shown"])
def test_a_short_list_is_shown_whole(count: int) -> None:
    """Up to the limit, every change has its line."""
    assert [f"+ receive https://example.com/{i}" for i in range(count)] == change_lines(additions(count))
    assert [f"receive https://example.com/{i}" for i in range(count)] == things(additions(count))


@pytest.mark.parametrize("rest", [1, 9970])
def test_a_long_list_is_shortened(rest: int) -> None:
    """Beyond the limit, the rest is only counted."""
    found = additions(SHOWN_CHANGES + rest)
    assert [*change_lines(found[:SHOWN_CHANGES]), f"… and {rest} more"] == change_lines(found)
    assert [*things(found[:SHOWN_CHANGES]), f"… and {rest} more"] == things(found)


def test_changes_in_a_line() -> None:
    """Within a sentence, changes are told one after the other, and a long list is shortened too."""
    assert "+ receive https://example.com/0; + receive https://example.com/1" == in_a_line(additions(2))
    assert in_a_line(additions(SHOWN_CHANGES + 2)).endswith("; … and 2 more")


def test_things_in_a_line() -> None:
    """Within a sentence, things are listed one after the other, and a long list is shortened too."""
    assert "one; two" == listed(["one", "two"])
    assert listed(["one"] * (SHOWN_CHANGES + 3)).endswith("; one; … and 3 more")


def test_a_paragraph() -> None:
    """Lines stand indented under their heading."""
    assert "this update will:\n  + one\n  - two" == paragraph("this update will:", ["+ one", "- two"])


PATHS: list[tuple[Path, str, str]] = [
    ((), "", ""),
    (("receive",), "receive", "receive"),
    (("receive", 1, "url"), "receive[1].url", "receive[1].url"),
    (("callLog", 1, "url"), "callLog[1].url", "call_log[1].url"),
    (
        ("callLog", 0, "sendblueNumbers", 2),
        "callLog[0].sendblueNumbers[2]",
        "call_log[0].sendblue_numbers[2]",
    ),
    (("globalSecret",), "globalSecret", "global_secret"),
    (
        ("otherEvents", "typing_indicator", 0, "sendblueNumbers", 1),
        "otherEvents.typing_indicator[0].sendblueNumbers[1]",
        "other_events.typing_indicator[0].sendblue_numbers[1]",
    ),
    (("typo",), "typo", "typo"),
]


@pytest.mark.parametrize(
    ("path", "schema", "python"), PATHS, ids=[schema or "the whole resource" for _, schema, _ in PATHS]
)
def test_a_path_as_the_reader_writes_it(path: Path, schema: str, python: str) -> None:
    """A property path is spelled as the schema does, and as Python does for its readers."""
    assert schema == path_text(path, READER.spell)
    assert python == path_text(path, PYTHON_READER.spell)


@pytest.mark.parametrize(
    ("failure", "schema", "python"),
    [
        (
            Failure(("callLog", 1, "url"), "is empty"),
            "callLog[1].url: is empty",
            "call_log[1].url: is empty",
        ),
        (
            Failure(("receive", 0, "x"), "is unknown; known are", ("url", "sendblueNumbers")),
            "receive[0].x: is unknown; known are url, sendblueNumbers",
            "receive[0].x: is unknown; known are url, sendblue_numbers",
        ),
        (Failure((), "The account could not be read"),) + ("The account could not be read",) * 2,
    ],
    ids=["path", "names", "no path"],
)
def test_a_failure_as_text(failure: Failure, schema: str, python: str) -> None:
    """A failure begins with its path, and the names that it lists are the reader's."""
    assert schema == failure_text(failure, READER.spell)
    assert python == failure_text(failure, PYTHON_READER.spell)


# Errors

WAYS = Reader(
    spell=lambda name: {"allowOverwrite": "allow_overwrite"}.get(name, name),
    credentials="Ask the operator for the pair",
    import_command="adopt {kind} {id}",
    after_partial_write="The state has it",
)
NO_WAYS = Reader(spell=lambda name: name, credentials="")

PLAIN_ERRORS: list[SendblueError] = [
    SettingsError(["one", "two"]),
    CredentialsMissing("The credentials did not arrive"),
    ServiceUnavailable("Sendblue answered 503", 503),
    ImportRefused("There is no such id"),
    ConflictError("The account was changed"),
    SecretHidden("The secret does not show"),
    MaskDeclared("That is a mask"),
    Interrupted("The run was cancelled"),
]


@pytest.mark.parametrize("error", PLAIN_ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_that_is_the_whole_story(error: SendblueError) -> None:
    """Most errors say the same to every reader."""
    assert [str(error)] * 3 == [error_text(error, reader) for reader in (READER, WAYS, NO_WAYS)]


def test_a_refused_create_as_text() -> None:
    """It goes on with the ways out in the reader's words: declare, overwrite, import, and what if it was this stack."""
    text = error_text(CreateRefused("The account already holds: receive", "webhooks", "account"), WAYS)
    assert text.startswith("The account already holds: receive. ")
    parts = ["Declare it", "set allow_overwrite", "`adopt webhooks account`", "If this stack put it there"]
    parts += ["without --replace", "alias"]
    assert [] == [part for part in parts if part not in text]
    assert "\n" not in text


def test_a_refused_create_where_nothing_can_be_imported() -> None:
    """A reader who cannot import is not told to; the other ways stand."""
    text = error_text(CreateRefused("The account already holds: receive", "webhooks", "account"), NO_WAYS)
    assert "adopt" not in text
    assert "import" not in text
    assert [] == [part for part in ("Declare it", "allowOverwrite", "If this stack put it there") if part not in text]


def test_rejected_credentials_as_text() -> None:
    """It goes on with where this front end's credentials come from."""
    error = CredentialsRejected("Sendblue does not know this key pair")
    assert "Sendblue does not know this key pair. Ask the operator for the pair" == error_text(error, WAYS)
    assert "Sendblue does not know this key pair" == error_text(error, NO_WAYS)


def test_the_usual_advice_on_credentials() -> None:
    """Unless a front end knows better, they are in the stack's configuration or the environment."""
    text = error_text(CredentialsRejected("No"), READER)
    parts = ["pulumi config set sendblue:apiKeyId", "pulumi config set --secret sendblue:apiSecretKey"]
    parts += ["SENDBLUE_API_API_KEY", "SENDBLUE_API_API_SECRET"]
    assert [] == [part for part in parts if part not in text]


@pytest.mark.parametrize("kind", [WriteNotApplied, WriteUnverified, WriteInterrupted])
def test_a_partial_write_as_text(kind: type[WriteNotApplied]) -> None:
    """It goes on with what becomes of it in this front end, if there is anything to say."""
    assert "It was sent. The state has it" == error_text(kind("It was sent"), WAYS)
    assert "It was sent" == error_text(kind("It was sent"), READER)


# Secrets in a text


@pytest.mark.parametrize(
    ("text", "secrets", "expected"),
    [
        pytest.param("nothing of it", [A, NUMBER], "nothing of it", id="nothing"),
        pytest.param(f"{A} is {A}", [A], "[secret] is [secret]", id="URL"),
        pytest.param(f"{A}/more; {A}", [A, f"{A}/more"], "[secret]; [secret]", id="the longest first"),
        pytest.param(f"{A}?token=canary", [f"{A}?token=canary"], "[secret]", id="URL with a query"),
        pytest.param(
            f"+ receive {A}?token=… (secret set)",
            [f"{A}?token=canary"],
            "+ receive [secret] (secret set)",
            id="shortened",
        ),
        pytest.param(
            f"- receive {A}?…; + receive {A}/canary?k=…",
            [f"{A}?canary", f"{A}/canary?k=canary"],
            "- receive [secret]; + receive [secret]",
            id="two of them",
        ),
        pytest.param(
            "https://…@example.com/in", ["https://user:canary@example.com/in"], "[secret]", id="URL with a password"
        ),
        pytest.param(
            "+ receive https://e.com/canary\ufffd", ["https://e.com/canary\x1b"], "+ receive [secret]", id="shown"
        ),
        pytest.param(
            f"numbers changed from {NUMBER} to all", [NUMBER], "numbers changed from [secret] to all", id="number"
        ),
        pytest.param("https://exampleXcom", ["https://example.com"], "https://exampleXcom", id="no pattern"),
        pytest.param(
            "receive[0].secret: is empty", ["secret", "e", "", "0"], "receive[0].secret: is empty", id="words"
        ),
        pytest.param(A, [], A, id="no secrets"),
    ],
)
def test_redacted(text: str, secrets: list[str], expected: str) -> None:
    """Secret URLs and numbers go, also in a form that a message gives them; a short secret tears no word apart."""
    assert expected == redacted(text, secrets)


def test_a_message_about_a_secret_url() -> None:
    """A URL that is a secret does not show in any form that a message gives it."""
    url = "https://user:canary@example.com/canary?canary=canary&canary#canary"
    change = Change("change", "receive", Entry(url, OWN), Entry(url, OTHER))
    texts = [thing(change), change_line(change), foreign_thing(change), in_a_line([change]), shown_url(url)]
    for text in texts:
        assert "canary" not in redacted(text, [url])
        assert "example.com" not in redacted(text, [url])
