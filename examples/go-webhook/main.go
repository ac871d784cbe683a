// One webhook beside whatever else a Sendblue account has.
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
	orders, err := sendblue.NewWebhook(ctx, "orders", &sendblue.WebhookArgs{
		Event: pulumi.String("receive"),
		Url:   pulumi.String("https://hooks.example.com/orders"),
		// Sent back by Sendblue in the header sb-signing-secret, so that the receiver knows who calls.
		Secret: config.New(ctx, "").RequireSecret("ordersSecret"),
	})
	if err != nil {
		return err
	}

	// What the account has for another event, whoever put it there. It is a secret if it holds one.
	account := sendblue.LookupWebhookConfigurationOutput(ctx)

	ctx.Export("url", orders.Url)
	ctx.Export("outbound", account.Outbound())
	return nil
}
