"""What a trained network does at every (τ, d), and its plain arrays for the browser."""
