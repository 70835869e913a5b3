"""Steps of a fraud analysis and of training its detector."""
