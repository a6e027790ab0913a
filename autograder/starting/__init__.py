"""How a semester starts: a course folder of one's own, and a look at everything that it needs."""
