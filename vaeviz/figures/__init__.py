"""Record in, figure out; one idea per file. `layout.meta` has title, source and alt text."""
