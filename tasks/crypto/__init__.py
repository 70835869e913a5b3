"""Steps of a price prediction."""
