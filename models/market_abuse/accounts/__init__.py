"""Accounts on Ethereum: how alike each is to those that were reported for fraud, and by which of its figures."""
