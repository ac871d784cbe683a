"""Many `Webhook`s of the plugin."""

import os

import pulumi_sendblue as sendblue

for number in range(int(os.environ["BENCH_COUNT"])):
    sendblue.Webhook(f"one-{number}", event="receive", url=f"https://example.com/{number}")
