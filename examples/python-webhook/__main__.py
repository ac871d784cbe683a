"""One webhook beside whatever else a Sendblue account has, through the provider's plugin."""

import pulumi

import pulumi_sendblue as sendblue

config = pulumi.Config()

orders = sendblue.Webhook(
    "orders",
    event="receive",
    url="https://hooks.example.com/orders",
    # Sent back by Sendblue in the header sb-signing-secret, so that the receiver knows who calls.
    secret=config.require_secret("ordersSecret"),
)

# What the account has for another event, whoever put it there. It is a secret if it holds one.
account = sendblue.get_webhook_configuration_output()

pulumi.export("url", orders.url)
pulumi.export("outbound", account.outbound)
