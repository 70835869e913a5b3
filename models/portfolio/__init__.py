"""Portfolios of coins: how much they can lose, target weights, orders, and how strategies did after costs."""
