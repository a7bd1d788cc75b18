"""Account and region from credentials; names and ARNs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.api.context import caller
from podium.api.errors import ApiError
from podium.api.names import check_name, parse_arn


@pytest.mark.parametrize(
    ("credential", "account", "region"),
    [
        ("123456789012/20260101/eu-west-1/states/aws4_request, X", "123456789012", "eu-west-1"),
        ("AKIAEXAMPLE/20260101/us-gov-west-1/lambda/aws4_request", "000000000000", "us-gov-west-1"),
        ("1234567890123/20260101/us-east-2/states/aws4_request", "000000000000", "us-east-2"),
        ("١٢٣٤٥٦٧٨٩٠١٢/20260101/us-east-2/states/aws4_request", "000000000000", "us-east-2"),
        ("123456789012", "000000000000", "us-east-1"),
    ],
)
def test_who_is_calling(credential, account, region):
    context = caller({"authorization": f"AWS4-HMAC-SHA256 Credential={credential}"}, "id")
    assert (context.account, context.region, context.request_id) == (account, region, "id")


@pytest.mark.parametrize("authorization", ["Bearer x", ""])
def test_anyone_may_call_without_aws_credentials(authorization):
    assert caller({"authorization": authorization}, "").account == "000000000000"


@given(st.text())
def test_any_header_names_an_account(authorization):
    assert len(caller({"authorization": authorization}, "").account) == 12


@pytest.mark.parametrize("name", ["a", "a.b-c_1", "Ünï", "name(1)", "a=b+c@d!e'f"])
def test_names_that_are_accepted(name):
    check_name(name)


@pytest.mark.parametrize("character", [*list(' \t\n<>{}[]?*"#%\\^|~`$&,;:/'), "\x00", "\x1f", "\x7f", "\x9f", "\ufffe"])
def test_characters_that_names_may_not_have(character):
    with pytest.raises(ApiError) as caught:
        check_name(f"a{character}b")
    assert (caught.value.code, caught.value.message) == ("InvalidName", f"Invalid Name: 'a{character}b'")


def test_an_arn_taken_apart():
    arn = parse_arn("arn:aws:states:eu-west-1:123456789012:execution:m:e")
    assert (arn.region, arn.account, arn.kind, arn.resource) == ("eu-west-1", "123456789012", "execution", "m:e")
