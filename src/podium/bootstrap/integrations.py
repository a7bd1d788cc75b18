"""Everything tasks and events can call, put together from the settings."""

import asyncio
import sys
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from podium.api.services import FetchObject, ObjectMissing
from podium.bootstrap.errors import UnusableSetting
from podium.config import Settings
from podium.core import jsontext
from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import InvokeTask
from podium.engine import views
from podium.events.api_destinations import ApiDestinations
from podium.events.targets import Caller, TargetCall, TargetFailed
from podium.functions.service import FunctionService
from podium.integrations.aws.client import AwsClient
from podium.integrations.aws.harness import TIMEOUT_SECONDS, HarnessIntegration
from podium.integrations.aws.optimized import OptimizedIntegration
from podium.integrations.aws.remote_lambda import RemoteLambdaIntegration
from podium.integrations.aws.sdk import SdkIntegration
from podium.integrations.aws.services import SERVICES
from podium.integrations.containers.engine import ContainerEngine
from podium.integrations.containers.integration import ContainerIntegration
from podium.integrations.contract import TaskOutcome, TaskPerformer
from podium.integrations.http.addresses import AddressRules
from podium.integrations.http.api_gateway import ApiGatewayIntegration, signing
from podium.integrations.http.client import HttpClient
from podium.integrations.http.connections import Connections, OwnConnection
from podium.integrations.http.invoke import HttpIntegration
from podium.integrations.http.kubernetes import EksIntegration, Kubernetes, tokens
from podium.integrations.http.kubernetes_jobs import KubernetesJobs
from podium.integrations.http.rest_apis import RestApis
from podium.integrations.http.tokens import Tokens
from podium.integrations.items.gateway import ItemGateway
from podium.integrations.items.storage import mapped
from podium.integrations.lambda_ import LambdaIntegration
from podium.integrations.log_delivery import CloudWatchSink, FileSink, LogSink
from podium.integrations.mock_configuration import MockConfiguration
from podium.integrations.mocks import MockedTasks
from podium.integrations.registry import Registry
from podium.integrations.states import OPTIMIZED, SDK, StatesIntegration
from podium.store.contract import Store


def aws_client(settings: Settings) -> AwsClient:
    """The one client of AWS's services, with the endpoints and the profile that are set.

    Raises:
        UnusableSetting: these make no sense.
    """
    try:
        return AwsClient(settings.endpoints, settings.profile)
    except ValueError as error:
        raise UnusableSetting(f"endpoints: {error}.") from None
    except BotoCoreError as error:
        raise UnusableSetting(f"AWS's configuration files: {error}.".replace("..", ".")) from None


def performers_of(
    aws: AwsClient,
    functions: FunctionService,
    settings: Settings,
    states: StatesIntegration | None = None,
    api_destinations: ApiDestinations | None = None,
) -> Registry:
    """What performs tasks, by the kind of their resource.

    Args:
        api_destinations: whose connections HTTP Tasks can use.

    Raises:
        UnusableSetting: a setting makes no sense.
    """
    remote = aws.routes.is_named("lambda")
    operations, http = OptimizedIntegration(aws), _http_client(settings)
    performers: dict[str, TaskPerformer] = {
        "lambda": RemoteLambdaIntegration(aws) if remote else LambdaIntegration(functions),
        "aws-sdk": SdkIntegration(aws),
        "apigateway": _api_gateway(aws),
        "bedrockagentcore": HarnessIntegration(
            AwsClient(settings.endpoints, settings.profile, read_timeout_seconds=TIMEOUT_SECONDS)
        ),
        "http": _http(aws, http, settings, api_destinations),
    }
    performers |= dict.fromkeys(SERVICES, operations)
    clusters = Kubernetes(http, tokens(aws))
    performers["eks"] = EksIntegration(aws, clusters, KubernetesJobs(aws, clusters), operations)
    if settings.containers == "local":
        performers |= dict.fromkeys(("ecs", "batch"), ContainerIntegration(aws, ContainerEngine()))
    if states is not None:
        performers |= {OPTIMIZED: states, SDK: states}
    return Registry(performers)


def _http_client(settings: Settings) -> HttpClient:
    try:
        return HttpClient(AddressRules(settings.private_hosts))
    except ValueError as error:
        raise UnusableSetting(f"private_hosts: {error}.") from None


def _http(
    aws: AwsClient, client: HttpClient, settings: Settings, api_destinations: ApiDestinations | None
) -> HttpIntegration:
    def own(arn: str) -> OwnConnection | None:
        record = None if api_destinations is None else api_destinations.connection(arn)
        if record is None:
            return None
        return OwnConnection(f"{record.arn} {record.changed_ms}", record.authorization_type, record.parameters)

    try:
        connections = Connections(aws, settings.connections, own=own)
    except ValueError as error:
        raise UnusableSetting(f"connections: {error}.") from None
    return HttpIntegration(aws, client, connections, Tokens(client))


def _api_gateway(aws: AwsClient) -> ApiGatewayIntegration:
    endpoint = aws.routes.endpoint("apigateway")
    stand_in = [] if endpoint is None else [urlsplit(endpoint).hostname or ""]
    return ApiGatewayIntegration(
        aws, HttpClient(AddressRules(stand_in)), signing(aws), endpoint, RestApis(aws, time.time)
    )


def object_reader(aws: AwsClient) -> FetchObject:
    """Reads objects of S3, wherever calls to it go."""

    async def fetch(bucket: str, key: str, version: str | None, region: str) -> bytes:
        named = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}

        def read() -> bytes:
            content: bytes = aws.call("s3", "GetObject", region, named)["Body"].read()
            return content

        try:
            return await aws.run(read)
        except ClientError as error:
            raise ObjectMissing(error.response["Error"]["Code"], error.response["Error"].get("Message", "")) from None
        except BotoCoreError as error:
            raise ObjectMissing(type(error).__name__, str(error)) from None

    return fetch


def event_caller(performer: TaskPerformer) -> Caller:
    """Brings events to targets the way Tasks call them."""

    async def call(target: TargetCall, key: str, rule_arn: str) -> None:
        outcome: asyncio.Future[TaskOutcome] = asyncio.get_running_loop().create_future()
        command = InvokeTask(
            execution_arn=rule_arn,
            branch_id=0,
            scheduled_id=0,
            attempt=0,
            resource=parse_resource(target.resource),
            parameters=jsontext.encode(target.parameters),
            idempotency_key=str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
        )
        performer.perform(command, lambda told: None if outcome.done() else outcome.set_result(told))
        ended = await outcome
        if ended.error is not None and ended.error != target.done_already:
            raise TargetFailed(f"{ended.error}: {ended.cause}")

    return call


def mocked(configuration: MockConfiguration | None, store: Store, others: TaskPerformer) -> TaskPerformer:
    """The same, with the answers of a mock configuration where a test case has some."""
    if configuration is None:
        return others

    async def events_of(execution_arn: str) -> list[dict[str, Any]]:
        summary = await store.find(execution_arn)
        if summary is None:
            return []
        events, _ = await views.history(
            store, summary, after_event_id=0, limit=sys.maxsize, reverse=False, include_data=False
        )
        return events

    return MockedTasks(configuration, others, events_of)


def log_sink_of(settings: Settings, aws: AwsClient) -> LogSink:
    """Where execution logs go: to CloudWatch Logs where an endpoint is configured for it, to files otherwise."""
    if aws.routes.endpoint("logs") is not None or aws.routes.is_named("logs"):
        return CloudWatchSink(aws)
    return FileSink(settings.data_directory / "logs")


def item_gateway(settings: Settings, aws: AwsClient) -> ItemGateway:
    """Where distributed Maps read and write.

    Raises:
        UnusableSetting: `buckets` makes no sense.
    """
    try:
        return ItemGateway(mapped(settings.buckets, lambda: aws.s3(settings.region)))
    except ValueError as error:
        raise UnusableSetting(f"buckets: {error}.") from None
