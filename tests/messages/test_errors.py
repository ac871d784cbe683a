"""What a user reads of each error: one line, no secret, and what to do."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace

import pytest

from sendblue_provider import dynamic_host, errors
from sendblue_provider.api.records import Key, Record
from sendblue_provider.api.wire import from_wire
from sendblue_provider.errors import Call, SendblueError, Unexpected
from sendblue_provider.messages.defects import defect_text
from sendblue_provider.messages.errors import clash_text, error_text
from sendblue_provider.messages.text import Reader
from sendblue_provider.plan.changes import Change
from sendblue_provider.plan.claims import Clash
from sendblue_provider.settings import PROVIDER_ARGUMENTS

A, B = "https://example.com/a", "https://example.com/b"
OWN, OTHER = "canary-own", "canary-other"
CONFIGURATION, WEBHOOK = "sendblue:index:WebhookConfiguration", "sendblue:index:Webhook"
PLUGIN = Reader(
    spell=lambda name: name, import_command="pulumi import {kind} <name> {id}", credentials="Set the credentials"
)
EXPLICIT = Reader(spell=lambda name: name, source=PROVIDER_ARGUMENTS, credentials="Set the provider's arguments")
READERS = {"dynamic": dynamic_host.READER, "plugin": PLUGIN, "explicit": EXPLICIT}


def rec(url: str = A, secret: str | None = None, event: str = "receive") -> Record:
    return Record(event, url, secret)


ADD, GO = Change(None, rec(A, OWN)), Change(rec(B, OTHER), None)
CHANGE = Change(rec(A, OTHER), rec(A, OWN))
SECRET = Change(Record("globalSecret", secret=OTHER), None)
ODD = from_wire({"receive": [{"x": OWN}]})[0]
PUT, GET = Call("PUT", "https://api/x"), Call("GET", "https://api/x")
DOWN = errors.ServiceUnavailable(PUT, 503, "busy")

UNEXPECTED: list[tuple[Unexpected, str]] = [
    ("empty", "is empty"),
    ("not JSON", "is not a JSON object"),
    ("no webhooks", "holds no webhooks"),
    ("too large", "is larger than 8 MiB"),
    ("compressed", "is compressed"),
    ("too deep", "is nested deeper"),
    ("not modified", "has the status 200"),
]

# Each with what its text has to hold: what it concerns, and at the end what to do.
CASES: list[tuple[SendblueError, list[str], str]] = [
    (errors.SettingsError(["one: run `a`", "two: run `b`"]), ["one: run `a`; two"], "run `b`"),
    (errors.CredentialsRejected(PUT, 401, "bad"), ["key pair (401 from PUT https://api/x: bad)"], "."),
    (errors.CredentialsMissing(GET, 403), ["403 from GET https://api/x", "HTTPS_PROXY"], "baseUrl"),
    (
        errors.RequestRefused(PUT, 400, "no such type"),
        ["refused PUT https://api/x with 400: no such type"],
        "pulumi up",
    ),
    (errors.RequestRefused(GET, 418), ["refused GET https://api/x with 418"], "ask Sendblue"),
    (errors.RequestRefused(PUT, 200, "no"), ["answered PUT https://api/x with 200 and an error: no"], "pulumi up"),
    (errors.ServiceUnavailable(GET, 503), ["answered 503", "also when asked again"], "outage"),
    (DOWN, ["answered 503 to PUT https://api/x: busy"], "outage"),
    (errors.ConnectionFailed(PUT, "the host is not known"), ["No answer to PUT", "the host is not known"], "try again"),
    (errors.OutOfTime(PUT, "no answer", seconds=60, is_own=False), ["the 60 s that", "no answer"], "imeout"),
    (errors.OutOfTime(PUT, "x", seconds=60, is_own=False, asked_for=900), ["asks to wait 900 s"], "imeout"),
    (errors.OutOfTime(PUT, "x", seconds=60, is_own=False, asked_for=9e6), ["asks to wait for days"], "Try again later"),
    (errors.OutOfTime(PUT, "x", seconds=3600, is_own=False), ["the 3600 s"], "Try again later"),
    (errors.OutOfTime(PUT, "no answer", seconds=5, is_own=True), ["the 5 s that"], "customTimeouts"),
    (errors.UntrustedServer(PUT, "its name is another"), ["its name is another", "SSL_CERT_FILE"], "verification off"),
    *[
        (errors.UnexpectedResponse(GET, kind, 200), ["The answer to GET https://api/x", words], "baseUrl")
        for kind, words in UNEXPECTED
    ],
    (errors.UnexpectedResponse(GET, "redirected", 302), ["was redirected (302)"], "baseUrl"),
    (errors.UnexpectedResponse(GET, "unknown paths", 404), ["/api/v2/account/webhooks, /api/acc", "(404)"], "baseUrl"),
    (
        errors.CreateRefused([GO, SECRET], {}, CONFIGURATION, "account"),
        [
            f"change it:\n  receive {B} (secret set)\n  globalSecret (secret set)\nDeclare",
            "Declare it in this program, or set allow",
            "without --replace",
        ],
        "for one update more",
    ),
    (
        errors.CreateRefused([Change(rec(B), None)] * 2, {Key("receive", B): 3}, CONFIGURATION, "account"),
        [f":\n  receive {B} (registered 3 times)\nA create", "Remove those that are not needed"],
        "to remove them",
    ),
    (
        errors.CreateRefused([CHANGE], {}, WEBHOOK, f"receive:{A}"),
        [f"{A} (another secret)", "Declare the values that it has", "two that swap their URLs"],
        "the resource's old name",
    ),
    (
        errors.ImportRefused(CONFIGURATION, "x", ()),
        ["no WebhookConfiguration with the id 'x'"],
        "Give account as the id",
    ),
    (errors.ImportRefused(WEBHOOK, "x", [f"receive:{A}?k=canary"]), ["'x'", "the event, a colon"], f"receive:{A}?k=…"),
    (errors.ImportRefused(WEBHOOK, "x", ()), ["'x'"], "no webhook at all"),
    (errors.OtherForm([(rec(A), rec(B))], is_additive=False), [f"{A} is declared, {B} is reg"], "to replace it"),
    (errors.OtherForm([(rec(A), rec(B))], is_additive=True), [f"{A} is declared, {B} is reg"], f"{B} in this program"),
    (errors.AnotherAccount([rec(B, OTHER)]), [f"{B} (secret set)", "apiKeyId"], "to replace what it has"),
    (
        errors.ConflictError([GO], is_additive=False),
        ["Sendblue account was changed", "nothing was written", f"- receive {B}"],
        "its preview shows the change",
    ),
    (
        errors.ConflictError([CHANGE], is_additive=True, is_sent=True),
        ["webhook was changed", "a write was sent, and not sent again"],
        "its preview shows the change",
    ),
    (errors.CopiesDiffer([rec(), rec(A, OTHER)]), ["registered 2 times", "Nothing was written"], "`pulumi up` again"),
    (errors.CopiesDiffer([rec(), rec(A, OTHER)], is_import=True), ["registered 2 times"], "import it again"),
    (errors.EventUnreadable([ODD], is_additive=False), ["under receive that", "Leave receive out"], "to replace it"),
    (errors.EventUnreadable([ODD], is_additive=True), ["receive (an entry that cannot"], "to add it all the same"),
    (errors.SecretHidden([rec(B, OTHER)]), [f"{B} (secret set)", "take it out of the program"], "in between are lost"),
    (errors.MaskDeclared([rec(A, "***")]), [f"{A} (secret set)", "mask"], "run `pulumi up` again"),
    (errors.Interrupted(), ["was interrupted", "cancelled"], "nothing was written"),
    (errors.Interrupted(PUT, is_sent=True), ["PUT https://api/x was interrupted"], "does not show it"),
    (errors.WriteFailed(DOWN, [ADD]), ["503 to PUT", "Not done: +"], f"+ receive {A} (secret set)"),
    (
        errors.WriteFailed(errors.Interrupted(PUT), [ADD]),
        ["cancelled, and nothing was written. Not done"],
        "(secret set)",
    ),
    (errors.WriteNotApplied((), [ADD], reason=DOWN), [f"Still to do: + receive {A}", "The rest failed"], "outage"),
    (errors.WriteNotApplied((), [], lost=[rec(B, OTHER)]), [f"{B} (secret set) is no longer"], "tell its owner"),
    (errors.WriteNotApplied((), [ADD]), ["did not do all", "remove receive from the program"], "same command again"),
    (errors.WriteNotApplied((rec(B),), [ADD]), ["Look at the account in Sendblue's dashboard"], "same command again"),
    (errors.WriteNotApplied((), [SECRET]), ["- globalSecret", "Clear the secret"], "same command again"),
    (errors.WriteNotApplied((), [ADD], [rec(B)]), [f"It shows receive {B}", "that form"], "same command again"),
    (errors.WriteUnverified(reason=DOWN, is_answered=True), ["could not be looked at", "503"], "as it is"),
    (errors.WriteUnverified(reason=DOWN, is_answered=False), ["503", "may have been done all"], "as it is"),
    (errors.WriteInterrupted(None), ["after a change was sent", "could not be looked at"], "as it is"),
    (errors.WriteInterrupted((), [ADD]), [f"+ receive {A} (secret set) still to do"], "as it is"),
]
CLASSES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, SendblueError) and kind.__module__ == errors.__name__
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("error", "words", "end"),
    [pytest.param(*case, id=f"{type(case[0]).__name__}-{place}") for place, case in enumerate(CASES)],
)
def test_an_error_is_one_line(error: SendblueError, words: list[str], end: str, reader: str) -> None:
    """Each error says what happened and what it concerns, ends with what to do, and shows no secret."""
    text = error_text(error, READERS[reader])
    for word in words:
        assert word in text
    assert end in text[-300:]
    # Of a create each entry that it would remove or change has a line of its own.
    assert "\n" not in text or isinstance(error, errors.CreateRefused)
    assert "canary" not in text
    assert not re.search(r"\.\.|; ;|\{|[^\n]  |\. \.|None", text)


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_has_a_text(kind: type[SendblueError]) -> None:
    """Every class that is raised has a case here; the three that only group others have subclasses that do."""
    grouping = (SendblueError, errors.ApiError, errors.PartlyWritten)
    assert kind in grouping or kind in {type(error) for error, *_ in CASES}
    assert kind not in grouping or kind.__subclasses__()


@pytest.mark.parametrize("error", [case[0] for case in CASES])
def test_an_error_alone_has_no_text(error: SendblueError) -> None:
    """An error that no front end has written shows its class alone, whatever it holds."""
    assert type(error).__name__ == str(error)
    assert "canary" not in repr(error)


@pytest.mark.parametrize("kind", [CONFIGURATION, WEBHOOK])
def test_what_is_said_of_a_stack_s_own(kind: str) -> None:
    """That the stack may have put it there is said if there is a state, or if the front end would not be shown one."""
    refused = errors.CreateRefused([CHANGE], {}, kind, "account")
    plugin = replace(PLUGIN, sees_state=True)
    assert "--replace" not in error_text(refused, plugin)
    assert "--replace" in error_text(refused, dynamic_host.READER)
    refused.has_state = True
    assert "If this stack put it there" in error_text(refused, plugin)


def test_what_is_said_of_a_rotation() -> None:
    """A rejected pair has nothing to do with a rotation before anything exists."""
    rejected = errors.CredentialsRejected(GET, 401)
    assert "otation" not in error_text(rejected, dynamic_host.READER)
    rejected.has_state = True
    assert "After a rotation, refresh and destroy still use" in error_text(rejected, dynamic_host.READER)


REJECTED = errors.CredentialsRejected(PUT, 401)


@pytest.mark.parametrize(
    "error",
    [
        errors.WriteFailed(REJECTED, [ADD]),
        errors.WriteNotApplied((), [ADD], reason=REJECTED),
        errors.WriteUnverified(reason=REJECTED, is_answered=True),
        errors.WriteUnverified(reason=REJECTED, is_answered=False),
        errors.WriteFailed(errors.WriteFailed(REJECTED, [ADD]), [ADD]),
    ],
)
def test_what_is_said_of_a_rotation_within_an_error(error: SendblueError) -> None:
    """What holds for an error holds for its reason: only the error itself is told whether there is a state."""
    assert "otation" not in error_text(error, dynamic_host.READER)
    error.has_state = True
    assert "After a rotation, refresh and destroy still use" in error_text(error, dynamic_host.READER)


def test_the_reader_s_words() -> None:
    """Each front end gets its own names, commands and settings."""
    refused = errors.CreateRefused([GO], {}, CONFIGURATION, "account")
    assert "set allow_overwrite to replace it." in error_text(refused, dynamic_host.READER)
    assert "set allowOverwrite to replace it, or adopt it with `pulumi import sendblue:index:WebhookConfiguration" in (
        error_text(refused, PLUGIN)
    )
    assert "pulumi import" not in error_text(refused, dynamic_host.READER)
    rejected = errors.CredentialsRejected(GET, 401)
    assert "`pulumi config set sendblue:apiKeyId <key id>`" in error_text(rejected, dynamic_host.READER)
    assert error_text(rejected, EXPLICIT).endswith("Set the provider's arguments")
    assert "config" not in error_text(errors.CredentialsMissing(GET, 403), EXPLICIT)
    late = errors.OutOfTime(GET, "x", seconds=60, is_own=False, asked_for=900)
    assert "run `pulumi config set sendblue:timeoutSeconds 1800`" in error_text(late, PLUGIN)
    assert error_text(late, EXPLICIT).endswith("give the sendblue.Provider its timeoutSeconds")
    assert "destroy knows of it once" in error_text(errors.WriteInterrupted(()), dynamic_host.READER)
    assert "destroy knows" not in error_text(errors.WriteInterrupted(()), PLUGIN)
    wrapped = errors.WriteFailed(rejected, [ADD])
    assert "`pulumi config set sendblue:apiKeyId <key id>`" in error_text(wrapped, dynamic_host.READER)


CLASHES = [
    (Clash("kinds"), ["both a WebhookConfiguration and a Webhook for one", "additive"], "as a Webhook"),
    (Clash("kinds", ("urn:pulumi:s::p::T::b", "urn:pulumi:s::p::T::a")), ["'a' and 'b'"], "credentials"),
    (Clash("configurations", ("urn:pulumi:s::p::T::a",) * 2), ["two WebhookConfigurations"], "credentials"),
    (Clash("twice", (), rec(A + "?k=canary", OWN)), [f"the Webhook receive {A}?k=… twice"], "one of the two"),
    (Clash("forms", (), rec(A, OWN), rec(B)), [f"receive {A} twice, in two forms", f"the other is {B}"], "in one form"),
]


@pytest.mark.parametrize(("clash", "words", "end"), CLASHES)
def test_a_clash_is_one_line(clash: Clash, words: list[str], end: str) -> None:
    """Two resources that cannot stand side by side are named, and the way out is."""
    text = clash_text(clash)
    assert all(word in text for word in words)
    assert text.endswith(end)
    assert "\n" not in text
    assert "canary" not in text


def test_a_defect_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """An error that nobody foresaw is its type and place; its own text is not shown, and its frames are logged."""

    def raises() -> None:
        raise LookupError(OWN)

    with caplog.at_level("DEBUG", "sendblue_provider"), pytest.raises(LookupError) as caught:
        raises()
    with caplog.at_level("DEBUG", "sendblue_provider"):
        text = defect_text(caught.value)
    line = inspect.getsourcelines(raises)[1] + 1
    assert f"(LookupError at test_errors.py:{line})" in text
    assert text.endswith("please report it with this line")
    assert "canary" not in text + caplog.text
    assert "raises" in caplog.text


def test_the_api_s_words_come_first() -> None:
    """The text of a refusal has the API's words before the advice, which begins a sentence."""
    text = error_text(errors.RequestRefused(PUT, 400, "Invalid type. Accepted: receive, outbound"), PLUGIN)
    assert ": Invalid type. Accepted: receive, outbound. Change the program" in text
