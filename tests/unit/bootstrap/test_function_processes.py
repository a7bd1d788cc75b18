"""The setting `function_processes` reaches what starts processes."""

from podium.bootstrap import functions
from podium.config import Settings
from podium.functions.lambda_runtime.runtime import LambdaRuntimeSetting
from podium.functions.logs import LogFiles


async def test_function_processes_bounds_one_function_and_all_of_them(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(functions, "LambdaRuntime", lambda setting, log: made.append(setting))
    logs = LogFiles(tmp_path)
    functions.function_runtime(Settings(data_directory=tmp_path, function_processes=3), logs)
    functions.function_runtime(Settings(data_directory=tmp_path), logs)
    bounds = [(setting.processes_per_function, setting.processes) for setting in made]
    usual = LambdaRuntimeSetting()
    assert bounds == [(3, 3), (usual.processes_per_function, usual.processes)]
