"""What is desired against what is live: one plan, its rules, and what the resources of one run declare. Pure."""
