// Ten durable steps as a service of Restate's SDK for Node. Run: node restate_service.mjs NODE_MODULES PORT
import { createRequire } from "node:module";

// The SDK wants Node 22, where this is built in.
Promise.withResolvers ??= () => {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const [nodeModules, port] = process.argv.slice(2);
const restate = createRequire(`${nodeModules}/`)("@restatedev/restate-sdk");
const STEPS = 10;

const steps = restate.service({
  name: "steps",
  handlers: {
    inline: async (context, event) => {
      for (let step = 0; step < STEPS; step++) event = await context.run(`S${step}`, async () => event);
      return event;
    },
    calling: async (context, event) => {
      for (let step = 0; step < STEPS; step++) event = await context.serviceClient({ name: "worker" }).no_op(event);
      return event;
    },
  },
});
const worker = restate.service({ name: "worker", handlers: { no_op: async (context, event) => event } });

restate.serve({ services: [steps, worker], port: Number(port) });
