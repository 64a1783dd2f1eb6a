"""The quiz and the cards: questions on all of the course, and where to see the answers."""

from vaeviz.ui import opening

opening.page("learn")
