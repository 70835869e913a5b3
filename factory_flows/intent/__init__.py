"""What someone wants, as far as the words say it."""
