"""Market abuse: wash trades, pumps and dumps, spoofing and layering, accounts on chain that look like fraud."""
