"""One `WebhookConfiguration` of the dynamic front end."""

import os

from pulumi_sendblue import dynamic as sendblue

url = f"https://example.com/0/{os.environ['BENCH_VALUE']}"
sendblue.WebhookConfiguration("one", receive=[url], call_log=["https://example.com/calls"])
