"""Every form an application comes in is found, with its name and its local files."""

import json

import pytest

from podium.deploy.errors import TemplateError
from podium.deploy.sources import stack_sources

TEMPLATE = "Resources: {A: {Type: T}}"


def stack(file, *needs):
    return {"type": "aws:cloudformation:stack", "properties": {"templateFile": file}, "dependencies": list(needs)}


@pytest.fixture
def assembly(tmp_path):
    """A cloud assembly of two stacks and a stage with one."""
    out = tmp_path / "cdk.out"
    (out / "assembly-Stage").mkdir(parents=True)
    for folder, name in ((out, "One"), (out, "Two"), (out / "assembly-Stage", "StageThree")):
        (folder / f"{name}.template.json").write_text('{"Resources": {"A": {"Type": "T"}}}')
    file = {"source": {"path": "asset.abc"}, "destinations": {"current": {"bucketName": "b", "objectKey": "abc.zip"}}}
    image = {"source": {"executable": ["x"]}, "destinations": {"current": {"objectKey": "img"}}}
    built = {"source": {"directory": "asset.d0c"}, "destinations": {"current": {"imageTag": "d0c"}}}
    assets = {"files": {"abc": file, "img": image}, "dockerImages": {"d0c": built}}
    (out / "One.assets.json").write_text(json.dumps(assets))
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}, "dependencies": ["One"]}
    artifacts = {
        "Stage": stage,
        "One": stack("One.template.json", "Two", "One.assets"),
        "Two": stack("Two.template.json"),
        "One.assets": {"type": "cdk:asset-manifest", "properties": {"file": "One.assets.json"}},
        "Tree": {"type": "cdk:tree"},
    }
    (out / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    three = {"artifacts": {"StageThree": stack("StageThree.template.json")}}
    (out / "assembly-Stage" / "manifest.json").write_text(json.dumps(three))
    return out


def test_an_assemblys_stacks_come_after_those_they_depend_on(assembly):
    for path in (assembly, assembly.parent):
        assert [source.name for source in stack_sources(path)] == ["Two", "One", "StageThree"]


def test_an_assemblys_assets_are_known_by_their_keys(assembly):
    expected = {"abc.zip": assembly / "asset.abc"}
    found = stack_sources(assembly)[1].assets
    assert (found.objects, found.images) == (expected, {"d0c": assembly / "asset.d0c"})
    [alone] = stack_sources(assembly / "One.template.json")
    assert (alone.name, alone.assets.objects) == ("One", expected)


def test_a_template_is_named_after_its_directory(tmp_path):
    project = tmp_path / "my_shop"
    (project / ".aws-sam" / "build").mkdir(parents=True)
    for file in (project / "template.yaml", project / ".aws-sam" / "build" / "template.yaml"):
        file.write_text(TEMPLATE)
        for path in (file, file.parent):
            assert [source.name for source in stack_sources(path)] == ["my-shop"]


@pytest.mark.parametrize(
    ("files", "path", "said"),
    [
        ({}, ".", "neither an app CDK has synthesised (manifest.json) nor a template.yaml"),
        ({}, "gone.yaml", "there is no such file"),
        ({"t.yaml": "- a"}, "t.yaml", "a template is a mapping with a Resources section"),
        ({"t.yaml": "A: [1"}, "t.yaml", "t.yaml:1:6: not YAML"),
    ],
)
def test_what_is_no_application_is_said(tmp_path, files, path, said):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(TemplateError) as raised:
        stack_sources(tmp_path / path)
    assert said in str(raised.value)
