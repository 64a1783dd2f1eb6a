"""Pure functions from outputs to frozen, named, per-example terms; weights combine them
elsewhere.
"""
