"""The chapter "Gradients": how they arrive, and how one checks that they do."""
