"""A program that declares endpoints in every way there is."""

import pulumi

import pulumi_sendblue as sendblue

webhooks = sendblue.WebhookConfiguration(
    "webhooks",
    pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")]),
    receive=[
        "https://example.com/a",
        {"url": "https://example.com/b", "secret": pulumi.Output.secret("b")},
        sendblue.WebhookEndpointArgs(url="https://example.com/c", sendblue_numbers=["+15551234567"]),
    ],
    outbound=[{"url": "https://example.com/d", "sendblue_numbers": ["+15551234567"]}],
    call_log=pulumi.Output.from_input(["https://example.com/e"]),
    contact_created=[
        "https://example.com/f",
        pulumi.Output.secret("https://example.com/g"),
        sendblue.WebhookEndpointArgs(url="https://example.com/j", secret="j"),
    ],
    other_events={"typing_indicator": [{"url": "https://example.com/h"}, "https://example.com/i"], "inbound": []},
    global_secret="g",
    allow_overwrite=True,
)
attributes = webhooks.managed.apply(lambda managed: {"events": managed.events, "secrets": managed.secrets})
