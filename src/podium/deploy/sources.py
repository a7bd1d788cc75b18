"""What can be deployed: a template file, or an app that CDK has synthesised (a cloud assembly, usually `cdk.out`).

The assembly's manifest names its stacks and their dependencies; each stack's asset manifest names the files that
stand for S3 objects, and the directories that images are built from:
https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from podium.deploy.assets import Assets
from podium.deploy.documents import parse, read_file
from podium.deploy.errors import TemplateError
from podium.deploy.names import stack_name_from

_MANIFEST: Final = "manifest.json"
_TEMPLATE_ENDING: Final = ".template.json"
_DEFAULT_FILES: Final = ("template.yaml", "template.yml", "template.json")
_SAM_BUILD: Final = (".aws-sam", "build")


@dataclass(frozen=True)
class StackSource:
    """One stack to deploy: its default name, its template document and the local files it names."""

    name: str
    file: Path
    document: dict[str, Any]
    assets: Assets


def stack_sources(path: Path) -> list[StackSource]:
    """The stacks of a template file or a directory, each after those it depends on.

    Raises:
        TemplateError: there is nothing deployable, or it can't be read.
    """
    if not path.is_dir():
        return [_template(path)]
    for directory in (path, path / "cdk.out"):
        if (directory / _MANIFEST).is_file():
            return list(_assembly(directory))
    for name in _DEFAULT_FILES:
        if (path / name).is_file():
            return [_template(path / name)]
    raise TemplateError(str(path), f"neither an app CDK has synthesised ({_MANIFEST}) nor a {_DEFAULT_FILES[0]}.")


def _template(file: Path, name: str | None = None) -> StackSource:
    document = parse(read_file(file), str(file))
    if not isinstance(document, dict):
        raise TemplateError(str(file), "a template is a mapping with a Resources section.")
    return StackSource(name or _default_name(file), file, document, _assets(file))


def _default_name(file: Path) -> str:
    if file.name.endswith(_TEMPLATE_ENDING):
        return stack_name_from(file.name.removesuffix(_TEMPLATE_ENDING))
    folder = file.resolve().parent
    return stack_name_from(folder.parents[1].name if folder.parts[-2:] == _SAM_BUILD else folder.name)


def _assets(file: Path) -> Assets:
    """Local files of a template; those CDK names in the manifest beside it are known by their S3 keys."""
    assets = Assets(file.resolve().parent)
    if not file.name.endswith(_TEMPLATE_ENDING):
        return assets
    manifest = file.with_name(file.name.removesuffix(_TEMPLATE_ENDING) + ".assets.json")
    if manifest.is_file():
        named = parse(read_file(manifest), str(manifest))
        assets.objects |= _places(named.get("files", {}), "path", "objectKey", assets.root)
        assets.images |= _places(named.get("dockerImages", {}), "directory", "imageTag", assets.root)
    return assets


def _places(entries: dict[str, Any], source: str, destination: str, root: Path) -> dict[str, Path]:
    """What assets are called where they would be uploaded, with the local file or directory of each."""
    return {
        uploaded[destination]: root / path
        for entry in entries.values()
        if (path := entry.get("source", {}).get(source)) is not None
        for uploaded in entry.get("destinations", {}).values()
    }


def _assembly(directory: Path) -> Iterator[StackSource]:
    manifest = directory / _MANIFEST
    artifacts = parse(read_file(manifest), str(manifest)).get("artifacts", {})
    done: set[str] = set()

    def visit(artifact_id: str) -> Iterator[StackSource]:
        artifact = artifacts.get(artifact_id)
        if artifact is None or artifact_id in done:
            return
        done.add(artifact_id)
        for needed in artifact.get("dependencies", ()):
            yield from visit(needed)
        properties = artifact.get("properties", {})
        if artifact.get("type") == "aws:cloudformation:stack":
            yield _template(directory / properties["templateFile"], properties.get("stackName", artifact_id))
        elif artifact.get("type") == "cdk:cloud-assembly":
            yield from _assembly(directory / properties["directoryName"])

    for artifact_id in artifacts:
        yield from visit(artifact_id)
