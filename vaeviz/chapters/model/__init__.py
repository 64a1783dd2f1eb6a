"""What chapters about one model share: which model answers, and records for their figures."""
