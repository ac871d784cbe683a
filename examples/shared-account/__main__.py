"""One program, a stack per team, all on one Sendblue account.

Each stack adds its team's URLs to the account and knows of no others: what they are is in Pulumi.<stack>.yaml.
"""

import pulumi

from pulumi_sendblue import dynamic as sendblue

config = pulumi.Config()
# Sent back by Sendblue in the header sb-signing-secret of the calls to this team's URLs.
secret = config.require_secret("signingSecret")

for event, url in config.require_object("webhooks").items():
    webhook = sendblue.Webhook(event, event=event, url=url, secret=secret)
    pulumi.export(event, webhook.url)
