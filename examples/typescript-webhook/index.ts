// One webhook beside whatever else a Sendblue account has.

import * as pulumi from "@pulumi/pulumi";
import * as sendblue from "pulumi-sendblue";

const config = new pulumi.Config();

const orders = new sendblue.Webhook("orders", {
    event: "receive",
    url: "https://hooks.example.com/orders",
    // Sent back by Sendblue in the header sb-signing-secret, so that the receiver knows who calls.
    secret: config.requireSecret("ordersSecret"),
});

// What the account has for another event, whoever put it there. It is a secret if it holds one.
const account = sendblue.getWebhookConfigurationOutput();

export const url = orders.url;
export const outbound = account.outbound;
