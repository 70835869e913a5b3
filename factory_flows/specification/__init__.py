"""What is to be built, in full: the one contract between all generators."""
