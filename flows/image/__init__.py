"""Image generation: pictures, their light, their materials, and the models that make them."""
