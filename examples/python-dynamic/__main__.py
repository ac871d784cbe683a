"""A Sendblue account's webhooks, all of them."""

import pulumi

from pulumi_sendblue import dynamic as sendblue

config = pulumi.Config()
host = config.get("receiver") or "https://hooks.example.com"

webhooks = sendblue.WebhookConfiguration(
    "webhooks",
    receive=[
        f"{host}/inbound",
        # An endpoint with a secret of its own, called for one of the account's numbers alone.
        sendblue.WebhookEndpointArgs(
            url=f"{host}/support",
            secret=config.require_secret("supportSecret"),
            sendblue_numbers=["+15551234567"],
        ),
    ],
    outbound=[{"url": f"{host}/status", "secret": config.require_secret("statusSecret")}],
    call_log=[f"{host}/calls"],
    line_blocked=[f"{host}/lines"],
    contact_created=[f"{host}/contacts"],
    # Sent back by Sendblue in the header sb-signing-secret, so that the receiver knows who calls.
    global_secret=config.require_secret("globalSecret"),
)

pulumi.export("callLog", webhooks.call_log)
pulumi.export("secretsReadable", webhooks.secrets_readable)
