// A definition run by aws-local-stepfunctions in this process, its tasks answered from a table.
// Run: node local_stepfunctions.mjs NODE_MODULES WORKLOAD.json IN_FLIGHT SECONDS, where WORKLOAD holds
// {"definition": ..., "input": ..., "answers": {"TaskState": answer}}. Prints {"executions", "seconds", "output"}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The package wants Node 22, where this is built in.
Promise.withResolvers ??= () => {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const [nodeModules, workloadFile, inFlight, seconds] = process.argv.slice(2);
const { StateMachine } = createRequire(`${nodeModules}/`)("aws-local-stepfunctions");
const { definition, input, answers } = JSON.parse(readFileSync(workloadFile));
const handlers = Object.entries(answers).map(([state, answer]) => [state, async () => answer]);
const options = { noLogs: true, overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) } };

const machine = new StateMachine(definition);
const output = await machine.run(input, options).result;
let executions = 0;
const begun = performance.now();
const stop = begun + 1000 * Number(seconds);
await Promise.all(
  Array.from({ length: Number(inFlight) }, async () => {
    while (performance.now() < stop) {
      await machine.run(input, options).result;
      executions++;
    }
  }),
);
console.log(JSON.stringify({ executions, seconds: (performance.now() - begun) / 1000, output }));
