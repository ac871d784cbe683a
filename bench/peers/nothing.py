"""A dynamic provider that does nothing: the least that a dynamic resource costs."""

from __future__ import annotations

from typing import Any

from pulumi.dynamic import CreateResult, ResourceProvider, UpdateResult


class Nothing(ResourceProvider):
    """Keeps what it is given."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create nothing."""
        return CreateResult("nothing", props)

    def update(self, _id: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Update nothing."""
        return UpdateResult(news)
