"""Pumps and dumps: a crowd that buys at once, seen in trades (25 seconds) or in candles (an hour)."""
