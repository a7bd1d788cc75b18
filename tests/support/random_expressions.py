"""JSONata, JSONPath and intrinsic expressions drawn at random, among them ones that grow, and how to run each.

Everything is drawn from the `Random` handed in. What is drawn is text of its grammar more often than not.
"""

from random import Random

from podium.core.expressions import jsonata, jsonpath
from podium.core.expressions.errors import EvaluationError, InvalidExpression
from podium.core.expressions.jsonata import UNDEFINED, JsonataError
from podium.core.expressions.jsonata.environment import FixedEnvironment
from podium.core.expressions.jsonata.functions import BUILTINS
from podium.core.expressions.value import ValueNotFound, compile_value

DOCUMENT = {
    "a": 1,
    "b": [1, "x", {"a": 2.5, "c": None}, [3, [4]]],
    "c": {"a": "text", "b": []},
    "d": True,
    "e": -3,
    "t": "a" * 400 + "b",
    "n": list(range(300)),
    "deep": [[[[[{"a": [[1], [2]]}]]]]],
}
NUMBERS = ("0", "1", "-1", "2", "2.5", "3", "10", "100", "9999", "1e6", "9999999", "1e300", "-0", "2147483648")
LEAVES = (
    "$",
    "$v",
    "$v.a",
    "$v.b",
    "$v.c",
    "$v.t",
    "$v.n",
    "$v.**",
    "$v.*",
    "$x",
    "null",
    "true",
    "false",
    "''",
    "'x'",
    "'a1b'",
    "[]",
    "{}",
    "/a|b/",
    "/(a+)+$/",
    "/(?=(a|aa)+$)b/",
    r"/(.)\\1/",
    "$uppercase",
    "$sum",
    "missing",
    "'[Y]-[M]'",
    "'#,##0.0'",
)
OPERATORS = ("+", "-", "*", "/", "%", "=", "!=", "<", ">=", "&", "and", "or", "in", ".", "~>")
SHAPES = (
    "{0}.{1}",
    "{0}[{1}]",
    "[{0}, {1}..{2}]",
    "[{0}..{1}]",
    "{0}{{$string({1}): {2}}}",
    "{0}^(>{1})",
    "({0})@$x.{1}#$i",
    "($x := {0}; {1})",
    "({0} ? {1} : {2})",
    "{0} ~> |{1}|{{'z': $}}, 'a'|",
    "function($x, $i){{ {0} }}",
    "{0}[]",
    "-({0})",
    "$map({0}, function($x, $i, $a){{ {1} }})",
    "$filter({0}, function($x){{ {1} }})",
    "[{0}].({1})",
    "$reduce({0}, function($x, $y){{ {1} }})",
    "$sort({0}, function($x, $y){{ {1} }})",
    "$pad({0}, {1}, {2})",
    "($f := function($x){{ {0} ? $f({1}) : {2} }}; $f({1}))",
    "($f := function($x, $n){{ $n < 1 ? $x : $f({0}, $n - 1) }}; $f({1}, 40))",
    "($x := {0}; $x & $x & $x)",
    "$append({0}, {0})",
    "{{'a': {0}, 'b': {1}}}",
    "$string({0})",
    "$match({0}, {1})",
    "$replace({0}, {1}, {2})",
    "$split({0}, {1})",
    "[1..300].({0})",
    "$each({0}, function($x){{ {1} }})",
)
PIECES = (
    *"abcde.[](){},;:?@#%*&|^~<>=!+-/\\'\"`$ 0123456789",
    "**",
    ":=",
    "..",
    "~>",
    "and",
    "$v",
    "function($x)",
    "/a+/i",
)


def jsonata_text(random: Random, depth: int = 4) -> str:
    """A JSONata expression."""
    if random.random() < 0.1 and depth == 4:
        return "".join(random.choices(PIECES, k=random.randint(1, 30)))
    if depth == 0 or random.random() < 0.2:
        return random.choice(LEAVES) if random.random() < 0.6 else random.choice(NUMBERS)
    parts = [jsonata_text(random, depth - 1) for _ in range(3)]
    kind = random.random()
    if kind < 0.25:
        return f"({parts[0]}) {random.choice(OPERATORS)} ({parts[1]})"
    if kind < 0.5:
        return f"${random.choice(sorted(BUILTINS))}({', '.join(parts[: random.randint(0, 3)])})"
    return random.choice(SHAPES).format(*parts)


STEPS = (
    ".a",
    ".b",
    ".n",
    ".t",
    "..a",
    "..*",
    "[*]",
    ".*",
    "[0]",
    "[-1]",
    "[1:3]",
    "[:2]",
    "[0,1]",
    "['a','b']",
    "..[0]",
    "[0,0,0,0]",
    ".length()",
    ".max()",
    ".sum()",
    ".keys()",
    ".concat($.t, $..*)",
    ".append(1)",
    ".first()",
    ".index(-1)",
    "[(@.length-1)]",
)
CONDITIONS = (
    "@.a",
    "@ > 1",
    "@.a == 2.5",
    "@ =~ /(a+)+$/",
    "@ =~ /(?=(a|aa)+$)b/",
    "@ in [1,2]",
    "@.a == $.a",
    "$..a",
    "!@.a",
    "@ size 3",
    "@ == word",
    "@.b[?(@.a)]",
    "@.length() > 1",
    "@ subsetof [1]",
    "@ empty true",
    "@ anyof $.n",
    "(@.a || @.b) && @.c",
)


def jsonpath_text(random: Random) -> str:
    """A JSONPath."""
    if random.random() < 0.1:
        return "$" + "".join(random.choices(".[]()*?@',:0123456789ab=!<>~/ ", k=random.randint(1, 20)))
    steps = [
        f"[?({random.choice(CONDITIONS)})]" if random.random() < 0.25 else random.choice(STEPS)
        for _ in range(random.randint(0, 12))
    ]
    return "$" + "".join(steps)


CALLS = (
    "Format",
    "StringToJson",
    "JsonToString",
    "Array",
    "ArrayPartition",
    "ArrayContains",
    "ArrayRange",
    "ArrayGetItem",
    "ArrayLength",
    "ArrayUnique",
    "Base64Encode",
    "Base64Decode",
    "Hash",
    "JsonMerge",
    "MathRandom",
    "MathAdd",
    "StringSplit",
    "UUID",
    "Nope",
)
ARGUMENTS = (
    "$",
    "$.a",
    "$.n",
    "$.b[*]",
    "$$.X",
    "$v",
    "'{} {}'",
    "'SHA-1'",
    "'eyJ9'",
    "'[1,2]'",
    "true",
    "null",
    "'it\\'s'",
)


def intrinsic_text(random: Random, depth: int = 4) -> str:
    """An intrinsic function call."""
    arguments = [
        intrinsic_text(random, depth - 1) if depth and random.random() < 0.4 else random.choice((*ARGUMENTS, *NUMBERS))
        for _ in range(random.randint(0, 4))
    ]
    text = f"States.{random.choice(CALLS)}({', '.join(arguments)})"
    return text[: random.randint(1, len(text))] if random.random() < 0.05 else text


class Scope(FixedEnvironment):
    """What expressions see beside their input."""

    variables = {"v": DOCUMENT}  # noqa: RUF012

    def context(self):
        """The context object."""
        return {"X": [1]}


def run_jsonata(text: str) -> object:
    """The value, or None where the expression or its evaluation is refused."""
    try:
        return jsonata.compile(text, later_grammar=True).evaluate(UNDEFINED, {"v": DOCUMENT}, environment=Scope())
    except JsonataError as error:
        return None if error.code and error.message else error


def run_jsonpath(text: str) -> object:
    """The same for a path."""
    try:
        return jsonpath.compile(text, bare_words=True).evaluate(DOCUMENT)
    except (InvalidExpression, jsonpath.PathNotFound):
        return None


def run_intrinsic(text: str) -> object:
    """The same for a call."""
    try:
        return compile_value(text).evaluate(DOCUMENT, Scope())
    except (InvalidExpression, EvaluationError, ValueNotFound):
        return None


KINDS = ((jsonata_text, run_jsonata), (jsonpath_text, run_jsonpath), (intrinsic_text, run_intrinsic))
"""How each language is drawn and run."""
