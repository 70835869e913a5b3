"""Wash trading: trades of an account with itself, in closed rings, or within a set that nets to nothing."""
