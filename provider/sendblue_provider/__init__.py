"""The provider: one core (model, inputs, compare, client, account, lifecycle, report) and its front ends.

Users import `pulumi_sendblue`; nothing here is public but the import path of `dynamic.WebhookConfigurationProvider`,
which Pulumi's state holds and which therefore never moves.
"""
