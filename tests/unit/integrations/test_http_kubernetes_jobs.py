"""`eks:runJob` against a Kubernetes API in memory: Jobs begun once, waited for, with their logs."""

import asyncio
import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from podium.core.asl.resources import parse_resource
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws import job_watch
from podium.integrations.http.client import HttpResponse, SocketFailure
from podium.integrations.http.kubernetes import EksIntegration, Kubernetes
from podium.integrations.http.kubernetes_jobs import KEY, KubernetesJobs

EXECUTION = "arn:aws:states:eu-west-3:123456789012:execution:orders:one"
JOBS = "/apis/batch/v1/namespaces/default/jobs"
PODS = "/api/v1/namespaces/default/pods"
RUN = {
    "ClusterName": "blue",
    "CertificateAuthority": base64.b64encode(b"PEM").decode(),
    "Endpoint": "https://abc.eu-west-3.eks.amazonaws.com",
    "Job": {"kind": "Job", "metadata": {"name": "pi"}, "spec": {"backoffLimit": 0}},
}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(job_watch, "FIRST_PAUSE_SECONDS", 0)


class Cluster:
    """A Kubernetes API: Jobs by path, each with the conditions it is to have, look by look; logs by container."""

    def __init__(self, *conditions, logs=None):
        self.jobs, self.conditions, self.logs, self.sent = {}, list(conditions), logs or {}, []

    def send(self, request, *, seconds, bytes_max, authority):
        parts = urlsplit(request.url)
        self.sent.append((request.method, parts.path, parse_qs(parts.query)))
        assert (request.headers["Authorization"], authority) == (["Bearer token"], "PEM")
        status, body = self.answer(request.method, parts.path, parse_qs(parts.query), request.body)
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        return HttpResponse(status, "Word", {"Content-Type": ["application/json"]}, content)

    def answer(self, method, path, query, body):
        if method == "POST":
            job = json.loads(body)
            where = f"{path}/{job['metadata']['name']}"
            if where in self.jobs:
                return 409, {"reason": "AlreadyExists"}
            self.jobs[where] = job
            return 201, job
        if path in self.jobs:
            condition = self.conditions.pop(0) if self.conditions else None
            if isinstance(condition, Exception):
                raise condition
            conditions = [] if condition is None else [{"type": condition, "status": "True"}]
            return 200, {**self.jobs[path], "status": {"conditions": conditions}}
        if path == PODS:
            containers = [{"name": name} for name in self.logs]
            return 200, {"items": [{"metadata": {"name": "pod"}, "spec": {"containers": containers}}]}
        return self.logs[query["container"][0]]


class Caller:
    def submit(self, work, deliver):
        deliver(work())


class Task:
    """One performed Task; its outcomes as they come."""

    def __init__(self, cluster, resource="eks:runJob.sync", submitted=None, key="key", **changed):
        parameters = json.dumps({**RUN, **changed}).encode()
        arn = parse_resource(f"arn:aws:states:::{resource}")
        self.command = InvokeTask(EXECUTION, 1, 3, 0, arn, parameters, key, submitted=submitted)
        self.outcomes = []
        clusters = Kubernetes(cluster, lambda *_: "token")
        self.integration = EksIntegration(Caller(), clusters, KubernetesJobs(Caller(), clusters), None)
        self.integration.perform(self.command, self.outcomes.append)

    async def ended(self):
        for _ in range(100):
            if self.outcomes and not self.outcomes[-1].submitted:
                return self.outcomes[-1]
            await asyncio.sleep(0)
        raise AssertionError(self.outcomes)


async def test_a_job_is_submitted_and_its_end_is_the_result():
    cluster = Cluster(None, None, "Complete")
    task = Task(cluster)
    assert json.loads(task.outcomes[0].output)["metadata"] == {"name": "pi", "annotations": {KEY: "key"}}
    result = json.loads((await task.ended()).output)
    assert (result["status"]["conditions"][0]["type"], "logs" in result) == ("Complete", False)
    assert [call[:2] for call in cluster.sent] == [("POST", JOBS), *[("GET", f"{JOBS}/pi")] * 3]


async def test_a_job_that_failed_fails_the_task():
    outcome = await Task(Cluster("Failed")).ended()
    assert (outcome.error, json.loads(outcome.cause)["metadata"]["name"]) == ("States.TaskFailed", "pi")


async def test_logs_of_every_container_are_read_as_json_where_they_are():
    logs = {"main": (200, '{"pi": 3}'), "side": (200, "no json"), "gone": (404, "not found")}
    cluster = Cluster("Complete", logs=logs)
    options = {"RetrieveLogs": True, "LogParameters": {"tailLines": ["6"]}}
    result = json.loads((await Task(cluster, LogOptions=options).ended()).output)
    assert result["logs"]["pods"]["pod"]["containers"] == {
        "main": {"log": {"pi": 3}},
        "side": {"log": "no json"},
        "gone": {"error": "EKS.404", "cause": "not found"},
    }
    assert ("GET", PODS, {"labelSelector": ["job-name=pi"]}) in cluster.sent
    assert ("GET", f"{PODS}/pod/log", {"container": ["main"], "tailLines": ["6"]}) in cluster.sent


async def test_raw_logs_stay_text():
    cluster = Cluster("Complete", logs={"main": (200, '{"pi": 3}')})
    result = json.loads((await Task(cluster, LogOptions={"RetrieveLogs": True, "RawLogs": True}).ended()).output)
    assert result["logs"]["pods"]["pod"]["containers"]["main"] == {"log": '{"pi": 3}'}


def test_without_sync_the_job_itself_is_the_result():
    cluster = Cluster()
    (outcome,) = Task(cluster, "eks:runJob", Job=json.dumps(RUN["Job"]), Namespace="work").outcomes
    assert json.loads(outcome.output)["kind"] == "Job"
    assert list(cluster.jobs) == ["/apis/batch/v1/namespaces/work/jobs/pi"]


async def test_a_job_begun_before_a_crash_is_found_again():
    cluster = Cluster(None, "Complete")
    Task(cluster, "eks:runJob")
    again = Task(cluster)
    assert (await again.ended()).error is None
    assert len(cluster.jobs) == 1
    (other,) = Task(cluster, key="other").outcomes
    assert (other.error, json.loads(other.cause)["ResponseBody"]) == ("EKS.409", {"reason": "AlreadyExists"})


async def test_one_that_was_submitted_is_only_waited_for():
    cluster = Cluster("Complete")
    cluster.jobs[f"{JOBS}/pi"] = RUN["Job"]
    task = Task(cluster, submitted=json.dumps(RUN["Job"]).encode())
    assert (await task.ended()).error is None
    assert cluster.sent == [("GET", f"{JOBS}/pi", {})]


async def test_some_looks_may_fail_but_not_all():
    few = [SocketFailure("away")] * 5
    assert (await Task(Cluster(*few, "Complete")).ended()).error is None
    outcome = await Task(Cluster(*few, SocketFailure("away"))).ended()
    assert (outcome.error, outcome.cause) == ("EKS.SdkClientException", "away")


async def test_nobody_looks_after_a_cancellation():
    cluster = Cluster()
    task = Task(cluster)
    task.integration.cancel(CancelTask(EXECUTION, 3, task.command.resource))
    sent = list(cluster.sent)
    with pytest.raises(AssertionError):
        await task.ended()
    assert cluster.sent == sent


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"Job": None}, "The field 'Job' is required"),
        ({"Job": "no json"}, "The value for the field 'Job' must be an OBJECT"),
        ({"Job": 1}, "The value for the field 'Job' must be an OBJECT"),
        ({"LogOptions": {"Tail": 1}}, 'The field "Tail" is not supported'),
        ({"Path": "/"}, 'The field "Path" is not supported'),
        ({"Endpoint": None}, "The field 'Endpoint' is required"),
    ],
)
def test_parameters_that_make_no_job(changed, said):
    (outcome,) = Task(Cluster(), **changed).outcomes
    assert outcome.error == "States.Runtime"
    assert said in outcome.cause
