// The Lambda Runtime API for Node.js functions, where AWS's own client (aws-lambda-ric) isn't installed: that one
// has to be compiled. Handlers by callback, by promise, or plain values; CommonJS and ES modules.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { existsSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const prefix = "/2018-06-01/runtime/";

function request(method, where, body) {
  return new Promise((resolve, reject) => {
    const options = { host, port, agent, method, path: prefix + where };
    if (body !== undefined) {
      options.headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    }
    const sent = http.request(options, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(parts).toString() }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function errorText(error) {
  const known = error instanceof Error;
  return JSON.stringify({
    errorType: known ? error.name : typeof error,
    errorMessage: known ? error.message : String(error),
    trace: known && error.stack ? error.stack.split("\n") : [],
  });
}

async function load(handler) {
  const at = handler.lastIndexOf(".");
  const [file, name] = [handler.slice(0, at), handler.slice(at + 1)];
  const found = [".mjs", ".cjs", ".js", ""].map((end) => path.resolve(file + end)).find((each) => existsSync(each));
  if (found === undefined) {
    throw Object.assign(new Error(`Error: Cannot find module '${file}'`), { name: "Runtime.ImportModuleError" });
  }
  const module = await import(pathToFileURL(found));
  const loaded = module[name] ?? module.default?.[name];
  if (typeof loaded !== "function") {
    throw Object.assign(new Error(`${handler} is undefined or not exported`), { name: "Runtime.HandlerNotFound" });
  }
  return loaded;
}

function contextOf(headers) {
  const env = process.env;
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const clientContext = headers["lambda-runtime-client-context"];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    clientContext: clientContext ? JSON.parse(clientContext) : undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, value) => (error === null || error === undefined ? resolve(value) : reject(error));
    const value = handler(event, context, callback);
    if (typeof value?.then === "function") {
      value.then(resolve, reject);
    } else if (handler.length < 3) {
      resolve(value);
    }
  });
}

let handler;
try {
  handler = await load(process.argv[2]);
} catch (error) {
  console.error(error);
  await request("POST", "init/error", errorText(error));
  process.exit(1);
}
for (;;) {
  const { headers, body } = await request("GET", "invocation/next");
  const id = headers["lambda-runtime-aws-request-id"];
  try {
    const value = await run(handler, JSON.parse(body), contextOf(headers));
    await request("POST", `invocation/${id}/response`, value === undefined ? "null" : JSON.stringify(value));
  } catch (error) {
    console.error(error);
    await request("POST", `invocation/${id}/error`, errorText(error));
  }
}
