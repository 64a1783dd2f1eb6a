"""Record in, figure out; one idea a file. `layout.meta` carries title, source and alt text."""
