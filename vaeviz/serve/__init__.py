"""What all sessions of one server share: jobs, probe sets, models, runs and verdicts."""
