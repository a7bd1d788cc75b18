"""A state machine's definition from its properties: one of three places, with its substitutions made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
DefinitionSubstitutions are made in the text, wherever it comes from: `${name}` gives the value as it is, so that a
file may have a number without quotes there; what isn't named in them stays.
"""

import json
import re
from typing import Any, Final

from podium.deploy.assets import Assets
from podium.deploy.documents import parse
from podium.deploy.errors import TemplateError
from podium.deploy.intrinsics import text_of

PLACES: Final = ("Definition", "DefinitionString", "DefinitionS3Location")
_VARIABLE: Final = re.compile(r"\$\{([^{}]+)\}")


def definition_text(properties: dict[str, Any], assets: Assets, place: str) -> str:
    """The definition as JSON text.

    Raises:
        TemplateError: there is none, or more than one, or its file can't be read.
    """
    given = [name for name in PLACES if name in properties]
    if len(given) != 1:
        raise TemplateError(place, f"one of {', '.join(PLACES)} must be there; {len(given)} are.")
    place = f"{place}/{given[0]}"
    value = properties[given[0]]
    substitutions = properties.get("DefinitionSubstitutions", {})
    if not isinstance(substitutions, dict):
        raise TemplateError(f"{place}/../DefinitionSubstitutions", "must be a mapping.")
    texts = {name: text_of(item, f"{place} ${{{name}}}") for name, item in substitutions.items()}

    def substituted(text: str) -> str:
        return _VARIABLE.sub(lambda found: texts.get(found[1], found[0]), text)

    if given[0] == "Definition":
        if not isinstance(value, dict):
            raise TemplateError(place, "must be a mapping; a definition as text is a DefinitionString.")
        return substituted(json.dumps(value, ensure_ascii=False))
    if given[0] == "DefinitionString":
        return substituted(text_of(value, place))
    return _from_file(value, assets, substituted, place)


def _from_file(value: Any, assets: Assets, substituted: Any, place: str) -> str:
    if isinstance(value, str):
        path = assets.local(value, place)
    elif isinstance(value, dict) and isinstance(value.get("Key"), str):
        path = assets.object(value["Key"], place)
    else:
        raise TemplateError(place, "must be a mapping of Bucket and Key, or a local path.")
    text: str = substituted(assets.text(path, place))
    if path.suffix in (".yaml", ".yml") or not text.lstrip().startswith("{"):
        return json.dumps(parse(text, str(path)), ensure_ascii=False)
    return text
