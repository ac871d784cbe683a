"""A Sendblue account's webhooks, through the provider's plugin."""

import pulumi

import pulumi_sendblue as sendblue

config = pulumi.Config()

webhooks = sendblue.WebhookConfiguration(
    "webhooks",
    receive=[
        "https://hooks.example.com/inbound",
        # An endpoint with a secret of its own, called for one of the account's numbers alone.
        sendblue.WebhookEndpointArgs(
            url="https://hooks.example.com/support",
            secret=config.require_secret("supportSecret"),
            sendblue_numbers=["+15551234567"],
        ),
    ],
    call_log=["https://hooks.example.com/calls"],
    # Sent back by Sendblue in the header sb-signing-secret, so that the receiver knows who calls.
    global_secret=config.require_secret("globalSecret"),
)

pulumi.export("callLog", webhooks.call_log)
