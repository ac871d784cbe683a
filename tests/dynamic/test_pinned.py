"""What the state holds of the dynamic front end: each provider, pickled by reference."""

from __future__ import annotations

import base64
import pickle

import dill  # type: ignore[import-untyped]
import pytest
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider

from .conftest import unpickled
from .pinned import OF_CLASS, PINNED


@pytest.mark.parametrize("provider_class", OF_CLASS)
def test_the_pickled_provider_is_pinned(provider_class: type[ResourceProvider]) -> None:
    """Each provider is serialized to exactly the string that users' state holds."""
    assert OF_CLASS[provider_class][pickle.DEFAULT_PROTOCOL] == serialize_provider(provider_class())


@pytest.mark.parametrize("protocol", PINNED)
@pytest.mark.parametrize("provider_class", OF_CLASS)
def test_every_pinned_string_is_the_provider(provider_class: type[ResourceProvider], protocol: int) -> None:
    """What any Python version put into the state is unpickled to the provider's class, with no state."""
    made = unpickled(OF_CLASS[provider_class][protocol])

    assert provider_class is type(made)
    assert {} == vars(made)
    pickled = dill.dumps(made, protocol=protocol, recurse=True)
    assert base64.b64encode(pickled).decode() == OF_CLASS[provider_class][protocol]


@pytest.mark.parametrize("provider_class", OF_CLASS)
def test_the_pickle_is_not_a_secret(provider_class: type[ResourceProvider]) -> None:
    """The state shows the provider in the clear: it captures nothing."""
    assert provider_class.serialize_as_secret_always is False
