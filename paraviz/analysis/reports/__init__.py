"""What is found in a trace, told: as text for people and as JSON for machines."""
