"""What a function of a template is made of: a zip of local files or of inline source, or a container image.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from podium.deploy.assets import Assets, inline_package
from podium.deploy.differences import Difference
from podium.deploy.errors import TemplateError
from podium.deploy.kinds.contract import Wanted
from podium.deploy.properties import required


class FunctionCode(NamedTuple):
    """One of the two; which it is never changes in the life of a function."""

    package: bytes = b""
    """A zip."""
    image_uri: str = ""

    @property
    def package_type(self) -> str:
        """As Lambda calls it."""
        return "Image" if self.image_uri else "Zip"

    def members(self) -> dict[str, Any]:
        """Of CreateFunction's Code and of UpdateFunctionCode."""
        return {"ImageUri": self.image_uri} if self.image_uri else {"ZipFile": self.package}

    def differences(self, function: Mapping[str, Any]) -> list[Difference]:
        """From the code of a function, as GetFunction describes it."""
        if self.image_uri:
            before = function["Code"].get("ImageUri")
            return [] if before == self.image_uri else [Difference("Code/ImageUri", before, self.image_uri)]
        now = function["Configuration"]
        sha256 = base64.b64encode(hashlib.sha256(self.package).digest()).decode()
        if now.get("CodeSha256") == sha256:
            return []
        return [Difference("Code", f"{now.get('CodeSize', 0)} bytes", f"{len(self.package)} bytes")]


def function_code(wanted: Wanted, assets: Assets) -> FunctionCode:
    """The code a template gives a function.

    Raises:
        TemplateError: it is in none of the forms, or a local path names nothing.
    """
    code = required(wanted.properties, "Code", wanted.place)
    place = f"{wanted.place}/Code"
    if isinstance(code, str):
        return FunctionCode(assets.package(assets.local(code, place)))
    if isinstance(code, dict) and isinstance(code.get("ImageUri"), str):
        return FunctionCode(image_uri=code["ImageUri"])
    if isinstance(code, dict) and isinstance(code.get("ZipFile"), str):
        node = str(wanted.properties.get("Runtime", "")).startswith("nodejs")
        return FunctionCode(inline_package("index.js" if node else "index.py", code["ZipFile"]))
    if isinstance(code, dict) and isinstance(code.get("S3Key"), str):
        return FunctionCode(assets.package(assets.object(code["S3Key"], place)))
    raise TemplateError(
        place,
        "must be a local path, inline code (ZipFile), an asset or an image (ImageUri); "
        f"leave the function to AWS with --skip {wanted.resource.logical_id}.",
    )


def code_notes(wanted: Wanted, assets: Assets) -> Iterator[str]:
    """What a person has to do before the code can work."""
    code = wanted.properties["Code"]
    image_uri = code.get("ImageUri") if isinstance(code, dict) else None
    if isinstance(image_uri, str):
        directory = assets.images.get(image_uri.rpartition(":")[2])
        if directory is not None:
            yield f"its image is built by: docker build -t {image_uri} {directory}"
        return
    path = assets.objects.get(code.get("S3Key", "")) if isinstance(code, dict) else None
    if isinstance(code, str):
        path = assets.local(code, wanted.place)
    if path is not None and (path / "requirements.txt").is_file() and not any(path.glob("*.dist-info")):
        yield "requirements.txt is not installed into its code: `sam build`, then deploy .aws-sam/build"
