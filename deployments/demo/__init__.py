"""The main job in one command: a stack, one request, finished runs to look at."""
