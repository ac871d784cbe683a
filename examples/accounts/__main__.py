"""Two Sendblue accounts in one stack: a provider for each, with its own key pair.

    pulumi config set salesKeyId <key id>
    pulumi config set --secret salesSecretKey <secret key>
    pulumi config set --secret salesGlobalSecret <a random string>

and the same for support.
"""

import pulumi

import pulumi_sendblue as sendblue

config = pulumi.Config()

for team in ("sales", "support"):
    account = sendblue.Provider(
        team,
        api_key_id=config.require(f"{team}KeyId"),
        api_secret_key=config.require_secret(f"{team}SecretKey"),
    )
    webhooks = sendblue.WebhookConfiguration(
        team,
        receive=[f"https://hooks.example.com/{team}/inbound"],
        global_secret=config.require_secret(f"{team}GlobalSecret"),
        opts=pulumi.ResourceOptions(provider=account),
    )
    pulumi.export(f"{team}Receive", webhooks.receive)
