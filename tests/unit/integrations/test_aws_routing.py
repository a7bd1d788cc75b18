"""Where calls go: the environment before the file before the profile, a service's own line before the general one."""

import botocore.session
import pytest

from podium.integrations.aws.client import AwsClient
from podium.integrations.aws.in_process import Answered
from podium.integrations.aws.routing import Routes

STAND_IN = "http://stand-in:5000"
OTHER = "http://other:5001"


@pytest.fixture(autouse=True)
def no_profile(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def routes(endpoints=None, **environment):
    return Routes(botocore.session.Session(), endpoints, environment)


@pytest.mark.parametrize(
    ("endpoints", "environment", "url"),
    [
        ({}, {}, None),
        ({"default": STAND_IN}, {}, STAND_IN),
        ({"default": STAND_IN, "logs": OTHER}, {}, OTHER),
        ({"default": STAND_IN, "cloudwatch-logs": "aws"}, {}, None),
        ({"CloudWatch Logs": OTHER}, {}, OTHER),
        ({"default": "aws"}, {}, None),
        ({"logs": OTHER}, {"AWS_ENDPOINT_URL": STAND_IN}, STAND_IN),
        ({"logs": OTHER}, {"AWS_ENDPOINT_URL_LOGS": STAND_IN}, STAND_IN),
        ({"logs": OTHER}, {"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": STAND_IN}, STAND_IN),
        ({}, {"AWS_ENDPOINT_URL": OTHER, "AWS_ENDPOINT_URL_LOGS": STAND_IN}, STAND_IN),
        ({}, {"AWS_ENDPOINT_URL": OTHER, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, None),
    ],
)
def test_the_nearest_word_decides(endpoints, environment, url):
    assert routes(endpoints, **environment).endpoint("logs") == url


def test_a_profiles_endpoint_is_the_last_resort_and_aws_overrules_it(monkeypatch, tmp_path):
    (tmp_path / "config").write_text(f"[default]\nendpoint_url = {STAND_IN}\n")
    assert routes().endpoint("sqs") == STAND_IN
    assert routes({"default": "aws"}).endpoint("sqs") is None


def test_a_service_is_named_only_by_its_own_line():
    assert not routes({"default": STAND_IN}, AWS_ENDPOINT_URL=OTHER).is_named("lambda")
    assert routes({"lambda": "aws"}).is_named("lambda")
    assert routes(AWS_ENDPOINT_URL_SFN=OTHER).is_named("stepfunctions")
    assert routes(AWS_ENDPOINT_URL_STEPFUNCTIONS=OTHER).is_named("stepfunctions")


@pytest.mark.parametrize(
    ("endpoints", "said"),
    [
        ({"dynamdb": OTHER}, "dynamdb: there is no such service; did you mean dynamodb?"),
        ({"qqq": OTHER}, "qqq: there is no such service"),
        ({"s3": "localhost:5000"}, "s3: expected a URL or 'aws', not 'localhost:5000'"),
    ],
)
def test_a_line_that_can_mean_nothing_is_refused(endpoints, said):
    with pytest.raises(ValueError) as refused:
        routes(endpoints)
    assert str(refused.value) == said


def test_stand_ins_have_one_host(monkeypatch):
    client = AwsClient({"s3": "http://localhost:5000"}).s3("eu-west-3")
    request = client.generate_presigned_url("get_object", {"Bucket": "b", "Key": "k"})
    assert request.startswith("http://localhost:5000/b/k")


def test_requests_are_answered_in_this_process():
    asked = []

    def answer(request):
        asked.append(request)
        return Answered(200, {"Content-Type": "application/json"}, b'{"Functions":[]}')

    client = AwsClient()
    client.answer_here("lambda", answer)
    found = client.call("lambda", "ListFunctions", "eu-west-3", {"MaxItems": 7}, account="111122223333")
    assert found["Functions"] == []
    (request,) = asked
    assert (request.method, request.path, request.query) == ("GET", "/2015-03-31/functions", "MaxItems=7")
    assert "Credential=111122223333/" in request.headers["authorization"]


async def test_work_is_done_in_threads_and_raises_what_it_raised():
    client = AwsClient()
    assert await client.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await client.run(lambda: 1 // 0)
