// Manage a Sendblue account's webhooks: previewed, watched for drift, never clobbered by accident.
package sendblue
