"""Steps of video generation."""
