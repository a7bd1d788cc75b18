"""Calls to AWS through botocore: its credentials chain, retries, endpoints, in a bounded number of threads.

Where calls go is `routing`'s to say.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, TypeVar

import botocore.session
from botocore import xform_name
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from podium.integrations.aws import stand_ins
from podium.integrations.aws.in_process import Answer, answered_by
from podium.integrations.aws.models import Models
from podium.integrations.aws.routing import Routes
from podium.integrations.contract import RoleRefused, TaskOutcome

CALLS_MAX: Final = 64
"""Calls under way at once; further ones wait for their turn."""
CLIENTS_KEPT: Final = 64
READ_TIMEOUT_SECONDS: Final = 60.0
"""botocore's own."""
ROLE_SECONDS: Final = 600
"""An assumed role is assumed anew after this long; STS gives at least 900 seconds."""

T = TypeVar("T")

_STAND_IN_KEY: Final = "000000000000"
"""Credentials for an endpoint that is not AWS, when there are none: such stand-ins read the account from the key."""
_STAND_IN_CONFIG: Final = Config(s3={"addressing_style": "path"}, inject_host_prefix=False)
"""A stand-in has one host name, which buckets and prefixes are not put before."""


class AwsClient:
    """Makes calls; one for the process. Everything but `submit` and `run` may be called from any thread and may block.

    Args:
        endpoints: where calls go, by service; see `Routes`.
        profile: of AWS's configuration files; None for the usual one (AWS_PROFILE).
        read_timeout_seconds: how long an answer may take.

    Raises:
        ValueError: an endpoint is none; the text says which.
        BotoCoreError: AWS's configuration files can't be read, or have no such profile.
    """

    def __init__(
        self,
        endpoints: Mapping[str, str] | None = None,
        profile: str | None = None,
        *,
        read_timeout_seconds: float = READ_TIMEOUT_SECONDS,
    ) -> None:
        self._session = botocore.session.Session(profile=profile)
        # Read now: a profile that doesn't exist should stop the start, not the first call.
        self._session.get_scoped_config()
        self.routes = Routes(self._session, endpoints)
        self.models = Models(self._session)
        # Checksums of answers are neither asked for nor shown, as recorded on AWS.
        self._config = Config(
            parameter_validation=False,
            max_pool_connections=CALLS_MAX,
            response_checksum_validation="when_required",
            read_timeout=read_timeout_seconds,
            ignore_configured_endpoint_urls=True,
        )
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._threads = self._under_way = 0
        self._lock = Lock()
        self._has_credentials: bool | None = None
        self._clients: dict[tuple[str, str, str | None], tuple[Any, float]] = {}
        """Clients and when they are to be made anew, by service, region and role (account, for what is answered
        here); monotonic seconds."""
        self._here: dict[str, Answer] = {}

    def submit(self, work: Callable[[], TaskOutcome], deliver: Callable[[TaskOutcome], None]) -> None:
        """Do blocking work in a thread and deliver its outcome on the running event loop."""

        def guarded() -> TaskOutcome:
            try:
                return work()
            except Exception as error:
                return TaskOutcome(error="States.Runtime", cause=f"Podium could not perform the task: {error!r}")

        self._put(guarded, deliver)

    async def run(self, work: Callable[[], T]) -> T:
        """Do blocking work in a thread; returns or raises what it did."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def guarded() -> tuple[T | None, Exception | None]:
            try:
                return work(), None
            except Exception as error:
                return None, error

        def deliver(ended: tuple[Any, Exception | None]) -> None:
            value, error = ended
            if done.done():
                return
            if error is None:
                done.set_result(value)
            else:
                done.set_exception(error)

        self._put(guarded, deliver)
        return await done

    def _put(self, work: Callable[[], T], deliver: Callable[[T], None]) -> None:
        """Have a thread do work that raises nothing."""
        loop = asyncio.get_running_loop()

        def run() -> None:
            result = work()
            try:
                loop.call_soon_threadsafe(answered, result)
            except RuntimeError:
                # The loop is closed: nobody waits, and the task is performed again after the restart.
                return

        def answered(result: T) -> None:
            self._under_way -= 1
            deliver(result)

        self._under_way += 1
        if self._threads < min(self._under_way, CALLS_MAX):
            self._threads += 1
            # Daemons: a call that hangs doesn't keep the process from ending.
            Thread(target=self._work_on, name=f"aws-{self._threads}", daemon=True).start()
        self._work.put(run)

    def _work_on(self) -> None:
        while True:
            self._work.get()()

    def answer_here(self, service: str, answer: Answer) -> None:
        """From now on, requests to a service (botocore's name) are answered within this process."""
        with self._lock:
            self._here[service] = answer

    def call(
        self,
        service: str,
        operation: str,
        region: str,
        input: dict[str, Any],
        role_arn: str | None = None,
        account: str | None = None,
    ) -> dict[str, Any]:
        """The operation's answer, with ResponseMetadata. A role is assumed through STS first.

        Args:
            account: whom the call is made for, where the service is answered here.

        Raises:
            ClientError: the service refused.
            RoleRefused: the role can't be assumed.
            BotoCoreError: there was no answer.
        """
        if service in self._here:
            client = self._client_here(service, region, account or _STAND_IN_KEY)
        else:
            client = self._client(service, region, role_arn)
            if self.routes.endpoint(service) is not None:
                return stand_ins.ask(client, operation, input)
        answer: dict[str, Any] = getattr(client, xform_name(operation))(**input)
        return answer

    def signed_headers(self, service: str, region: str, role_arn: str | None, request: AWSRequest) -> dict[str, str]:
        """A request's headers with AWS's signature, by the credentials calls are made with. Blocks.

        Raises:
            BotoCoreError: there are none.
        """
        credentials = self._credentials(service, region, role_arn)
        SigV4Auth(credentials, service, region).add_auth(request)
        return dict(request.headers.items())

    def presigned_url(self, service: str, region: str, role_arn: str | None, request: AWSRequest, seconds: int) -> str:
        """A request's URL with AWS's signature in it, valid for so long. See `signed_headers`."""
        SigV4QueryAuth(self._credentials(service, region, role_arn), service, region, seconds).add_auth(request)
        return str(request.url)

    def _credentials(self, service: str, region: str, role_arn: str | None) -> Any:
        keys = self._assume(role_arn, region) if role_arn is not None else {}
        if not keys and self.routes.endpoint(service) is not None:
            keys = self._stand_in_credentials()
        return Credentials(*keys.values()) if keys else self._session.get_credentials()

    def s3(self, region: str) -> Any:
        """botocore's client for S3, for what it does beyond single calls."""
        return self._client("s3", region, None)

    def _client(self, service: str, region: str, role_arn: str | None) -> Any:
        credentials = {}
        with self._lock:
            client, until = self._clients.get((service, region, role_arn), (None, 0.0))
        if client is not None and time.monotonic() < until:
            return client
        until = time.monotonic() + ROLE_SECONDS
        if role_arn is not None:
            credentials = self._assume(role_arn, region)
        with self._lock:
            endpoint = self.routes.endpoint(service)
            if endpoint is not None:
                credentials = credentials or self._stand_in_credentials()
            config = self._config if endpoint is None else self._config.merge(_STAND_IN_CONFIG)
            client = self._session.create_client(
                service, region_name=region, endpoint_url=endpoint, config=config, **credentials
            )
            self._keep((service, region, role_arn), client, float("inf") if role_arn is None else until)
        return client

    def _client_here(self, service: str, region: str, account: str) -> Any:
        with self._lock:
            client, _ = self._clients.get((service, region, account), (None, 0.0))
            if client is None:
                # The account is read from the key, as stand-ins do; the host is never looked up.
                keys = {"aws_access_key_id": account, "aws_secret_access_key": account}
                config = self._config.merge(_STAND_IN_CONFIG)
                client = self._session.create_client(
                    service, region_name=region, endpoint_url="http://podium.invalid", config=config, **keys
                )
                client.meta.events.register("before-send", answered_by(self._here[service]))
                self._keep((service, region, account), client, float("inf"))
        return client

    def _keep(self, key: tuple[str, str, str | None], client: Any, until: float) -> None:
        if len(self._clients) >= CLIENTS_KEPT:
            del self._clients[next(iter(self._clients))]
        self._clients[key] = client, until

    def _assume(self, role_arn: str, region: str) -> dict[str, str]:
        try:
            answer = self.call("sts", "AssumeRole", region, {"RoleArn": role_arn, "RoleSessionName": "podium"})
        except ClientError as refused:
            raise RoleRefused(str(refused)) from refused
        keys = answer["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }

    def _stand_in_credentials(self) -> dict[str, str]:
        if self._has_credentials is None:
            # Asked once: looking for what is nowhere takes seconds.
            self._has_credentials = self._session.get_credentials() is not None
        if self._has_credentials:
            return {}
        return {"aws_access_key_id": _STAND_IN_KEY, "aws_secret_access_key": _STAND_IN_KEY}
