"""Definition documents as people write them: JSON, or YAML with comments. What reads YAML is in `yaml_text`."""

from podium.cli.errors import FAILED, CommandError
from podium.cli.sources import STDIN, read_text


def read_definition(source: str) -> tuple[str, str]:
    """A definition file's own text, and the same as JSON text.

    A text that opens with a brace is JSON and stays as it is, faults included: the validator words those. Anything
    else is YAML.

    Raises:
        CommandError: it cannot be read, or is YAML that cannot be a definition, with the place of the fault.
    """
    text = read_text(source)
    if text.lstrip()[:1] in ("{", "[", '"', "") or not _looks_like_yaml(source, text):
        return text, text
    # Imported when the first YAML is met: a JSON file should not wait for it.
    from podium.cli.yaml_text import NotADefinition, json_text

    try:
        return text, json_text(text)
    except NotADefinition as error:
        shown = "stdin" if source == STDIN else source
        raise CommandError(f"{shown}{error.place}: {error.reason}.", FAILED) from None


def _looks_like_yaml(source: str, text: str) -> bool:
    if source.endswith((".json", ".asl")):
        return False
    return source.endswith((".yaml", ".yml")) or ":" in text
