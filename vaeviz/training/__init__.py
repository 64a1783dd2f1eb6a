"""Training as generators of records; saving, printing and drawing belong to the callers."""
