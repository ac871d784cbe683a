"""What is desired against what is live: one plan, its rules, and how it is carried out."""
