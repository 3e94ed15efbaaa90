"""What is said of a trace: figures, findings, claims, reports, comparisons."""
