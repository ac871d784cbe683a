"""One `WebhookConfiguration` of the plugin."""

import os

import pulumi_sendblue as sendblue

url = f"https://example.com/0/{os.environ['BENCH_VALUE']}"
sendblue.WebhookConfiguration("one", receive=[url], call_log=["https://example.com/calls"])
