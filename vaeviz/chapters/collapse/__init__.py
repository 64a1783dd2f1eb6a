"""The page Collapse: provoke posterior collapse, predict it, diagnose it, cure it."""
