"""The chapter "Quiz": questions and cards on all of the course."""
