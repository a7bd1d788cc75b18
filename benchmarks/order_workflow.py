"""A workflow that lives on JSONPath, with its tasks answered from a table, beside aws-local-stepfunctions.

Ours runs with every decision durable; the peer, a JavaScript library, runs in its own process and keeps nothing.
"""

import asyncio
import json
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvloop

from benchmarks.disk import bytes_in
from benchmarks.measurement import Figures, Measurement, Options
from benchmarks.peers import scripts
from benchmarks.peers.found import Peers
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.engine.clock import SystemClock
from podium.engine.collector import spare_the_garbage_collector
from podium.engine.engine import Engine
from podium.integrations.contract import Deliver, TaskOutcome
from podium.store.records import RevisionRecord, StateMachineRecord
from podium.store.sqlite import SqliteStore

TITLE = "A JSONPath-heavy order of ten states, five of them mocked tasks, engine alone, 512 in flight"
IN_FLIGHT = 512
STATES_ENTERED = 10
PREFIX = "arn:aws:states:us-east-1:000000000000"
PEER = "aws-local-stepfunctions"
DEFINITION: dict[str, Any] = json.loads(Path(__file__).with_name("order_workflow.asl.json").read_text())
INPUT: dict[str, Any] = {
    "source": "shop",
    "detail": {
        "order": {
            "id": "o-1001",
            "customer": {"id": "c-7", "card": "tok_visa", "coupons": ["WELCOME", "SPRING"]},
            "items": [
                {"sku": "bean-1kg", "quantity": 2, "cents": 1890, "giftMessage": "Enjoy"},
                {"sku": "cup", "quantity": 0, "cents": 1200},
                {"sku": "kettle", "quantity": 1, "cents": 8900},
                {"sku": "filter-100", "quantity": 3, "cents": 450},
            ],
        }
    },
}
ANSWERS: dict[str, Any] = {
    "FindCustomer": {
        "loyalty": {"tier": "gold", "since": "2021-04-01"},
        "addresses": [{"street": "12 High Street", "city": "Leeds", "country": "GB"}, {"city": "York"}],
        "tags": [{"name": "newsletter"}, {"name": "early-bird"}],
    },
    "ReserveStock": {"reservations": [{"sku": "bean-1kg"}, {"sku": "kettle"}, {"sku": "filter-100"}], "missing": []},
    "Price": {
        "total": {"cents": 14030, "currency": "GBP"},
        "lines": [{"cents": 3780}, {"cents": 8900}, {"cents": 1350}],
    },
    "Charge": {"charge": {"id": "ch_93", "status": "paid"}},
    "ShipExpress": {"trackingId": "GB-55-1"},
}
"""What each Task state is answered."""
OUTPUT: dict[str, Any] = {
    "orderId": "o-1001",
    "reference": "o-1001-gold",
    "chargeId": "ch_93",
    "trackingId": "GB-55-1",
    "skus": ["bean-1kg", "kettle", "filter-100"],
    "tags": ["newsletter", "early-bird"],
}
"""What must come out, of the peer too: a fast wrong answer is no figure."""


def measurements(options: Options) -> list[Measurement]:
    """Ours and, where it is installed, the peer."""
    ours = Measurement(
        "Podium",
        partial(run, options.seconds, options.data),
        "ten states and six commits, SQLite with synchronous=FULL; answers come in the next turn of the loop",
        {f"times {PEER}": ">= 1"},
        (PEER,),
        bar="Podium, every step durable",
    )
    if not options.peers.local_stepfunctions:
        return [ours]
    run_it = partial(run_peer, options.peers, options.seconds)
    return [ours, Measurement(PEER, run_it, "the same, in memory, without logs", bar=f"{PEER}, in memory")]


def run_peer(peers: Peers, seconds: float) -> Figures:
    """The peer in its own process."""
    workload = {"definition": DEFINITION, "input": INPUT, "answers": ANSWERS}
    told = scripts.local_stepfunctions(peers, workload, IN_FLIGHT, seconds)
    _check(told["output"])
    return {"transitions/s": STATES_ENTERED * told["executions"] / told["seconds"]}


def run(seconds: float, data: Path) -> Figures:
    """Our engine in this process."""
    with TemporaryDirectory(dir=data, prefix="podium-bench-") as directory:
        return uvloop.run(_run(seconds, Path(directory)))


class Mocked:
    """A performer that answers from the table in the next turn of the loop."""

    def __init__(self) -> None:
        self._answers = {name: TaskOutcome(output=json.dumps(answer).encode()) for name, answer in ANSWERS.items()}

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """Answer."""
        asyncio.get_running_loop().call_soon(deliver, self._answers[command.state_name])

    def cancel(self, command: CancelTask) -> None:
        """Nothing is stopped early here."""
        raise AssertionError(command)


async def _run(seconds: float, directory: Path) -> Figures:
    store = SqliteStore(directory)
    engine = await Engine.open(store, Mocked(), SystemClock())
    spare_the_garbage_collector()
    machine = StateMachineRecord(f"{PREFIX}:stateMachine:order", "order", "STANDARD", "r", 0, 0)
    role = "arn:aws:iam::000000000000:role/r"
    revision = RevisionRecord("r", machine.arn, json.dumps(DEFINITION), role, "STANDARD", 0)
    text = json.dumps(INPUT).encode()
    executions = 0
    begun, cpu_begun = time.perf_counter(), time.process_time()

    async def one_after_the_other(worker: int) -> None:
        nonlocal executions
        number = 0
        while time.perf_counter() < begun + seconds:
            name = f"{worker}-{number}"
            number += 1
            arn = f"{PREFIX}:execution:order:{name}"
            await engine.start_execution(
                state_machine=machine, revision=revision, execution_arn=arn, name=name, input=text
            )
            await engine.ended(arn)
            executions += 1

    await asyncio.gather(*[one_after_the_other(worker) for worker in range(IN_FLIGHT)])
    taken, cpu_taken = time.perf_counter() - begun, time.process_time() - cpu_begun
    view = await engine.describe_execution(f"{PREFIX}:execution:order:0-0")
    await engine.close()
    await store.close()
    if view is None or view.output is None:
        raise RuntimeError(f"the execution did not succeed: {view}")
    _check(json.loads(view.output))
    return {
        "transitions/s": STATES_ENTERED * executions / taken,
        "transitions per CPU second": STATES_ENTERED * executions / cpu_taken,
        "bytes on disk per transition": bytes_in(directory) / STATES_ENTERED / executions,
    }


def _check(output: Any) -> None:
    if output != OUTPUT:
        raise RuntimeError(f"the output is wrong: {output}")
