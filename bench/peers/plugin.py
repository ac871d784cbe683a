"""A plugin that does nothing, on the base that Pulumi's Python SDK has for plugins."""

from __future__ import annotations

import sys

from pulumi.provider.experimental import provider
from pulumi.provider.experimental.server import main


class Nothing(provider.Provider):
    """Keeps what it is given."""

    async def check_config(self, request: provider.CheckRequest) -> provider.CheckResponse:
        """Take any settings."""
        return provider.CheckResponse(inputs=request.new_inputs)

    async def diff_config(self, _request: provider.DiffRequest) -> provider.DiffResponse:
        """Find no difference in settings."""
        return provider.DiffResponse(changes=False)

    async def configure(self, _request: provider.ConfigureRequest) -> provider.ConfigureResponse:
        """Need nothing."""
        return provider.ConfigureResponse()

    async def check(self, request: provider.CheckRequest) -> provider.CheckResponse:
        """Take any inputs."""
        return provider.CheckResponse(inputs=request.new_inputs)

    async def diff(self, request: provider.DiffRequest) -> provider.DiffResponse:
        """Compare what it was given with what it is given now."""
        return provider.DiffResponse(changes=request.old_state != request.new_inputs)

    async def create(self, request: provider.CreateRequest) -> provider.CreateResponse:
        """Create nothing."""
        return provider.CreateResponse("nothing", request.properties)

    async def update(self, request: provider.UpdateRequest) -> provider.UpdateResponse:
        """Update nothing."""
        return provider.UpdateResponse(request.news)

    async def delete(self, _request: provider.DeleteRequest) -> None:
        """Delete nothing."""


if __name__ == "__main__":
    main(sys.argv[1:], "0.1.0", Nothing())
