"""One program, a stack per environment.

A Sendblue account has one webhook configuration, shared by everybody who has its keys, so each environment gets an
account of its own: what differs is in Pulumi.<stack>.yaml, the keys included.
"""

import pulumi

from pulumi_sendblue import dynamic as sendblue

config = pulumi.Config()
receiver = config.require("receiver")

webhooks = sendblue.WebhookConfiguration(
    "webhooks",
    # Production is too precious to lose to a `pulumi destroy` in the wrong terminal.
    opts=pulumi.ResourceOptions(protect=pulumi.get_stack() == "prod"),
    receive=[f"{receiver}/inbound"] + ([f"{receiver}/audit"] if config.get_bool("audit") else []),
    outbound=[f"{receiver}/status"],
    global_secret=config.require_secret("globalSecret"),
)

pulumi.export("receive", webhooks.receive)
