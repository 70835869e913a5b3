"""What stops a stack from running, said so that a person knows what to do."""


class StackError(Exception):
    """The stack cannot do what was asked; the message names the cause and the remedy."""
