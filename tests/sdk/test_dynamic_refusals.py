"""What a program with the dynamic import is refused before anything of it is sent: by the constructors."""

from __future__ import annotations

from typing import Final

import pytest

from .conftest import ended as run

CONFIGURATION: Final = "sendblue.WebhookConfiguration('whole')\n"
URL: Final = "https://user:hush@example.com/in?token=hush&x#hush"


def webhook(name: str, event: str = "'receive'", url: str = "'https://example.com'", more: str = "") -> str:
    return f"sendblue.Webhook({name!r}, event={event}, url={url}{more})\n"


def refused(program: str) -> str:
    """The text of the one clean line that a program ends with."""
    (ended,) = run(program)
    assert "RunError" == ended.get("kind"), ended
    assert "\n" not in ended["error"]
    assert "hush" not in ended["error"]
    return str(ended["error"])


def test_two_configurations() -> None:
    """A second configuration is refused, and both are named."""
    said = refused(CONFIGURATION + "sendblue.WebhookConfiguration('again')")

    assert said.startswith("This program declares two WebhookConfigurations, 'whole' and 'again'.")
    assert "authoritative for the whole account" in said


@pytest.mark.parametrize("program", [CONFIGURATION + webhook("one"), webhook("one") + CONFIGURATION])
@pytest.mark.parametrize("more", ["", webhook("other", url="pulumi.Output.secret('https://example.com')")])
def test_both_kinds(program: str, more: str) -> None:
    """Beside the one kind the other is refused, whichever comes second; both are named, and what each of them is."""
    said = refused(program + more)

    assert said.startswith("This program declares both a WebhookConfiguration, 'whole', and a Webhook, 'one'.")
    assert "authoritative for the whole account: it would remove what a Webhook adds" in said
    assert "additive: one URL for one event, beside whatever else the account has" in said
    assert said.endswith("Declare all endpoints in the WebhookConfiguration, or each of them as a Webhook")


def test_the_first_of_several_webhooks_is_named() -> None:
    """Where there are several webhooks already, the message names the first."""
    said = refused(webhook("one") + webhook("other", event="'outbound'") + CONFIGURATION)

    assert "'whole', and a Webhook, 'one'" in said


def test_both_kinds_where_the_entry_is_an_output() -> None:
    """A webhook counts also where its event or URL is not known to the constructor."""
    said = refused(webhook("one", event="pulumi.Output.from_input('receive')") + CONFIGURATION)

    assert "'whole', and a Webhook, 'one'" in said


def test_the_same_entry_twice() -> None:
    """The same URL for the same event is refused; both are named, and the entry without what in it can be secret."""
    said = refused(webhook("one", url=repr(URL)) + webhook("other", url=repr(URL)))

    entry = "This program declares the Webhook receive https://…@example.com/in twice, 'one' and 'other'."
    assert f"{entry} The account needs it once: remove one of the two" == said


def test_what_is_not_the_same_entry() -> None:
    """Another event, another URL, and what is not known yet, are not refused by the constructor."""
    (ended,) = run(
        webhook("one")
        + webhook("event", event="'outbound'")
        + webhook("query", url="'https://example.com?a'")
        + "url = pulumi.Output.from_input('https://example.com')\n"
        + webhook("output", url="url")
        + webhook("same-output", url="url")
    )

    assert {"outputs": {}} == ended


@pytest.mark.parametrize("program", [CONFIGURATION, webhook("one")])
def test_each_run_is_a_new_one(program: str) -> None:
    """What one run declares does not stand in the way of the next of the same process."""
    assert [{"outputs": {}}] * 3 == run(program, program, program)


def test_a_refused_one_is_not_declared() -> None:
    """A program that goes on after a refusal has not declared what was refused."""
    tried = f"try:\n    {CONFIGURATION}except pulumi.RunError:\n    pass\n"
    (ended,) = run(webhook("one") + tried + webhook("other", event="'outbound'"))

    assert {"outputs": {}} == ended


@pytest.mark.parametrize(
    ("program", "advice"),
    [
        (
            "sendblue.WebhookConfiguration('w', pulumi.ResourceOptions(import_='account'))",
            "takes it over with no write",
        ),
        (
            webhook("w", more=", opts=pulumi.ResourceOptions(import_='receive:https://example.com')"),
            "takes an equal entry of the account over with no write",
        ),
    ],
)
def test_import(program: str, advice: str) -> None:
    """The option import_ is refused, and the message says how an entry is taken over without it."""
    said = refused(program)

    assert "'w' cannot be imported, since it is a dynamic resource. Leave import_ out" in said
    assert said.endswith(f"the first `pulumi up` {advice}")


PROVIDERS: Final = """
import pulumi_sendblue

class Cloud(pulumi.ProviderResource):
    def __init__(self):
        super().__init__("cloud", "cloud")

class Team(pulumi.ComponentResource):
    def __init__(self, **options):
        super().__init__("shop:index:Team", "team", opts=pulumi.ResourceOptions(**options))

Options, cloud = pulumi.ResourceOptions, Cloud()
other = pulumi_sendblue.Provider("other", api_key_id="hush", api_secret_key="hush")

def give(asked):
    return pulumi.ResourceTransformationResult(asked.props, Options.merge(asked.opts, Options(provider=other)))

"""
GIVEN: Final = [
    pytest.param("Options(provider=other)", id="provider"),
    pytest.param("Options(providers=[cloud, other])", id="list"),
    pytest.param("Options(providers={'sendblue': other})", id="map"),
    pytest.param("Options(parent=Team(providers=[other, cloud]))", id="component"),
    pytest.param("Options(parent=Team(provider=other))", id="provider-of-component"),
    pytest.param("Options(transformations=[give])", id="transformation"),
    pytest.param(
        "Options(provider=other, aliases=[pulumi.Alias(type_='sendblue:index:Webhook')])", id="back-from-the-plugin"
    ),
]


@pytest.mark.parametrize("options", GIVEN)
@pytest.mark.parametrize("kind", ["Webhook", "WebhookConfiguration"])
def test_a_provider_is_refused(kind: str, options: str) -> None:
    """A `sendblue.Provider` would not choose the account of a dynamic resource: the message says what does."""
    arguments = ", event='receive', url='https://example.com'" if kind == "Webhook" else ""
    said = refused(f"{PROVIDERS}sendblue.{kind}('w', {options}{arguments})")

    assert said.startswith(
        f"The {kind} 'w' of pulumi_sendblue.dynamic cannot use the sendblue.Provider 'other': it works on the account "
        "that the stack's configuration names."
    )
    assert said.endswith("or import pulumi_sendblue, which needs the plugin and takes it")


def test_providers_of_other_packages() -> None:
    """A provider of another package, which other resources of a component use, is none of its business."""
    options = ["provider=cloud", "providers=[cloud]", "providers={'cloud': cloud}", "parent=Team(providers=[cloud])"]
    declared = [
        webhook(f"w{number}", url=f"'https://example.com/{number}'", more=f", opts=Options({option})")
        for number, option in enumerate(options)
    ]
    (ended,) = run(PROVIDERS + "".join(declared))

    assert {"outputs": {}} == ended


@pytest.mark.parametrize("path", ["recieve", "call_log[0].secrets", "callLog[0].sendblue_number", "receive.secret"])
def test_ignored_paths_of_no_property(path: str) -> None:
    """A path in `ignore_changes` that names no property is refused, and the message lists those that there are."""
    options = f"pulumi.ResourceOptions(ignore_changes=['receive', '{path}'])"
    said = refused(f"sendblue.WebhookConfiguration('w', {options})")

    assert said.startswith(
        f"The WebhookConfiguration 'w' is refused: in ignore_changes, {path} names no property and has no effect. "
        "The properties are receive, outbound, call_log, "
    )
    assert said.endswith("; those of an endpoint are url, secret, sendblue_numbers")


def test_ignored_paths_of_another_kind() -> None:
    """A `Webhook` has its own properties; all paths that name none are listed."""
    said = refused(webhook("w", more=", opts=pulumi.ResourceOptions(ignore_changes=['call_log', 'receive[0]', 'url'])"))

    assert "The Webhook 'w' is refused: in ignore_changes, call_log, receive[0] name no property and have no " in said
    assert said.endswith("The properties are url, secret, sendblue_numbers, event, allow_overwrite, secrets_readable")
