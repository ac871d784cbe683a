"""The Python package's face: names, arguments and outputs."""

from __future__ import annotations

import inspect
import subprocess
import sys

from pulumi_sendblue import _dynamic_resources
from pulumi_sendblue import dynamic as sendblue
from sendblue_provider.resources.inputs import Webhook, WebhookConfiguration, WebhookEndpoint
from tools.schema.package import ConfigurationOutputOnly, OutputOnly


def test_exported_names() -> None:
    """What `__all__` names is the module's own, and the package's classes for what these take and give."""
    modules = {sendblue.__name__, _dynamic_resources.__name__}
    own = {
        name
        for name, value in vars(sendblue).items()
        if not name.startswith("_") and getattr(value, "__module__", "") in modules
    }
    assert {"Webhook", "WebhookConfiguration", "get_webhook_configuration"} <= own

    endpoints = {"WebhookEndpointArgs", "WebhookEndpointArgsDict"}
    results = {"GetWebhookConfigurationResult", "AwaitableGetWebhookConfigurationResult"}
    assert {*sendblue.__all__} == own | endpoints | results


def test_arguments_are_the_properties() -> None:
    """Each resource takes exactly the properties that the provider checks, what is required first."""
    parameters = list(inspect.signature(sendblue.WebhookConfiguration.__init__).parameters)
    assert ["self", "resource_name", "opts", *WebhookConfiguration.model_fields] == parameters

    parameters = list(inspect.signature(sendblue.Webhook.__init__).parameters)
    assert ["self", "resource_name", "opts", "event", "url"] == parameters[:5]
    assert sorted(Webhook.model_fields) == sorted(parameters[3:])


def test_endpoint_arguments_are_the_properties() -> None:
    """An endpoint takes exactly the properties that the provider checks, as an object and as a dict."""
    parameters = list(inspect.signature(sendblue.WebhookEndpointArgs).parameters)

    assert list(WebhookEndpoint.model_fields) == parameters
    assert list(WebhookEndpoint.model_fields) == list(sendblue.WebhookEndpointArgsDict.__annotations__)


def test_names_are_spelled_as_the_schema_does() -> None:
    """Every property is spelled for the engine as the provider expects it, and back for the program.

    An endpoint's are not spelled back, since the plugin's SDK does not either.
    """
    resource = sendblue.WebhookConfiguration.__new__(sendblue.WebhookConfiguration)

    for model in (WebhookConfiguration, ConfigurationOutputOnly, WebhookEndpoint):
        for name, field in model.model_fields.items():
            alias = str(field.alias)
            assert alias == resource.translate_input_property(name)
            assert (alias if model is WebhookEndpoint else name) == resource.translate_output_property(alias)


def test_names_of_a_webhook_are_spelled_as_the_schema_does() -> None:
    """Every property of a webhook is spelled for the engine as the provider expects it, and back for the program."""
    resource = sendblue.Webhook.__new__(sendblue.Webhook)

    for model in (Webhook, OutputOnly):
        for name, field in model.model_fields.items():
            assert str(field.alias) == resource.translate_input_property(name)
            assert name == resource.translate_output_property(str(field.alias))


def test_endpoint_args_are_an_input_type() -> None:
    """An endpoint's arguments can be read back, left-out ones as None."""
    endpoint = sendblue.WebhookEndpointArgs(url="https://example.com")

    assert ("https://example.com", None, None) == (endpoint.url, endpoint.secret, endpoint.sendblue_numbers)
    full = sendblue.WebhookEndpointArgs(url="u", secret="s", sendblue_numbers=["+15551234567"])
    assert ["+15551234567"] == full.sendblue_numbers


MOCKED = """
import pulumi
from pulumi_sendblue import dynamic as sendblue

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return "account", dict(args.inputs)

    def call(self, args):
        raise NotImplementedError

pulumi.runtime.set_mocks(Mocks())

@pulumi.runtime.test
def one():
    webhooks = sendblue.WebhookConfiguration("webhooks", call_log=["https://example.com"])
    return webhooks.call_log.apply(print)

@pulumi.runtime.test
def other():
    webhook = sendblue.Webhook("webhook", event="receive", url="https://example.com", sendblue_numbers=["+15551234567"])
    return webhook.sendblue_numbers.apply(print)

for test in (one, one, other, other):
    test()
"""


def test_programs_can_be_tested_with_mocks() -> None:
    """Tests of one process can each declare a resource of either kind, and read its outputs by their Python names."""
    done = subprocess.run([sys.executable, "-c", MOCKED], capture_output=True, text=True, check=False)

    said = "['https://example.com']\n" * 2 + "['+15551234567']\n" * 2
    assert (0, said) == (done.returncode, done.stdout), done.stderr
