"""A program that declares one URL for one event in every way there is."""

import pulumi

from pulumi_sendblue import dynamic as sendblue

webhook = sendblue.Webhook(
    "webhook",
    pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")]),
    event=pulumi.Output.from_input("receive"),
    url=pulumi.Output.secret("https://example.com/a"),
    secret="s",
    sendblue_numbers=["+15551234567", pulumi.Output.from_input("+15551234568")],
    allow_overwrite=True,
)
attributes = webhook.sendblue_numbers.apply(lambda numbers: {"numbers": numbers})
