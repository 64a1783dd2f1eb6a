"""What a course asks: concepts, questions with answers, cards; the drill has its own folder."""
