"""Live training outside the app's process: its folder, its worker and the queue before it."""
