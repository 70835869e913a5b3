"""Steps of image generation: each joins a model with a block."""
