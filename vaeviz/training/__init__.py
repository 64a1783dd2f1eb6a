"""Training as generators of records; callers save, print and draw."""
