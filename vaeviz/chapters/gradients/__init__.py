"""The chapter "Gradients": how they pass a random draw, and how one checks that they do."""
