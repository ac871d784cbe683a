// A Sendblue account's webhooks.
package main

import (
	"github.com/pulumi-sendblue/pulumi-sendblue/sdk/go/sendblue"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	webhooks, err := sendblue.NewWebhookConfiguration(ctx, "webhooks", &sendblue.WebhookConfigurationArgs{
		Receive: pulumi.Array{
			pulumi.String("https://hooks.example.com/inbound"),
			// An endpoint with a secret of its own, called for one of the account's numbers alone.
			sendblue.WebhookEndpointArgs{
				Url:             pulumi.String("https://hooks.example.com/support"),
				Secret:          settings.RequireSecret("supportSecret"),
				SendblueNumbers: pulumi.StringArray{pulumi.String("+15551234567")},
			},
		},
		CallLog: pulumi.Array{pulumi.String("https://hooks.example.com/calls")},
		// Sent back by Sendblue in the header sb-signing-secret, so that the receiver knows who calls.
		GlobalSecret: settings.RequireSecret("globalSecret"),
	})
	if err != nil {
		return err
	}
	ctx.Export("callLog", webhooks.CallLog)
	return nil
}
