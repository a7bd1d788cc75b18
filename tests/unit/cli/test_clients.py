"""Where commands look for a server, and as whom: what the environment says, without asking the network."""

import pytest

from podium.cli.clients import DEFAULT_ENDPOINT, Clients, endpoint_of
from podium.cli.errors import CommandError


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """Nothing of AWS is set up on this machine."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL_EVENTBRIDGE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def test_what_is_given_wins_over_the_services_variable_over_the_general_one(monkeypatch):
    assert endpoint_of("stepfunctions") == DEFAULT_ENDPOINT
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://all:1")
    assert endpoint_of("lambda") == "http://all:1"
    monkeypatch.setenv("AWS_ENDPOINT_URL_SFN", "http://states:2")
    assert [endpoint_of(service) for service in ("stepfunctions", "events", "lambda")] == [
        "http://states:2",
        "http://states:2",
        "http://all:1",
    ]
    assert endpoint_of("stepfunctions", "http://given:3") == "http://given:3"
    assert endpoint_of("stepfunctions", "aws") is None


@pytest.mark.parametrize("text", ["nonsense", "http://", "ftp://x", "http://x:99999", "http://x:0", "//x", "http://["])
def test_what_is_no_url_is_refused_with_the_place_it_stands_at(monkeypatch, text):
    with pytest.raises(CommandError, match=r"^--endpoint: .* is not a URL such as http://127.0.0.1:8083"):
        endpoint_of("stepfunctions", text)
    with pytest.raises(CommandError, match=r"^--connect: "):
        endpoint_of("stepfunctions", text, option="--connect")
    monkeypatch.setenv("AWS_ENDPOINT_URL", text)
    with pytest.raises(CommandError, match=r"^AWS_ENDPOINT_URL: "):
        endpoint_of("stepfunctions")


def test_a_server_takes_made_up_credentials_and_a_usual_region():
    clients = Clients(local=True)
    client = clients.client("stepfunctions", "http://127.0.0.1:9")
    assert (client.meta.region_name, clients.account) == ("us-east-1", "000000000000")
    assert client.meta.endpoint_url == "http://127.0.0.1:9"
    assert client._request_signer._credentials.access_key == "any"


def test_credentials_for_a_server_are_not_asked_of_the_network(monkeypatch):
    def asked(*_):
        raise AssertionError("the network was asked for credentials")

    monkeypatch.setattr("botocore.utils.IMDSFetcher._get_request", asked)
    monkeypatch.setattr("botocore.utils.IMDSFetcher._fetch_metadata_token", asked)
    Clients(local=True)
    with pytest.raises(AssertionError, match="the network was asked"):
        Clients(local=False)


def test_an_access_key_of_twelve_digits_names_the_account(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    assert Clients(local=True).account == "123456789012"


def test_a_profile_that_is_not_there_is_a_sentence(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "absent")
    with pytest.raises(CommandError, match=r"AWS's configuration: The config profile \(absent\) could not be found\."):
        Clients(local=True)


def test_the_region_given_wins_over_the_environments(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert Clients(local=True).region == "eu-west-1"
    assert Clients("eu-west-3", local=True).region == "eu-west-3"
