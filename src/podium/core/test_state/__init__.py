"""TestState: one state, entered once, by the same compiled states that executions run, with somebody looking on.

https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html. Nothing is stored and no engine is
needed: `StateTrial` enters the state and says what came of it, or what the world must do first.

trial = StateTrial(spec, language, Setting(...))
verdict = trial.begin() or trial.succeed(mocked_result)
"""

from podium.core.test_state.finding import STATE_NAME, find_state, state_names
from podium.core.test_state.iterations import UnfitMock
from podium.core.test_state.trial import Setting, StateTrial, Verdict

__all__ = ["STATE_NAME", "Setting", "StateTrial", "UnfitMock", "Verdict", "find_state", "state_names"]
