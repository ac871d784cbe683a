"""Resource options of a dynamic resource: what Pulumi would drop in silence is refused, the rest made to fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pulumi

_PACKAGE: Final = "sendblue"
_ANY_TYPE: Final = "sendblue:index:Webhook"
_INSTEAD_OF_IMPORT: Final = {
    "WebhookConfiguration": "declare what is on the account: the first `pulumi up` takes it over with no write",
    "Webhook": "the first `pulumi up` takes an equal entry of the account over with no write",
}


def checked_options(kind: str, name: str, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Check the options, and make them fit a dynamic resource.

    Paths in `ignore_changes` are written as the engine compares them. The plugin's type becomes an alias: a stack that
    used the plugin keeps its resource.

    Args:
        kind: `WebhookConfiguration` or `Webhook`.
        name: The resource's name.
        opts: The program's options.

    Raises:
        pulumi.RunError: they ask for an import, name a `sendblue.Provider`, or ignore changes of no property.
    """
    if opts is not None:
        if opts.import_ is not None:  # the engine cannot import a dynamic resource
            raise pulumi.RunError(
                f"The {kind} {name!r} cannot be imported, since it is a dynamic resource. Leave import_ out"
                f"{' and ' if kind == 'WebhookConfiguration' else ': '}{_INSTEAD_OF_IMPORT[kind]}"
            )
        refuse_provider(_described(kind, name), opts)
    moved = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=f"{_PACKAGE}:index:{kind}")])
    merged = pulumi.ResourceOptions.merge(opts, moved)
    if merged.ignore_changes:
        merged.ignore_changes = _schema_paths(kind, name, merged.ignore_changes)
    return merged


def refuse_provider(what: str, opts: pulumi.ResourceOptions | pulumi.InvokeOptions | None) -> None:
    """Refuse options by which a `sendblue.Provider` is to choose the account; other packages' providers are welcome.

    Args:
        what: What has the options, in the reader's words.
        opts: They can name the provider in `provider`, in `providers`, or in those of the parent.

    Raises:
        pulumi.RunError: they do.
    """
    if opts is None:
        return
    given = [] if opts.provider is None else [opts.provider]
    if isinstance(opts, pulumi.ResourceOptions) and opts.providers:
        given += [*opts.providers.values()] if isinstance(opts.providers, Mapping) else [*opts.providers]
    if opts.parent is not None and (inherited := opts.parent.get_provider(_ANY_TYPE)) is not None:
        given.append(inherited)
    for provider in given:
        if provider.package == _PACKAGE:
            raise _no_provider(what, provider)


def refuse_own_provider(resource: pulumi.CustomResource) -> None:
    """Refuse a `sendblue.Provider` that a transformation has given to a resource.

    Raises:
        pulumi.RunError: there is one.
    """
    if (provider := resource.get_provider(_ANY_TYPE)) is not None:
        raise _no_provider(_described(type(resource).__name__, resource.pulumi_resource_name), provider)


def _schema_paths(kind: str, name: str, texts: Iterable[str]) -> list[str]:
    # Loaded only here: it is a part of the provider that programs do not load.
    from sendblue_provider.resources.paths import engine_path, read_paths

    resource_type = f"{_PACKAGE}:index:{kind}"
    paths = read_paths(texts, resource_type)
    if paths.unknown:
        from sendblue_provider.messages.text import unknown_paths_text
        from sendblue_provider.resources.names import python_name

        told = unknown_paths_text(resource_type, paths.unknown, python_name)
        raise pulumi.RunError(f"{_described(kind, name)} is refused: {told}")
    return [engine_path(path) for path in paths.known]


def _described(kind: str, name: str) -> str:
    return f"The {kind} {name!r}"


def _no_provider(what: str, provider: pulumi.ProviderResource) -> pulumi.RunError:
    return pulumi.RunError(
        f"{what} of pulumi_sendblue.dynamic cannot use the sendblue.Provider {provider.pulumi_resource_name!r}: it "
        "works on the account that the stack's configuration names. Take the provider out of its options and of its "
        "parents', or import pulumi_sendblue, which needs the plugin and takes it"
    )
