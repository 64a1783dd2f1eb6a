"""The page "Training": one session's side of a live run."""
