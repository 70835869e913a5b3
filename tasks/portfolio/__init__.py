"""Steps of assessing and rebalancing a portfolio."""
