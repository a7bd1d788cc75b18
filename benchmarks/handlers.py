"""The function that Task steps call."""


def no_op(event: object, context: object) -> object:
    """Give the event back."""
    return event
