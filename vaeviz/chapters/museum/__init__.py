"""The chapter "Museum of bugs": mistakes that people make, measured."""
