"""The chapter "Gradients": how a gradient passes through a random draw."""
