"""What the package's documentation shows besides its words: a program in each language, and how to import.

In the form that Pulumi's generators and registry read: each SDK gets its own language's. `make sdk-check` builds them.
"""

from __future__ import annotations

from typing import Final

_FORM: Final = """\
{{{{% examples %}}}}
## Example Usage

{{{{% example %}}}}

{programs}
{{{{% /example %}}}}
{{{{% /examples %}}}}
"""


def _examples(**programs: str) -> str:
    """Put programs, by their language, into the form that they are read in."""
    return _FORM.format(programs="\n".join(f"```{language}\n{text}```\n" for language, text in programs.items()))


_CONFIGURATION_PYTHON: Final = """\
import pulumi
import pulumi_sendblue as sendblue

config = pulumi.Config()
webhooks = sendblue.WebhookConfiguration(
    "webhooks",
    receive=[
        "https://example.com/inbound",
        sendblue.WebhookEndpointArgs(url="https://example.com/audit", secret=config.require_secret("auditSecret")),
    ],
    call_log=["https://example.com/calls"],
    global_secret=config.require_secret("globalSecret"),
)
"""

CONFIGURATION_TYPESCRIPT: Final = """\
import * as pulumi from "@pulumi/pulumi";
import * as sendblue from "pulumi-sendblue";

const config = new pulumi.Config();
const webhooks = new sendblue.WebhookConfiguration("webhooks", {
    receive: [
        "https://example.com/inbound",
        { url: "https://example.com/audit", secret: config.requireSecret("auditSecret") },
    ],
    callLog: ["https://example.com/calls"],
    globalSecret: config.requireSecret("globalSecret"),
});
"""

_CONFIGURATION_GO: Final = """\
package main

import (
	"github.com/pulumi-sendblue/pulumi-sendblue/sdk/go/sendblue"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		_, err := sendblue.NewWebhookConfiguration(ctx, "webhooks", &sendblue.WebhookConfigurationArgs{
			Receive: pulumi.Array{
				pulumi.String("https://example.com/inbound"),
				sendblue.WebhookEndpointArgs{
					Url:    pulumi.String("https://example.com/audit"),
					Secret: settings.RequireSecret("auditSecret"),
				},
			},
			CallLog:      pulumi.Array{pulumi.String("https://example.com/calls")},
			GlobalSecret: settings.RequireSecret("globalSecret"),
		})
		return err
	})
}
"""

_CONFIGURATION_YAML: Final = """\
config:
  auditSecret:
    type: string
    secret: true
  globalSecret:
    type: string
    secret: true
resources:
  webhooks:
    type: sendblue:WebhookConfiguration
    properties:
      receive:
        - https://example.com/inbound
        - url: https://example.com/audit
          secret: ${auditSecret}
      callLog:
        - https://example.com/calls
      globalSecret: ${globalSecret}
"""

CONFIGURATION: Final = f"""\
{
    _examples(
        python=_CONFIGURATION_PYTHON,
        typescript=CONFIGURATION_TYPESCRIPT,
        go=_CONFIGURATION_GO,
        yaml=_CONFIGURATION_YAML,
    )
}
## Import

The id is always `account`:

```sh
pulumi import sendblue:index:WebhookConfiguration webhooks account
```

It prints a program that declares what is on the account, its secrets in the clear.
"""

_WEBHOOK_PYTHON: Final = """\
import pulumi
import pulumi_sendblue as sendblue

config = pulumi.Config()
inbound = sendblue.Webhook(
    "inbound",
    event="receive",
    url="https://example.com/inbound",
    secret=config.require_secret("inboundSecret"),
)
"""

_WEBHOOK_TYPESCRIPT: Final = """\
import * as pulumi from "@pulumi/pulumi";
import * as sendblue from "pulumi-sendblue";

const config = new pulumi.Config();
const inbound = new sendblue.Webhook("inbound", {
    event: "receive",
    url: "https://example.com/inbound",
    secret: config.requireSecret("inboundSecret"),
});
"""

_WEBHOOK_GO: Final = """\
package main

import (
	"github.com/pulumi-sendblue/pulumi-sendblue/sdk/go/sendblue"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		_, err := sendblue.NewWebhook(ctx, "inbound", &sendblue.WebhookArgs{
			Event:  pulumi.String("receive"),
			Url:    pulumi.String("https://example.com/inbound"),
			Secret: settings.RequireSecret("inboundSecret"),
		})
		return err
	})
}
"""

_WEBHOOK_YAML: Final = """\
config:
  inboundSecret:
    type: string
    secret: true
resources:
  inbound:
    type: sendblue:Webhook
    properties:
      event: receive
      url: https://example.com/inbound
      secret: ${inboundSecret}
"""

WEBHOOK: Final = f"""\
{
    _examples(
        python=_WEBHOOK_PYTHON,
        typescript=_WEBHOOK_TYPESCRIPT,
        go=_WEBHOOK_GO,
        yaml=_WEBHOOK_YAML,
    )
}
## Import

By its event and its URL, as `event:url`:

```sh
pulumi import sendblue:index:Webhook inbound receive:https://example.com/inbound
```

It prints a program that declares the entry, its secret in the clear. In the state the id is the event and a digest of
the URL, since a URL can be a secret and an id never is.
"""

_FUNCTION_PYTHON: Final = """\
import pulumi
import pulumi_sendblue as sendblue

live = sendblue.get_webhook_configuration_output()
pulumi.export("receive", live.receive)
"""

_FUNCTION_TYPESCRIPT: Final = """\
import * as sendblue from "pulumi-sendblue";

const live = sendblue.getWebhookConfigurationOutput();
export const receive = live.receive;
"""

_FUNCTION_GO: Final = """\
package main

import (
	"github.com/pulumi-sendblue/pulumi-sendblue/sdk/go/sendblue"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		live := sendblue.LookupWebhookConfigurationOutput(ctx)
		ctx.Export("receive", live.Receive())
		return nil
	})
}
"""

_FUNCTION_YAML: Final = """\
variables:
  live:
    fn::invoke:
      function: sendblue:getWebhookConfiguration
outputs:
  receive: ${live.receive}
"""

GET_CONFIGURATION: Final = _examples(
    python=_FUNCTION_PYTHON,
    typescript=_FUNCTION_TYPESCRIPT,
    go=_FUNCTION_GO,
    yaml=_FUNCTION_YAML,
)
