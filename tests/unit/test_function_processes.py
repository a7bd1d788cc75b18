"""The setting `function_processes` reaches what starts processes."""

from podium import bootstrap
from podium.config import Settings
from podium.functions.lambda_runtime.runtime import LambdaRuntimeSetting


async def test_function_processes_bounds_one_function_and_all_of_them(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(bootstrap, "LambdaRuntime", lambda setting, log: made.append(setting))
    bootstrap._runtime(Settings(data_directory=tmp_path, function_processes=3))
    bootstrap._runtime(Settings(data_directory=tmp_path))
    bounds = [(setting.processes_per_function, setting.processes) for setting in made]
    usual = LambdaRuntimeSetting()
    assert bounds == [(3, 3), (usual.processes_per_function, usual.processes)]
