"""Resources of the plugin in `bench.peers.plugin`, which do nothing."""

import os

import pulumi

for number in range(int(os.environ["BENCH_COUNT"])):
    url = f"https://example.com/{number}/{os.environ['BENCH_VALUE']}"
    properties = {"receive": [url], "callLog": ["https://example.com/calls"]}
    pulumi.CustomResource("nothing:index:Nothing", f"one-{number}", properties)
