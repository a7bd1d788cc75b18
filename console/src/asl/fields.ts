/** Every field of every state type, as the inspector shows it and the code view completes it.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html */
import { choice, field, type Field, group, inside } from "./field";
import { ITEM_FIELDS } from "./itemFields";
import type { QueryLanguage } from "./templates";

const COMMENT = field("Comment", "text", "For people who read the definition");
const LANGUAGE = field("QueryLanguage", "language", "The machine's, unless set here");
const ASSIGN = field("Assign", "json", "Variables to set");
const OUTPUT = field("Output", "json", "What the next state gets", "JSONata");
const PATHS = [
  field("InputPath", "path", "Which part of the input it sees", "JSONPath"),
  field("OutputPath", "path", "Which part goes on", "JSONPath"),
];
const NEXT = field("Next", "next", "The state that follows, or the end");
const RETRY: Field = {
  name: "Retry",
  kind: "list",
  hint: "What is tried again after an error, and how often",
  items: [
    field("ErrorEquals", "errors", "Names of errors, separated by commas"),
    field("IntervalSeconds", "number", "Before the first retry; 1 unless set"),
    field("MaxAttempts", "number", "Retries, the first call not among them; 3 unless set"),
    field("BackoffRate", "number", "How much longer each interval is; 2 unless set"),
    field("MaxDelaySeconds", "number", "No interval is longer"),
    choice("JitterStrategy", ["FULL", "NONE"], "Whether intervals are cut at random"),
    COMMENT,
  ],
};
const CATCH: Field = {
  name: "Catch",
  kind: "list",
  hint: "Where it goes on after an error that no retry has mended",
  items: [
    field("ErrorEquals", "errors", "Names of errors, separated by commas"),
    field("Next", "state", "The state that follows"),
    field("ResultPath", "path", "Where the error goes", "JSONPath"),
    field("Output", "json", "What the next state gets", "JSONata"),
    ASSIGN,
    COMMENT,
  ],
};
const CHOICES: Field = {
  name: "Choices",
  kind: "list",
  hint: "Rules, the first that holds is taken",
  items: [
    field("Condition", "text", "{% an expression that is true or false %}", "JSONata"),
    field("Next", "state", "The state that follows"),
    field("Output", "json", "What the next state gets", "JSONata"),
    ASSIGN,
    COMMENT,
  ],
};
const RESULT = [
  field("ResultSelector", "json", "Picks from the result", "JSONPath"),
  field("ResultPath", "path", "Where the result goes in the input", "JSONPath"),
];
const either = (name: string, hint: string): Field[] => [
  field(name, "number", hint),
  field(`${name}Path`, "text", "Where in the input it is", "JSONPath"),
];

export const STATE_FIELDS: Record<string, Field[]> = {
  Task: [
    field("Resource", "resource", "What it calls"),
    field("Arguments", "call", "What it calls it with", "JSONata"),
    field("Parameters", "call", "What it calls it with", "JSONPath"),
    ...PATHS,
    ...RESULT,
    OUTPUT,
    ASSIGN,
    ...either("TimeoutSeconds", "How long it may take"),
    ...either("HeartbeatSeconds", "How often it must report"),
    group("Credentials", "Whom it calls as", [
      inside(
        ["Credentials"],
        field("RoleArn", "text", "The role it calls with, of another account for example"),
      ),
      inside(["Credentials"], field("RoleArn.$", "text", "", "JSONPath")),
    ]),
    RETRY,
    CATCH,
    NEXT,
  ],
  Pass: [
    field("Result", "json", "What it gives, in place of its input", "JSONPath"),
    field("Parameters", "json", "", "JSONPath"),
    ...PATHS,
    field("ResultPath", "path", "Where the result goes in the input", "JSONPath"),
    OUTPUT,
    ASSIGN,
    NEXT,
  ],
  Choice: [CHOICES, field("Default", "state", "Where it goes when no rule holds"), ...PATHS, OUTPUT, ASSIGN],
  Wait: [
    ...either("Seconds", "How long"),
    field("Timestamp", "text", "Until when"),
    field("TimestampPath", "text", "Where in the input it is", "JSONPath"),
    ...PATHS,
    OUTPUT,
    ASSIGN,
    NEXT,
  ],
  Parallel: [
    field("Arguments", "json", "What every branch gets", "JSONata"),
    field("Parameters", "json", "What every branch gets", "JSONPath"),
    ...PATHS,
    ...RESULT,
    OUTPUT,
    ASSIGN,
    RETRY,
    CATCH,
    NEXT,
  ],
  Map: [
    field("Items", "json", "What it goes through", "JSONata"),
    field("ItemsPath", "text", "What it goes through", "JSONPath"),
    field("ItemSelector", "json", "What each iteration gets"),
    ...either("MaxConcurrency", "How many at once; 0 for as many as there are"),
    ...ITEM_FIELDS,
    ...either("ToleratedFailureCount", "How many items may fail"),
    ...either("ToleratedFailurePercentage", "How many per cent may fail"),
    field("Label", "text", "Names its Map Runs"),
    field("Parameters", "json", "The old name of ItemSelector", "JSONPath"),
    ...PATHS,
    ...RESULT,
    OUTPUT,
    ASSIGN,
    RETRY,
    CATCH,
    NEXT,
  ],
  Succeed: [...PATHS, OUTPUT],
  Fail: [
    field("Error", "text", "The error's name, which a Catch can look for"),
    field("ErrorPath", "text", "Where in the input the name is", "JSONPath"),
    field("Cause", "text", "What went wrong, for people"),
    field("CausePath", "text", "Where in the input the cause is", "JSONPath"),
  ],
};

export const MACHINE_FIELDS: Field[] = [
  COMMENT,
  field("QueryLanguage", "language", "Of all states that don't say otherwise"),
  field("StartAt", "state", "Where it begins"),
  field("TimeoutSeconds", "number", "How long an execution may take"),
  field("Version", "text", "Of the language: 1.0"),
];

export function fieldsOf(type: string, language: QueryLanguage): Field[] {
  return spoken([...(STATE_FIELDS[type] ?? []), COMMENT, LANGUAGE], language);
}

/** Those that there are in a query language. */
export const spoken = (fields: Field[], language: QueryLanguage): Field[] =>
  fields.filter((each) => !each.only || each.only === language);

/** Fields that the graph shows, or that the inspector has a place of its own for. */
export const STRUCTURE = new Set(["Type", "End", "States", "Branches", "ItemProcessor", "Iterator"]);
