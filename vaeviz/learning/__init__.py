"""What a course asks: concepts, questions with their answers, cards; the drill has its folder."""
