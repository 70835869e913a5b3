"""The real-time scorer: a resident process that judges payments and stores each verdict before it answers."""
