"""Spoofing and layering on order-book events; made and measured on a simulator of our own, for no labelled events of
real markets are public."""
