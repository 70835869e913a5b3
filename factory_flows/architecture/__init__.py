"""How an application is laid out: its parts, what they may know of each other, and why."""
