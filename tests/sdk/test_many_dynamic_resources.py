"""Hundreds of dynamic resources in one program: what `pulumi.dynamic` wraps for each of them is undone."""

from __future__ import annotations

from typing import Final

from .conftest import ended as run

OWN: Final = """
import pickle
import pulumi.dynamic

__name__ = "__main__"

class Own(pulumi.dynamic.ResourceProvider):
    def __init__(self):
        self.state = {"b": {"c": 1}, "a": [{"d": 2}]}

class OwnResource(pulumi.dynamic.Resource):
    def __init__(self, name):
        super().__init__(Own(), name, {})

def methods():
    return [vars(pickle._Pickler)[name] for name in ("_batch_setitems", "save_dict")]

"""


def test_a_resource_of_the_programs_own_after_many_webhooks() -> None:
    """After 400 webhooks, a provider of the program's own is pickled as it is after none."""
    (ended,) = run(
        f"{OWN}"
        "alone = pulumi.dynamic.dynamic.serialize_provider(Own())\n"
        "for number in range(400):\n"
        "    sendblue.Webhook(f'w{number}', event='receive', url=f'https://example.com/{number}')\n"
        "OwnResource('own')\n"
        "same = alone == pulumi.dynamic.dynamic.serialize_provider(Own())\n"
        "outputs = {'same': pulumi.Output.from_input(same)}\n"
    )

    assert "error" not in ended
    assert True is ended["outputs"]["same"]["value"]


def test_no_more_than_that_is_undone() -> None:
    """The wraps of a resource of the program's own stay; those of ours go, also if its constructor fails."""
    (ended,) = run(
        f"{OWN}"
        "stock = methods()\n"
        "OwnResource('own')\n"
        "wrapped = methods()\n"
        "sendblue.Webhook('w', event='receive', url='https://example.com')\n"
        "after = methods()\n"
        "try:\n"
        "    sendblue.Webhook('', event='receive', url='https://example.com/2')\n"
        "except TypeError as error:\n"
        "    failed = str(error)\n"
        "told = {'kept': stock != wrapped == after, 'after': wrapped == methods(), 'failed': failed}\n"
        "outputs = {name: pulumi.Output.from_input(value) for name, value in told.items()}\n"
    )

    told = {name: output["value"] for name, output in ended["outputs"].items()}
    assert {"kept": True, "after": True, "failed": "Missing resource name argument (for URN creation)"} == told
