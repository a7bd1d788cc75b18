"""Parameters take their value from the command line or their default, within what they allow."""

import pytest

from podium.deploy.errors import TemplateError
from podium.deploy.parameters import Parameters, overrides_from


def value(declared, *given):
    return Parameters({"P": declared}, dict.fromkeys("P", *given) if given else {}).value("P", "place")


@pytest.mark.parametrize(
    ("declared", "given", "result"),
    [
        ({"Type": "String", "Default": "a"}, (), "a"),
        ({"Type": "String", "Default": "a"}, ("b",), "b"),
        ({"Type": "String", "Default": ""}, (), ""),
        ({"Type": "String", "Default": True}, (), "true"),
        ({"Type": "Number", "Default": 7}, (), "7"),
        ({"Type": "Number", "MinValue": 1, "MaxValue": 10}, ("10",), "10"),
        ({"Type": "CommaDelimitedList"}, ("a, b",), ["a", "b"]),
        ({"Type": "List<Number>"}, ("1,2",), ["1", "2"]),
        ({"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"}, ("given",), "given"),
        ({"Type": "String", "AllowedValues": [1, 2]}, ("2",), "2"),
        ({"Type": "String", "AllowedPattern": "[a-z]+", "MinLength": 2, "MaxLength": "3"}, ("abc",), "abc"),
    ],
)
def test_a_parameter_is(declared, given, result):
    assert value(declared, *given) == result


@pytest.mark.parametrize(
    ("declared", "given", "said"),
    [
        ({"Type": "String"}, (), "give one: --parameter-overrides P=VALUE"),
        ({"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"}, (), "read from Systems Manager"),
        ({"Type": "String", "AllowedValues": ["a", "b"]}, ("c",), "'c' is not allowed; one of a, b is."),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, ("A",), "doesn't match"),
        ({"Type": "String", "MinLength": 2}, ("a",), "MinLength of 2"),
        ({"Type": "String", "MaxLength": 2}, ("abc",), "MaxLength of 2"),
        ({"Type": "Number"}, ("x",), "'x' is no number"),
        ({"Type": "Number", "MinValue": 5}, ("4",), "MinValue of 5"),
        ({"Type": "List<Number>", "MaxValue": 5}, ("4,6",), "6 breaks its MaxValue of 5"),
    ],
)
def test_a_parameter_refuses(declared, given, said):
    with pytest.raises(TemplateError) as raised:
        value(declared, *given)
    assert said in str(raised.value)


def test_overrides_are_written_in_either_form():
    words = ["A=1", "B=x=y", "ParameterKey=C,ParameterValue=a,b", "D="]
    assert overrides_from(words) == {"A": "1", "B": "x=y", "C": "a,b", "D": ""}
    with pytest.raises(TemplateError, match="'A' is not NAME=VALUE"):
        overrides_from(["A"])


def test_an_override_of_nothing_is_refused():
    with pytest.raises(TemplateError, match="there is no parameter Stag; the template has Stage"):
        Parameters({"Stage": {}}, {"Stag": "x"})
