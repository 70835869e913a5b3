"""What is wrong with this machine or stack, and the remedy: `make doctor`."""
