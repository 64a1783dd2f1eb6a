"""Record in, go.Figure out; one idea a file. A figure's `layout.meta` carries its title, source and alt text."""
