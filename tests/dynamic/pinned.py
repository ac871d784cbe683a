"""What the state of users holds of the dynamic providers."""

from __future__ import annotations

from pulumi.dynamic import ResourceProvider

from sendblue_provider.dynamic import WebhookConfigurationProvider, WebhookProvider

# These strings are in users' state: if this test fails, their next refresh or destroy does too. The pickle protocol is
# Python's default, 4 up to 3.13 and 5 from 3.14 on.
PINNED = {
    4: "gASVQQAAAAAAAACMGXNlbmRibHVlX3Byb3ZpZGVyLmR5bmFtaWOUjBxXZWJob29rQ29uZmlndXJhdGlvblByb3ZpZGVylJOUKYGULg==",
    5: "gAWVQQAAAAAAAACMGXNlbmRibHVlX3Byb3ZpZGVyLmR5bmFtaWOUjBxXZWJob29rQ29uZmlndXJhdGlvblByb3ZpZGVylJOUKYGULg==",
}
PINNED_WEBHOOK = {
    4: "gASVNAAAAAAAAACMGXNlbmRibHVlX3Byb3ZpZGVyLmR5bmFtaWOUjA9XZWJob29rUHJvdmlkZXKUk5QpgZQu",
    5: "gAWVNAAAAAAAAACMGXNlbmRibHVlX3Byb3ZpZGVyLmR5bmFtaWOUjA9XZWJob29rUHJvdmlkZXKUk5QpgZQu",
}
OF_CLASS: dict[type[ResourceProvider], dict[int, str]] = {
    WebhookConfigurationProvider: PINNED,
    WebhookProvider: PINNED_WEBHOOK,
}
