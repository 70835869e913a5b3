"""Each stage before the writing as a flow of its own: what one gives, the next takes."""
