"""Steps of sentiment: posts from their sources, which of them count, what they say, and the training behind it."""
