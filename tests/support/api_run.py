"""The API over a whole engine on virtual time: requests go through the real dispatch, validation and all."""

import itertools
import json
import uuid

from engine_driver import EngineRun

from podium.api.app import build_app
from podium.api.context import RequestContext
from podium.api.services import Services
from podium.core.asl.validator import validate
from podium.core.states import STATE_TYPES

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"


class ApiRun(EngineRun):
    """An `EngineRun` with a server's API in front; `crash` is a restart of both."""

    _numbers = itertools.count(1)

    async def open(self, **options):
        await super().open(**options)
        self.services = Services(
            store=self.store,
            engine=self.engine,
            functions=None,
            validate_definition=lambda text, kind: (
                validate(text, state_types=STATE_TYPES, machine_type=kind).diagnostics
            ),
            clock=self.clock.now_ms,
            new_id=lambda: str(uuid.UUID(int=next(self._numbers))),
        )
        self.app = build_app(self.services, {})
        return self

    async def call(self, operation, **input):
        """An operation's answer to the account's own caller. Raises ApiError."""
        return await self.app.call(RequestContext(ACCOUNT), operation, input)

    async def create(self, name="m", *, definition=None, states=None, **fields):
        """The ARN of a new state machine; of `states`, the first is where it starts."""
        if states is not None:
            definition = {"StartAt": next(iter(states)), "States": states, **(definition or {})}
        given = {"name": name, "definition": json.dumps(definition), "roleArn": ROLE, **fields}
        return (await self.call("CreateStateMachine", **given))["stateMachineArn"]

    async def run(self, states, input="{}", *, name="m", **definition):
        """Start an execution of a new state machine, let happen what can; its ARN."""
        arn = await self.create(name, states=states, definition=definition)
        started = await self.call("StartExecution", stateMachineArn=arn, input=input)
        await self.settle()
        return started["executionArn"]

    async def details(self, execution_arn):
        """Of every event type in an execution's history, the details of its last event."""
        page = await self.call("GetExecutionHistory", executionArn=execution_arn, maxResults=1000)
        return {
            event["type"]: next((value for key, value in event.items() if key.endswith("EventDetails")), None)
            for event in page["events"]
        }
