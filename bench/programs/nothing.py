"""Dynamic resources that do nothing."""

import os

import pulumi
import pulumi.dynamic

from bench.peers.nothing import Nothing


class Resource(pulumi.dynamic.Resource):
    """A dynamic resource that does nothing."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(Nothing(), name, {"receive": [value], "callLog": ["https://example.com/calls"]})


for number in range(int(os.environ["BENCH_COUNT"])):
    Resource(f"one-{number}", f"https://example.com/{number}/{os.environ['BENCH_VALUE']}")
