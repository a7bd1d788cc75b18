"""Calls to AWS through botocore: its credentials chain, retries, endpoints, in a bounded number of threads.

Where calls go is botocore's own convention: AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the profile.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

import asyncio
import os
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.configprovider import ConfiguredEndpointProvider

from podium.integrations.aws.models import Models
from podium.integrations.contract import Deliver, TaskOutcome

CALLS_MAX: Final = 64
"""Calls under way at once; further ones wait for their turn."""
CLIENTS_KEPT: Final = 64
ROLE_SECONDS: Final = 600
"""An assumed role is assumed anew after this long; STS gives at least 900 seconds."""

_STAND_IN_KEY: Final = "000000000000"
"""Credentials for an endpoint that is not AWS, when there are none: such stand-ins read the account from the key."""


class AwsClient:
    """Makes calls; one for the process. Everything but `submit` may be called from any thread and may block."""

    def __init__(self, session: botocore.session.Session | None = None) -> None:
        self._session = session or botocore.session.get_session()
        self.models = Models(self._session)
        # Checksums of answers are neither asked for nor shown, as recorded on AWS.
        self._config = Config(
            parameter_validation=False, max_pool_connections=CALLS_MAX, response_checksum_validation="when_required"
        )
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._threads = self._under_way = 0
        self._lock = Lock()
        self._has_credentials: bool | None = None
        self._clients: dict[tuple[str, str, str | None], tuple[Any, float]] = {}
        """Clients and when they are to be made anew, by service, region and role; monotonic seconds."""

    def submit(self, work: Callable[[], TaskOutcome], deliver: Deliver) -> None:
        """Do blocking work in a thread and deliver its outcome on the running event loop."""
        loop = asyncio.get_running_loop()

        def run() -> None:
            try:
                outcome = work()
            except Exception as error:
                outcome = TaskOutcome(error="States.Runtime", cause=f"Podium could not perform the task: {error!r}")
            try:
                loop.call_soon_threadsafe(answered, outcome)
            except RuntimeError:
                # The loop is closed: nobody waits, and the task is performed again after the restart.
                return

        def answered(outcome: TaskOutcome) -> None:
            self._under_way -= 1
            deliver(outcome)

        self._under_way += 1
        if self._threads < min(self._under_way, CALLS_MAX):
            self._threads += 1
            # Daemons: a call that hangs doesn't keep the process from ending.
            Thread(target=self._work_on, name=f"aws-{self._threads}", daemon=True).start()
        self._work.put(run)

    def _work_on(self) -> None:
        while True:
            self._work.get()()

    def call(
        self, service: str, operation: str, region: str, input: dict[str, Any], role_arn: str | None = None
    ) -> dict[str, Any]:
        """The operation's answer, with ResponseMetadata. A role is assumed through STS first.

        Raises:
            ClientError: the service refused.
            BotoCoreError: there was no answer.
        """
        answer: dict[str, Any] = getattr(self._client(service, region, role_arn), xform_name(operation))(**input)
        return answer

    def configured_endpoint(self, service: str) -> str | None:
        """The URL configured for a service (botocore's name); None for AWS's own."""
        found: str | None = ConfiguredEndpointProvider(
            full_config=self._session.full_config,
            scoped_config=self._session.get_scoped_config(),
            client_name=service,
            environ=os.environ,
        ).provide()
        return found

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
            credentials = credentials or self._stand_in_credentials(service)
            client = self._session.create_client(service, region_name=region, config=self._config, **credentials)
            if len(self._clients) >= CLIENTS_KEPT:
                del self._clients[next(iter(self._clients))]
            self._clients[service, region, role_arn] = client, float("inf") if role_arn is None else until
        return client

    def _assume(self, role_arn: str, region: str) -> dict[str, str]:
        answer = self.call("sts", "AssumeRole", region, {"RoleArn": role_arn, "RoleSessionName": "podium"})
        keys = answer["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }

    def _stand_in_credentials(self, service: str) -> dict[str, str]:
        if self.configured_endpoint(service) is None:
            return {}
        if self._has_credentials is None:
            # Asked once: looking for what is nowhere takes seconds.
            self._has_credentials = self._session.get_credentials() is not None
        if self._has_credentials:
            return {}
        return {"aws_access_key_id": _STAND_IN_KEY, "aws_secret_access_key": _STAND_IN_KEY}
