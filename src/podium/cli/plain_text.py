"""Text from anywhere, made fit for one line of a terminal."""


def printable(text: str) -> str:
    """One line with nothing in it that a terminal would obey: names and causes come from anywhere."""
    line = " ".join(text.split())
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)
