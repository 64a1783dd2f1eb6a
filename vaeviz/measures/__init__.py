"""Model + data -> record, with estimator, sample count and error."""
