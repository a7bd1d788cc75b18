"""Function signatures `<...>`: parsing them, and checking and completing arguments against them.

Arguments are written as a string of type letters and matched with a regular expression made from the signature, as
the reference implementation does; the expression is the author's in part, hence the bounded engine.
Exact matches of plain parameters, nearly all calls, take a shorter way.
"""

from typing import Any, Final

import re2

from podium.core.expressions.jsonata.errors import JsonataError
from podium.core.expressions.jsonata.values import ARRAY_CLASSES, UNDEFINED, Function

_PLURALS: Final = {
    "a": "arrays",
    "b": "booleans",
    "f": "functions",
    "n": "numbers",
    "o": "objects",
    "s": "strings",
}
_REMEMBERED_MAX: Final = 64
_ANY: Final = "[asnblfom]"
_SYMBOLS: Final[dict[type, str]] = {
    str: "s",
    int: "n",
    float: "n",
    bool: "b",
    type(None): "l",
    dict: "o",
    UNDEFINED.__class__: "m",
    **dict.fromkeys(ARRAY_CLASSES, "a"),
}


class Parameter:
    """One parameter: what it accepts and where a missing argument comes from."""

    __slots__ = ("context", "context_symbols", "pattern", "quantifier", "subtype", "symbol")

    def __init__(self, symbol: str, pattern: str) -> None:
        self.symbol = symbol
        self.pattern = pattern
        self.quantifier = ""
        self.subtype: str | None = None
        self.context = False
        self.context_symbols = ""


class _FastParameter:
    """What a parameter accepts as it is, by class."""

    __slots__ = ("classes", "functions", "items", "optional")

    def __init__(self, parameter: Parameter) -> None:
        letters = parameter.pattern
        accepted = {cls for cls, symbol in _SYMBOLS.items() if symbol in letters}
        if parameter.symbol == "a":
            # Anything else has to be wrapped in an array.
            accepted &= ARRAY_CLASSES | {UNDEFINED.__class__}
        if parameter.quantifier == "+":
            accepted = set()  # takes any number of arguments: left to the regular expression
        self.classes = frozenset(accepted)
        self.functions = "f" in letters and parameter.symbol != "a" and parameter.quantifier != "+"
        self.optional = parameter.quantifier == "?" and not parameter.context
        subtype = parameter.subtype
        self.items: frozenset[type] | None = None
        if parameter.symbol == "a" and subtype is not None:
            self.items = frozenset(cls for cls, symbol in _SYMBOLS.items() if symbol == subtype[:1])

    def fits(self, argument: Any) -> bool:
        cls = argument.__class__
        if cls not in self.classes:
            return self.functions and isinstance(argument, Function)
        if self.items is None or argument is UNDEFINED:
            return True
        classes: Any = map(type, argument)
        return self.items.issuperset(classes)


def symbol_of(value: Any) -> str:
    """The type letter of a value; `m` (missing) for undefined."""
    symbol = _SYMBOLS.get(value.__class__)
    if symbol is not None:
        return symbol
    return "f" if isinstance(value, Function) else "m"


class Signature:
    """A parsed signature.

    Raises:
        JsonataError: S0401 or S0402, with the offset in the signature as position.
    """

    __slots__ = ("_groups", "_regex", "definition", "fast_parameters", "parameters")

    def __init__(self, definition: str) -> None:
        self.definition = definition
        self.parameters = _parse(definition)
        pattern = "".join([f"({p.pattern}{p.quantifier})" for p in self.parameters])
        try:
            self._regex = re2.compile(f"^{pattern}$", _quiet())
        except re2.error:
            raise JsonataError("S0402", value=definition, position=0) from None
        #: Which letters went to which parameter, for kinds of calls seen before: matching is slow.
        self._groups: dict[str, tuple[str, ...]] = {}
        self.fast_parameters = [_FastParameter(p) for p in self.parameters]

    def validate(self, arguments: list[Any], context: Any) -> list[Any]:
        """The arguments to hand over: checked, made an array where one is wanted, taken from the context if missing.

        Raises:
            JsonataError: T0410, T0411 or T0412.
        """
        fitting = self._fitting(arguments)
        if fitting is not None:
            return fitting
        supplied = "".join([symbol_of(argument) for argument in arguments])
        groups = self._groups.get(supplied)
        if groups is None:
            match = self._regex.search(supplied)
            if match is None:
                raise self._mismatch(arguments, supplied)
            groups = match.groups("")
            if len(self._groups) < _REMEMBERED_MAX:
                self._groups[supplied] = groups
        return self._complete(arguments, context, groups)

    def _fitting(self, arguments: list[Any]) -> list[Any] | None:
        """The arguments if each fits its parameter as it is, and only optional ones are missing."""
        fast = self.fast_parameters
        if len(arguments) > len(fast):
            return None
        for argument, parameter in zip(arguments, fast, strict=False):
            if not parameter.fits(argument):
                return None
        missing = len(fast) - len(arguments)
        if not missing:
            return arguments
        if not all(parameter.optional for parameter in fast[-missing:]):
            return None
        return arguments + [UNDEFINED] * missing

    def _complete(self, arguments: list[Any], context: Any, groups: tuple[str, ...]) -> list[Any]:
        validated: list[Any] = []
        index = 0
        for parameter, symbols in zip(self.parameters, groups, strict=True):
            if symbols == "":
                if parameter.context:
                    if symbol_of(context) not in parameter.context_symbols:
                        raise JsonataError("T0411", value=context, index=index + 1)
                    validated.append(context)
                else:
                    validated.append(arguments[index] if index < len(arguments) else UNDEFINED)
                    index += 1
                continue
            for symbol in symbols:
                # A missing optional parameter before `+` has taken its place in the count already.
                argument = arguments[index] if index < len(arguments) else UNDEFINED
                if parameter.symbol == "a" and symbol != "m":
                    _check_items(parameter, argument, symbol, symbols, index)
                    if symbol != "a":
                        argument = [argument]
                validated.append(argument)
                index += 1
        return validated

    def _mismatch(self, arguments: list[Any], supplied: str) -> JsonataError:
        # Which argument is wrong: the one where growing prefixes of the signature stop matching.
        partial = "^"
        good_to = 0
        for parameter in self.parameters:
            partial += parameter.pattern + parameter.quantifier
            match = re2.compile(partial, _quiet()).search(supplied)
            if match is None:
                break
            good_to = match.end()
        value = arguments[good_to] if good_to < len(arguments) else UNDEFINED
        return JsonataError("T0410", value=value, index=good_to + 1)


def _check_items(parameter: Parameter, argument: Any, symbol: str, symbols: str, index: int) -> None:
    subtype = parameter.subtype
    if subtype is None:
        return
    if symbol == "a":
        kinds = set(map(symbol_of, argument))
        good = not kinds or kinds == {subtype[:1]}
    else:
        good = symbols == subtype
    if not good:
        raise JsonataError("T0412", value=argument, index=index + 1, type=_PLURALS.get(subtype))


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def _parse(definition: str) -> list[Parameter]:
    parameters: list[Parameter] = []
    last = Parameter("", "")
    position = 1
    while position < len(definition):
        symbol = definition[position]
        if symbol == ":":
            break  # the type of the result is not checked
        parameter: Parameter | None = None
        if symbol in "snblo":
            parameter = Parameter(symbol, f"[{symbol}m]")
        elif symbol in "ax":
            parameter = Parameter(symbol, _ANY)
        elif symbol == "f":
            parameter = Parameter(symbol, "f")
        elif symbol == "j":
            parameter = Parameter(symbol, "[asnblom]")
        elif symbol == "-":
            last.context = True
            last.context_symbols = last.pattern
            last.quantifier += "?"
        elif symbol in "?+":
            last.quantifier += symbol
        elif symbol == "(":
            end = _closing(definition, position, "(", ")")
            choice = definition[position + 1 : end]
            if "<" in choice:
                raise JsonataError("S0402", value=choice, position=position)
            parameter = Parameter(f"({choice})", f"[{choice}m]")
            position = end
        elif symbol == "<":
            if last.symbol not in ("a", "f"):
                raise JsonataError("S0401", value=last.symbol, position=position)
            end = _closing(definition, position, "<", ">")
            last.subtype = definition[position + 1 : end]
            position = end
        if parameter is not None:
            parameters.append(parameter)
            last = parameter
        position += 1
    return parameters


def _closing(text: str, start: int, opening: str, closing: str) -> int:
    depth = 1
    position = start
    while position < len(text):
        position += 1
        symbol = text[position : position + 1]
        if symbol == closing:
            depth -= 1
            if depth == 0:
                break
        elif symbol == opening:
            depth += 1
    return position
