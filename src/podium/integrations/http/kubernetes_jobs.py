"""`arn:aws:states:::eks:runJob`: a Task that runs a Kubernetes Job; with `.sync`, to its end, with its logs.

The Job bears the task's key as an annotation, so that one begun before a crash is found again, not refused. Whether a
Job is over is said by its conditions: https://kubernetes.io/docs/concepts/workloads/controllers/job/
https://docs.aws.amazon.com/step-functions/latest/dg/connect-eks.html
"""

from typing import Any, Final
from urllib.parse import quote

from podium.core import jsontext
from podium.core.machine.commands import CancelTask, InvokeTask
from podium.integrations.aws.call import Caller
from podium.integrations.aws.job_watch import LOOKS_THAT_MAY_FAIL, Looks, key_of
from podium.integrations.contract import Deliver, TaskOutcome, unusable
from podium.integrations.http.client import HttpRequest
from podium.integrations.http.kubernetes import Kubernetes, Refused, check_fields, shown_response
from podium.integrations.http.request import UnusableRequest, query_text

KEY: Final = "podium/task-key"
"""The annotation."""

_TEXTS: Final = ("ClusterName", "CertificateAuthority", "Endpoint")
_FIELDS: Final = frozenset((*_TEXTS, "Namespace", "Job", "LogOptions"))
_LOG_OPTIONS: Final = frozenset(("RetrieveLogs", "RawLogs", "LogParameters"))
_NOT_YET: Final = TaskOutcome(submitted=True)

Members = dict[str, Any]


class KubernetesJobs:
    """Performs `eks:runJob`.

    Args:
        caller: does the blocking work.
    """

    def __init__(self, caller: Caller, clusters: Kubernetes) -> None:
        self._caller = caller
        self._clusters = clusters
        self._watches: dict[tuple[str, int], _Watch] = {}

    def perform(self, command: InvokeTask, deliver: Deliver) -> None:
        """See `TaskPerformer.perform`."""
        run = _Run(self._clusters, command)
        if command.resource.pattern != "sync":
            self._caller.submit(run.begin, deliver)
            return
        key = key_of(command)

        def ended(outcome: TaskOutcome) -> None:
            self._watches.pop(key, None)
            deliver(outcome)

        watch = self._watches[key] = _Watch(self._caller, run, deliver, ended)
        watch.begin(command.submitted)

    def cancel(self, command: CancelTask) -> None:
        """Look no more. The Job runs on: as on AWS, nobody but its owner ends it."""
        watch = self._watches.pop(key_of(command), None)
        if watch is not None:
            watch.cancel()


class _Watch:
    """Waits for the end of a Job.

    Args:
        submitted: told what the Job was begun as.
        ended: told how it ended.
    """

    def __init__(self, caller: Caller, run: "_Run", submitted: Deliver, ended: Deliver) -> None:
        self._caller = caller
        self._run = run
        self._submitted = submitted
        self._ended = ended
        self._failures = 0
        self._looks = Looks()
        self._cancelled = False

    def begin(self, begun: bytes | None) -> None:
        """Begin the Job, or go on with the one that was."""
        if begun is None:
            self._caller.submit(self._run.begin, self._begun)
        else:
            self._go_on(begun)

    def cancel(self) -> None:
        """Look no more."""
        self._cancelled = True
        self._looks.stop()

    def _begun(self, outcome: TaskOutcome) -> None:
        if outcome.output is None:
            self._ended(outcome)
        elif not self._cancelled:
            self._submitted(TaskOutcome(output=outcome.output, submitted=True))
            self._go_on(outcome.output)

    def _go_on(self, begun: bytes) -> None:
        job = jsontext.decode(begun)

        def look() -> None:
            self._caller.submit(lambda: self._run.look(job), looked)

        def looked(outcome: TaskOutcome) -> None:
            if self._cancelled:
                return
            self._failures = self._failures + 1 if outcome.error == _UNSEEN else 0
            if outcome is _NOT_YET or 0 < self._failures <= LOOKS_THAT_MAY_FAIL:
                self._looks.later(look)
            elif outcome.error == _UNSEEN:
                self._ended(TaskOutcome(error="EKS.SdkClientException", cause=outcome.cause))
            else:
                self._ended(outcome)

        self._looks.later(look)


_UNSEEN: Final = "Podium.JobUnseen"
"""The error of a look at a Job that brought nothing; never a task's."""


class _Run:
    """One task's Job. Everything here blocks."""

    def __init__(self, clusters: Kubernetes, command: InvokeTask) -> None:
        self._clusters = clusters
        self._command = command

    def begin(self) -> TaskOutcome:
        """Create the Job; the result is the Job as the API shows it."""
        key = self._command.idempotency_key
        try:
            given = _checked(jsontext.decode(self._command.parameters))
            job = _job(given)
            metadata: Members = job["metadata"] if isinstance(job.get("metadata"), dict) else {}
            annotations = {**(metadata.get("annotations") or {}), KEY: key}
            body = jsontext.encode({**job, "metadata": {**metadata, "annotations": annotations}})
            path = f"/apis/batch/v1/namespaces/{_namespace(given)}/jobs"
            content = {"Content-Type": ["application/json"]}
            response = self._clusters.send(self._command, given, HttpRequest("POST", path, content, body))
            if response.status == 409 and metadata.get("name"):
                there = self._get(given, f"{path}/{quote(str(metadata['name']))}")
                if there.get("metadata", {}).get("annotations", {}).get(KEY) == key:
                    return TaskOutcome(output=jsontext.encode(there))
        except UnusableRequest as reason:
            return unusable(self._command, reason)
        except Refused as refused:
            return refused.outcome
        if not 200 <= response.status < 300:
            return TaskOutcome(error=f"EKS.{response.status}", cause=shown_response(response).decode())
        return TaskOutcome(output=response.body)

    def look(self, begun: Members) -> TaskOutcome:
        """How the Job ended: its description, with its logs where they are asked for."""
        given = jsontext.decode(self._command.parameters)
        name = quote(str(begun["metadata"]["name"]))
        try:
            job = self._get(given, f"/apis/batch/v1/namespaces/{_namespace(given)}/jobs/{name}")
        except Refused as refused:
            return TaskOutcome(error=_UNSEEN, cause=refused.outcome.cause)
        conditions = job.get("status", {}).get("conditions") or []
        ended = [one["type"] for one in conditions if one.get("status") == "True" and one["type"] in _ENDS]
        if not ended:
            return _NOT_YET
        if (given.get("LogOptions") or {}).get("RetrieveLogs") in (True, "true"):
            job["logs"] = self._logs(given, name)
        text = jsontext.encode(job)
        if ended[0] == "Failed":
            return TaskOutcome(error="States.TaskFailed", cause=text.decode())
        return TaskOutcome(output=text)

    def _get(self, given: Members, path: str) -> Members:
        """What is at a path.

        Raises:
            Refused: nothing can be read there.
        """
        response = self._clusters.send(self._command, given, HttpRequest("GET", path, {}))
        shown = shown_response(response)
        if response.status == 200:
            body: Members = jsontext.decode(shown)["ResponseBody"]
            return body
        raise Refused(TaskOutcome(error=f"EKS.{response.status}", cause=shown.decode()))

    def _logs(self, given: Members, job: str) -> Members:
        """Logs of all containers of all pods; what can't be read is an error in the log's place."""
        pods_path = f"/api/v1/namespaces/{_namespace(given)}/pods"
        try:
            pods = self._get(given, f"{pods_path}?{query_text({'labelSelector': f'job-name={job}'})}")
        except Refused as refused:
            return {"error": refused.outcome.error, "cause": refused.outcome.cause}
        shown: Members = {}
        for pod in pods.get("items") or []:
            name = pod["metadata"]["name"]
            containers = [container["name"] for container in pod["spec"]["containers"]]
            paths = {one: f"{pods_path}/{quote(name)}/log" for one in containers}
            shown[name] = {"containers": {one: self._log(given, path, one) for one, path in paths.items()}}
        return {"pods": shown}

    def _log(self, given: Members, path: str, container: str) -> Members:
        options = given["LogOptions"]
        query = query_text({"container": container} | (options.get("LogParameters") or {}))
        try:
            response = self._clusters.send(self._command, given, HttpRequest("GET", f"{path}?{query}", {}))
        except Refused as refused:
            return {"error": refused.outcome.error, "cause": refused.outcome.cause}
        text = response.body.decode(errors="replace")
        if response.status != 200:
            return {"error": f"EKS.{response.status}", "cause": text}
        if options.get("RawLogs") not in (True, "true"):
            try:
                return {"log": jsontext.decode(text)}
            except jsontext.InvalidJson:
                pass
        return {"log": text}


_ENDS: Final = ("Complete", "Failed")


def _checked(parameters: Any) -> Members:
    given = check_fields(parameters, _FIELDS, _TEXTS)
    for field in ("Job", "LogOptions"):
        if not isinstance(given.get(field), dict | str | None if field == "Job" else dict | None):
            raise UnusableRequest(f"The value for the field '{field}' must be an OBJECT")
    if given.get("Job") is None:
        raise UnusableRequest("The field 'Job' is required but was missing")
    for option in given.get("LogOptions") or {}:
        if option not in _LOG_OPTIONS:
            raise UnusableRequest(f'The field "{option}" is not supported by Step Functions')
    return given


def _job(given: Members) -> Members:
    """The Job; it may be given as JSON text."""
    job = given["Job"]
    if isinstance(job, str):
        try:
            job = jsontext.decode(job)
        except jsontext.InvalidJson:
            job = None
    if not isinstance(job, dict):
        raise UnusableRequest("The value for the field 'Job' must be an OBJECT")
    return job


def _namespace(given: Members) -> str:
    return quote(str(given.get("Namespace") or "default"))
