"""JSONPath examples: one table per part of the grammar, values and messages as Jayway gives them."""

import pytest

from podium.core.expressions import jsonpath
from podium.core.expressions.errors import InvalidExpression

SHOP = {
    "name": "corner",
    "open": True,
    "closed": None,
    "limit": 10,
    "rates": [4, 2.5, 9],
    "grid": [[1, 2], [3, 4]],
    "mixed": ["a", 1, 1.0, None, True, "1"],
    "empty": [],
    "owner": {"first": "Ada", "last": "L", "address": {"city": "Bonn"}},
    "odd names": {"a.b": 1, "it's": 2, "$x": 3, "@y": 4, "back\\slash": 5},
    "goods": [
        {"id": "p", "price": 4, "tags": ["x", "y"], "label": "Pear"},
        {"id": "q", "price": 12.5, "tags": ["y"], "label": "quince", "stock": 0},
        {"id": "r", "price": 30, "tags": [], "label": ""},
        {"id": "s"},
    ],
}


def read(path, document=SHOP):
    return jsonpath.compile(path).evaluate(document)


def ids(condition):
    return "".join(read(f"$.goods[?({condition})].id"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", SHOP),
        ("$.name", "corner"),
        ("$.closed", None),
        ("$.owner.address.city", "Bonn"),
        ("$['owner']['first']", "Ada"),
        ('$["owner"].first', "Ada"),
        ("$.['owner'].first", "Ada"),
        ("$[ 'owner' ].first", "Ada"),
        ("$['odd names']['a.b']", 1),
        (r"$['odd names']['it\'s']", 2),
        ("$['odd names'].$x", 3),
        ("$['odd names'].@y", 4),
        (r"$['odd names']['back\\slash']", 5),
        (r"$['\u006e\u0061me']", "corner"),
        ("$.grid[1][0]", 3),
        ("$.rates[-1]", 9),
        ("$.owner['first','nope','last']", {"first": "Ada", "last": "L"}),
        ("name", "corner"),
        ("owner.first", "Ada"),
        ("@.name", "corner"),
        ("$.name ", "corner"),
        ("$.rates[0]]", 4),
        ("$.goods[0]id", "p"),
    ],
)
def test_definite_paths(path, value):
    assert read(path) == value
    assert jsonpath.compile(path).definite


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$.goods[*].id", ["p", "q", "r", "s"]),
        ("$.goods.*.id", ["p", "q", "r", "s"]),
        ("$.goods[*].price", [4, 12.5, 30]),
        ("$.owner.address[*]", ["Bonn"]),
        ("$.goods[0,2,9].id", ["p", "r"]),
        ("$.goods[-1, 0].id", ["s", "p"]),
        ("$.owner['first','nope'].x", []),
        ("$.goods[0,1]['id','stock']", [{"id": "p"}, {"id": "q", "stock": 0}]),
        ("$.goods[1:3].id", ["q", "r"]),
        ("$.goods[:2].id", ["p", "q"]),
        ("$.goods[2:].id", ["r", "s"]),
        ("$.goods[-2:].id", ["r", "s"]),
        ("$.goods[:-3].id", ["p"]),
        ("$.goods[1:-1].id", []),
        ("$.goods[-2:1].id", ["r", "s", "p"]),
        ("$.goods[0:4:3].id", ["p", "q", "r", "s"]),
        ("$.goods[0:99].id", ["p", "q", "r", "s"]),
        ("$.empty[0:1]", []),
        ("$..city", ["Bonn"]),
        ("$.grid..[0]", [[1, 2], 1, 3]),
        ("$.grid..[0][1]", [2, 4]),
        ("$.owner..*", ["Ada", "L", {"city": "Bonn"}, "Bonn"]),
        ("$..['first','last']", [{"first": "Ada", "last": "L"}]),
        ("$.goods..nope", []),
        ("$.closed[*]", []),
        ("$.name.*", []),
    ],
)
def test_indefinite_paths(path, values):
    assert read(path) == values
    assert not jsonpath.compile(path).definite


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("@.stock", "q"),
        ("!@.stock", "prs"),
        ("@['stock']", "q"),
        ("@.tags[0]", "pq"),
        ("@.price == 4", "p"),
        ("@.price == 4.0", "p"),
        ("@.price == '4'", "p"),
        ("@.price === '4'", ""),
        ("@.price != 4", "qrs"),
        ("@.price !== 4", "qrs"),
        ("@.price<5", "p"),
        ("@.price <= 12.50", "pq"),
        ("@.price > 4 && @.price < 20", "q"),
        ("@.price >= $.limit", "qr"),
        ("5 < @.price", "qr"),
        ("@.id > 'q'", "rs"),
        ("@.id=='p' || @.id=='s'", "ps"),
        ("@.id == 'p' && @.price == 9 || @.id == 's'", "s"),
        ("@.id == 's' && (@.price == 9 || @.id == 's')", "s"),
        ("!(@.price > 4)", "ps"),
        ("!@.price > 4", "qr"),
        ("@.id in ['p', 's']", "ps"),
        ("@.id IN ['p', s,]", "ps"),
        ("@.id nin ['p','s']", "qr"),
        ("@.price in $.rates", "p"),
        ("'y' in @.tags", "pq"),
        ("@.tags contains 'x'", "p"),
        ("@.label contains 'ea'", "p"),
        ("@.tags subsetof ['x','y','z']", "pqr"),
        ("@.tags anyof ['x']", "p"),
        ("@.tags noneof ['x']", "qr"),
        ("@.tags all ['x']", ""),
        ("@.tags size 1", "q"),
        ("@.label size 6", "q"),
        ("@.tags empty true", "r"),
        ("@.label empty false", "pq"),
        ("@.tags == ['y']", "q"),
        ("['y'] == @.tags", ""),
        ("@.tags.length() == 2", "p"),
        ("@.label =~ /p.*/i", "p"),
        ("@.label =~ /(quin|pea)ce?/", "q"),
        ("/.*e.*/ =~ @.label", "pq"),
        ("@.label =~ /ear/", ""),
        ("@.tags =~ /x|z/", "p"),
        ("@.price =~ /12\\.5/", "q"),
        ("@.missing == null", ""),
        ("@.price type 'x'", ""),
        ("@.tags[?(@ == 'y')]", "pqr"),
        ("@.id == $.goods[1].id", "q"),
    ],
)
def test_filters(condition, found):
    assert ids(condition) == found


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$.mixed[?(@ == null)]", [None]),
        ("$.mixed[?(@ == true)]", [True]),
        ("$.mixed[?(@ == 1)]", [1, 1.0, "1"]),
        ("$.mixed[?(@ == '1')]", [1, 1.0, "1"]),
        ("$.grid[?(@ == [3, 4])]", [[3, 4]]),
        ("$.grid[?(@ == [3.0, 4])]", []),
        ("$.grid[?(@[0] > 1)][1]", [4]),
        ("$.grid[?(@ contains 4)]", [[3, 4]]),
        ("$.owner[?(@.first == 'Ada')].last", ["L"]),
        ("$.owner[?(@.first == 'Bob')].last", []),
        ("$..[?(@.city)]", [{"city": "Bonn"}]),
        ("$.goods[?(@.price > 4)][?(@.stock)].id", ["q"]),
        # `$` alone asks the item itself, not the document.
        ("$.goods[?($.limit)].id", []),
        # Inside `..`, an object without the name makes the whole path not exist.
        ("$.goods[?(@..price)].id", ["p", "q", "r"]),
        ("$.owner[?(@..city)]", []),
    ],
)
def test_filters_elsewhere(path, values):
    assert read(path) == values


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.rates.sum()", 15.5),
        ("$.rates.min()", 2.5),
        ("$.rates.max()", 9.0),
        ("$.grid[0].avg()", 1.5),
        ("$.grid[0].stddev()", 0.5),
        ("$.rates.length()", 3),
        ("$.rates.size()", 3),
        ("$.owner.length()", 3),
        ("$.name.length()", None),
        ("$.owner.address.keys()", ["city"]),
        ("$.rates.first()", 4),
        ("$.rates.last()", 9),
        ("$.rates.index(1)", 2.5),
        ("$.rates.index(-2)", 2.5),
        ("$.rates.append(1)", [4, 2.5, 9, 1]),
        ("$.rates.append(1).sum()", 16.5),
        ("$.sum($.rates, 1, -0.5)", 16.0),
        ('$.concat($.owner.first, "-", $.name, 7)', "Ada-corner"),
        # An unescaped comma is lost: Jayway takes it for the one between parameters.
        ('$.concat("a, b")', "a b"),
        (r'$.concat("a\, b")', "a, b"),
        ("$.length($.goods)", 4),
        ("$..price.sum()", 46.5),
        ("$..tags.length()", 3),
        ("$.max($.rates.min(), 1)", 2.5),
    ],
)
def test_functions(path, value):
    result = read(path)
    assert result == value
    assert type(result) is type(value)
    assert jsonpath.compile(path).definite


def test_a_function_after_an_indefinite_token_applies_to_each_value():
    assert read("$.grid[*].sum()") == [3.0, 7.0]


def test_a_function_in_the_middle_of_an_indefinite_path_is_a_result_too():
    assert read("$.grid[*].append(9).length()") == [[1, 2, 9], 3, [3, 4, 9], 3]


def test_append_leaves_the_document_alone():
    document = {"a": [1]}
    assert read("$.a.append(2)", document) == [1, 2]
    assert document == {"a": [1]}


NOT_AN_OBJECT = (
    "This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'."
)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("$.nope", "No results for path: $['nope']"),
        ("$.owner.nope", "No results for path: $['owner']['nope']"),
        ("$.nope.deeper.still", "Missing property in path $['nope']"),
        ("$.owner.nope.deeper", "Missing property in path $['owner']['nope']"),
        ("$.a.b.c.d.e", "Missing property in path $['a']"),
        ("$.nope[0]", "Missing property in path $['nope']"),
        ("$.nope[*]", "Missing property in path $['nope']"),
        ("$.nope..x", "Missing property in path $['nope']"),
        ("$.nope.length()", "Missing property in path $['nope']"),
        ("$.rates[3]", "No results for path: $['rates'][3]"),
        ("$.rates[-4].x", "No results for path: $['rates'][-4]['x']"),
        ("$.closed[0]", "The path $['closed'] is null"),
        ("$.name[0]", "Filter: [0] can only be applied to arrays. Current context is: corner"),
        ("$.owner[1:].x", None),
        (
            "$.owner[0].x",
            "Filter: [0]['x'] can only be applied to arrays. "
            "Current context is: {first=Ada, last=L, address={city=Bonn}}",
        ),
        (
            "$.name.x",
            "Expected to find an object with property ['x'] in path $['name'] but found 'java.lang.String'. "
            + NOT_AN_OBJECT,
        ),
        (
            "$.closed.x",
            f"Expected to find an object with property ['x'] in path $['closed'] but found 'null'. {NOT_AN_OBJECT}",
        ),
        (
            "$.rates['a','b']",
            "Expected to find an object with property ['a','b'] in path $['rates'] but found 'java.util.ArrayList'. "
            + NOT_AN_OBJECT,
        ),
        ("$.empty.sum()", "Aggregation function attempted to calculate value using empty array"),
        ("$.rates.index(9)", None),
        ("$..sum()", "Current path token is a leaf"),
        ("$.nope.sum()", "Missing property in path $['nope']"),
        # After `()` Jayway reads the parenthesis again, as a name.
        ("$.owner.keys().length()", None),
        ("$.rates.median()", "Function with name: median does not exist."),
        ("$.name[?(@.x)]", "Filter: [?] can not be applied to primitives. Current context is: corner"),
        ("$.goods[?(@.price.sum() > 1)]", "Aggregation function attempted to calculate value using empty array"),
    ],
)
def test_missing_places(path, message):
    with pytest.raises(jsonpath.PathNotFound) as raised:
        read(path)
    if message:
        assert str(raised.value) == message


@pytest.mark.parametrize(
    "path",
    [
        "",
        " ",
        "$.",
        "$..",
        "$a",
        "$.a.",
        "$.a..",
        "$...a",
        " $.a",
        "$. a",
        "$.a b",
        "$[a]",
        "$[]",
        "$['a'",
        "$['a",
        "$['a''b']",
        "$['a',]",
        r"$['\u00zz']",
        "$[1",
        "$[1 2]",
        "$[0,]",
        "$[-]",
        "$[99999999999]",
        "$[:]",
        "$[::2]",
        "$[1 :2]",
        "$[*",
        "$[*,1]",
        "$[?]",
        "$[?(@.a)",
        "$[?@.a > 1]",
        "$[?(true)]",
        "$[?(@.a > )]",
        "$[?(@.a like 'x')]",
        "$[?(@.a == 'x)]",
        "$[?(@.a == nil)]",
        "$[?(@.a && )]",
        "$[?((@.a)]",
        "$[?(@.a =~ /(/)]",
        "$[?(@.a =~ /a(?>b)/)]",
        "$[?(@.a =~ /a)]",
        "$.f(",
        "$.f(1,$.a b)",
        "$[(@.length-1)]",
    ],
)
def test_invalid_paths(path):
    with pytest.raises(InvalidExpression):
        jsonpath.compile(path)


def test_numbers_compare_as_they_look():
    document = {"v": [0.1, 1e7, 12345678901234567890, 0.30000000000000004]}
    assert read("$.v[?(@ == 0.1)]", document) == [0.1]
    assert read("$.v[?(@ == 0.10000000000000000555)]", document) == []
    assert read("$.v[?(@ == '1.0E+7')]", document) == [1e7]
    assert read("$.v[?('10000000' == @)]", document) == []
    assert read("$.v[?('1.0E+7' == @)]", document) == [1e7]
    assert read("$.v[?(@ == 12345678901234567890)]", document) == [12345678901234567890]


def test_strings_compare_by_utf16_units():
    assert read("$[?(@ < '\uff5e')]", ["\U0001f600"]) == ["\U0001f600"]


def test_a_compiled_path_is_kept():
    assert jsonpath.compile("$.kept") is jsonpath.compile("$.kept")
    assert jsonpath.compile("$.kept").text == "$.kept"


def test_values_are_shared_with_the_document():
    assert read("$.owner.address") is SHOP["owner"]["address"]
    assert read("$..address")[0] is SHOP["owner"]["address"]
