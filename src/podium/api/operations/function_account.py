"""The account's limits and usage: GetAccountSettings.

https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
"""

from typing import Any, Final

from podium.api.context import RequestContext
from podium.api.functions import service_of
from podium.api.operations.function_concurrency import CONCURRENT_EXECUTIONS, reserved
from podium.api.services import Operation, Services
from podium.functions.lambda_runtime.package import MAX_UNZIPPED_BYTES
from podium.functions.names import function_arn

_TOTAL_CODE_BYTES: Final = 75 * 1024**3
_ZIPPED_BYTES: Final = 50 * 1024**2


async def get_account_settings(services: Services, context: RequestContext, input: dict[str, Any]) -> dict[str, Any]:
    """GetAccountSettings: Lambda's default quotas, and what there is in the caller's account and region."""
    catalogue = service_of(services).catalogue
    found = await catalogue.list(prefix=function_arn(context.region, context.account, ""), limit=100_000)
    return {
        "AccountLimit": {
            "TotalCodeSize": _TOTAL_CODE_BYTES,
            "CodeSizeUnzipped": MAX_UNZIPPED_BYTES,
            "CodeSizeZipped": _ZIPPED_BYTES,
            "ConcurrentExecutions": CONCURRENT_EXECUTIONS,
            "UnreservedConcurrentExecutions": CONCURRENT_EXECUTIONS - await reserved(services, context),
        },
        "AccountUsage": {"TotalCodeSize": sum(record.code_size for record in found), "FunctionCount": len(found)},
    }


OPERATIONS: Final[dict[str, Operation]] = {"GetAccountSettings": get_account_settings}
