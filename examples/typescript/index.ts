// A Sendblue account's webhooks.

import * as pulumi from "@pulumi/pulumi";
import * as sendblue from "pulumi-sendblue";

const config = new pulumi.Config();

const webhooks = new sendblue.WebhookConfiguration("webhooks", {
    receive: [
        "https://hooks.example.com/inbound",
        // An endpoint with a secret of its own, called for one of the account's numbers alone.
        {
            url: "https://hooks.example.com/support",
            secret: config.requireSecret("supportSecret"),
            sendblueNumbers: ["+15551234567"],
        },
    ],
    callLog: ["https://hooks.example.com/calls"],
    // Sent back by Sendblue in the header sb-signing-secret, so that the receiver knows who calls.
    globalSecret: config.requireSecret("globalSecret"),
});

export const callLog = webhooks.callLog;
