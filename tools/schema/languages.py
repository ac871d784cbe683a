"""What the schema says to each language's generator: names of packages, what they depend on, npm's README."""

from __future__ import annotations

from typing import Any, Final

from .examples import CONFIGURATION_TYPESCRIPT

REPOSITORY: Final = "https://github.com/pulumi-sendblue/pulumi-sendblue"
DOWNLOADS: Final = "github://api.github.com/pulumi-sendblue/pulumi-sendblue"
"""The releases of that repository, as the engine and `pulumi install` ask for them: they need no registry's word."""
_PAGES: Final = f"{REPOSITORY}/blob/main"
_GO_MODULE: Final = "github.com/pulumi-sendblue/pulumi-sendblue/sdk/go"
_LOWEST_SDK: Final = "3.231.0"  # as in pyproject.toml

_NPM_README: Final = f"""\
# pulumi-sendblue

Manage a [Sendblue](https://sendblue.com) account's webhooks with [Pulumi](https://www.pulumi.com): previewed, watched
for drift, never clobbered by accident. This is the SDK for Node.js of an unofficial provider, which is not made or
endorsed by Sendblue or Pulumi.

```console
$ npm install pulumi-sendblue
```

```typescript
{CONFIGURATION_TYPESCRIPT}```

`WebhookConfiguration` is authoritative for the whole account: what it does not declare is drift. `Webhook` is one entry
beside whatever else the account has. `getWebhookConfigurationOutput` reads the account.

- [What it does, how to configure it, and what it refuses]({REPOSITORY}#readme)
- [The plugin that the SDK needs]({_PAGES}/docs/plugin.md)
- [Examples]({REPOSITORY}/tree/main/examples)
- [Changelog]({_PAGES}/CHANGELOG.md)

Apache-2.0
"""
"""npm shows it away from the repository, so its links are absolute."""

LANGUAGES: Final[dict[str, Any]] = {
    "python": {
        "packageName": "pulumi_sendblue",
        "requires": {"pulumi": f">={_LOWEST_SDK},<4.0.0"},
        "pythonRequires": ">=3.10",
        "inputTypes": "classes-and-dicts",
        "pyproject": {"enabled": True},
        "respectSchemaVersion": True,
    },
    "nodejs": {
        "packageName": "pulumi-sendblue",
        "packageDescription": "Manage a Sendblue account's webhooks with Pulumi.",
        "readme": _NPM_README,
        "dependencies": {"@pulumi/pulumi": f"^{_LOWEST_SDK}"},
        "devDependencies": {"@types/node": "^20.0.0"},
        "typescriptVersion": "^5.0.0",
        "respectSchemaVersion": True,
    },
    "go": {
        "importBasePath": f"{_GO_MODULE}/sendblue",
        "modulePath": _GO_MODULE,
        "generateResourceContainerTypes": False,
        "respectSchemaVersion": True,
    },
    # The release makes these two by `pulumi package gen-sdk`. The NuGet package is named by both namespaces; those
    # that begin with `Pulumi.` or `Sendblue.` are their owners' to give.
    "csharp": {
        "rootNamespace": "PulumiSendblue",
        "namespaces": {"sendblue": "Sendblue"},
        "packageReferences": {"Pulumi": "3.*"},
        "respectSchemaVersion": True,
    },
    # Always has the schema's version. The Maven group is that of the repository's owner: tools/maven.init.gradle.
    "java": {
        "basePackage": "io.github.pulumisendblue",
        "buildFiles": "gradle",
        "dependencies": {
            "com.google.code.findbugs:jsr305": "3.0.2",
            "com.google.code.gson:gson": "2.8.9",
            "com.pulumi:pulumi": "1.16.2",
        },
    },
}
"""By the generator's name."""
