"""One call in the worker: the event and context a handler sees, and its answer as AWS's Python runtime shapes it.

Reading, writing and the context object are awslambdaric's own, so that a handler behaves here as it does
there (Decimal, named tuples, NaN, error objects). What is left out is what costs microseconds per call:
looking constants up in the environment each time.
"""

import base64
import json
import time
import traceback
from typing import Any, Final

from awslambdaric import lambda_context, lambda_runtime_marshaller

from podium.functions.errors import MAX_RESPONSE_BYTES, response_too_large
from podium.functions.worker.frames import CallFrame


class _Encoder(lambda_runtime_marshaller.Encoder):  # type: ignore[misc]
    def __init__(self) -> None:
        # The settings of Python 3.12 and newer on Lambda, without asking the environment.
        lambda_runtime_marshaller.json.JSONEncoder.__init__(self, use_decimal=False, ensure_ascii=False, allow_nan=True)


_encode = _Encoder().encode
# Not `json.loads`: it would look for other encodings than UTF-8 first, each time.
_decode = json.JSONDecoder().decode


class Setting:
    """What is the same for all calls of a worker."""

    def __init__(self, arn_prefix: str, timeout_seconds: float, memory_mb: int) -> None:
        self.arn_prefix = arn_prefix
        """`arn:aws:lambda:REGION:ACCOUNT:function:`."""
        self.timeout_seconds = timeout_seconds
        self.memory_mb = str(memory_mb)
        self.log_stream_name = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{time.time_ns():032x}"


class Context(lambda_context.LambdaContext):  # type: ignore[misc]
    """Lambda's context object (https://docs.aws.amazon.com/lambda/latest/dg/python-context.html)."""

    def __init__(self, call: CallFrame, function: str, setting: Setting) -> None:
        self.aws_request_id = call.request_id
        self.function_name = function
        self.function_version = "$LATEST"
        qualifier = f":{call.qualifier}" if call.qualifier else ""
        self.invoked_function_arn = f"{setting.arn_prefix}{function}{qualifier}"
        self.memory_limit_in_mb = setting.memory_mb
        self.log_group_name = f"/aws/lambda/{function}"
        self.log_stream_name = setting.log_stream_name
        self.tenant_id = None
        self._epoch_deadline_time_in_ms = int((time.time() + setting.timeout_seconds) * 1000)
        self.identity = _NO_IDENTITY
        self.client_context: Any = None
        self._w3c_fields: dict[str, str] = {}
        if call.client_context:
            self._read_client_context(json.loads(base64.b64decode(call.client_context)))

    def _read_client_context(self, client: Any) -> None:
        self._w3c_fields = self._extract_and_strip_w3c(client)
        self.client_context = lambda_context.make_obj_from_dict(lambda_context.ClientContext, client)
        if self.client_context is not None and self.client_context.client is not None:
            self.client_context.client = lambda_context.make_obj_from_dict(
                lambda_context.Client, self.client_context.client
            )


# Nobody signs in to a worker, so one empty identity does for all calls.
_NO_IDENTITY: Final = lambda_context.make_obj_from_dict(lambda_context.CognitoIdentity, {})


def decode_event(call: CallFrame) -> Any:
    """The handler's first argument. An empty payload is an empty event, as on Lambda."""
    return _decode(call.payload.decode()) if call.payload else {}


def encode_answer(value: Any, request_id: str) -> tuple[bool, bytes]:
    """Whether the call failed after all, and its payload: JSON text, or bytes as the handler returned them."""
    if isinstance(value, bytes):
        text = value
    else:
        try:
            text = _encode(value).encode()
        except Exception as error:
            return True, fault("Runtime.MarshalError", f"Unable to marshal response: {error}", request_id)
    if len(text) > MAX_RESPONSE_BYTES:
        return True, response_too_large()
    return False, text


def fault(error_type: str, message: str, request_id: str, stack_trace: list[str] | None = None) -> bytes:
    """An error object of the Python runtime: spaces after separators, in awslambdaric's key order."""
    return _error_text(
        {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": stack_trace or []}
    )


def encode_exception(error: BaseException, request_id: str) -> bytes:
    """The error object of an exception, its trace beginning in the handler's code."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = 0
    while ours < len(frames) - 1 and frames[ours].filename in _OWN_FILES:
        ours += 1
    # As tuples: FrameSummary objects would be drawn with carets under the code.
    entries = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in frames[ours:]]
    return fault(type(error).__name__, message_of(error), request_id, traceback.format_list(entries))  # type: ignore[arg-type]


def message_of(error: BaseException) -> str:
    """The exception's text. Where it fails to give one the call still has an answer."""
    try:
        return str(error)
    except Exception as fault:
        return f"<the text of this {type(error).__name__} could not be made: {type(fault).__name__}>"


def encode_load_error(error: BaseException, file: str) -> bytes:
    """The error object for a file that could not be loaded, its trace beginning in that file."""
    if isinstance(error, SyntaxError):
        # Nothing of the file has run; where it is wrong stands in the error.
        *place, _ = traceback.format_exception_only(error)
        return fault(type(error).__name__, error.msg, "", ["".join(place)])
    frames = [
        (frame.filename, frame.lineno, frame.name, frame.line) for frame in traceback.extract_tb(error.__traceback__)
    ]
    begin = next((index for index, frame in enumerate(frames) if frame[0] == file), len(frames))
    return fault(type(error).__name__, message_of(error), "", traceback.format_list(frames[begin:]))  # type: ignore[arg-type]


def _error_text(error: dict[str, Any]) -> bytes:
    # Lone surrogates in a message must not cost the answer.
    return str(_encode(error)).encode(errors="backslashreplace")


_OWN_FILES = {__file__, __file__.replace("calls.py", "main.py"), __file__.replace("calls.py", "coroutines.py")}
