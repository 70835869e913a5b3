"""The steps from words to an application that was seen to run, as tasks."""
