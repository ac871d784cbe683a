"""Many accounts: a `Webhook` on each, by a provider of its own."""

import os

import pulumi

import pulumi_sendblue as sendblue

for number in range(int(os.environ["BENCH_COUNT"])):
    provider = sendblue.Provider(
        f"account-{number}",
        api_key_id=f"key-{number}",
        api_secret_key=f"secret-{number}",
        base_url=os.environ["BENCH_URL"],
    )
    url = f"https://example.com/{number}/{os.environ['BENCH_VALUE']}"
    sendblue.Webhook(f"one-{number}", event="receive", url=url, opts=pulumi.ResourceOptions(provider=provider))
