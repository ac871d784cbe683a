"""Many `Webhook`s of the dynamic front end."""

import os

from pulumi_sendblue import dynamic as sendblue

for number in range(int(os.environ["BENCH_COUNT"])):
    sendblue.Webhook(f"one-{number}", event="receive", url=f"https://example.com/{number}")
