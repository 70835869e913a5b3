"""Steps of video generation: each joins a model with a block."""
