"""What Sendblue is. Knows nothing of Pulumi."""
