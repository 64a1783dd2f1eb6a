"""The page Collapse: posterior collapse, provoked, predicted, diagnosed, cured."""
