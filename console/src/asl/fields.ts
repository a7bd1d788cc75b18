/** Every field of every state type, as the inspector shows it and the code view completes it.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html */
import type { QueryLanguage } from "./templates";

export type Kind =
  | "text"
  | "number"
  | "boolean"
  | "json"
  | "path"
  | "state"
  | "next"
  | "language"
  | "resource"
  | "errors"
  | "list";

export interface Field {
  name: string;
  kind: Kind;
  hint?: string;
  /** Only in this query language. */
  only?: QueryLanguage;
  /** Fields of each item of a list. */
  items?: Field[];
  /** Where it stands, below the state; its name where it is left out. */
  at?: string[];
}

const field = (name: string, kind: Kind, hint?: string, only?: QueryLanguage): Field => ({
  name,
  kind,
  ...(hint ? { hint } : {}),
  ...(only ? { only } : {}),
});

const COMMENT = field("Comment", "text");
const LANGUAGE = field("QueryLanguage", "language", "The machine's, unless set here");
const ASSIGN = field("Assign", "json", "Variables to set");
const OUTPUT = field("Output", "json", "What the next state gets", "JSONata");
const PATHS = [
  field("InputPath", "path", "Which part of the input it sees", "JSONPath"),
  field("OutputPath", "path", "Which part goes on", "JSONPath"),
];
const NEXT = field("Next", "next");
const RETRY: Field = {
  name: "Retry",
  kind: "list",
  items: [
    field("ErrorEquals", "errors", "Names of errors, separated by commas"),
    field("IntervalSeconds", "number"),
    field("MaxAttempts", "number"),
    field("BackoffRate", "number"),
    field("MaxDelaySeconds", "number"),
    field("JitterStrategy", "text", "FULL or NONE"),
    COMMENT,
  ],
};
const CATCH: Field = {
  name: "Catch",
  kind: "list",
  items: [
    field("ErrorEquals", "errors", "Names of errors, separated by commas"),
    field("Next", "state"),
    field("ResultPath", "path", "Where the error goes", "JSONPath"),
    field("Output", "json", "", "JSONata"),
    ASSIGN,
    COMMENT,
  ],
};
const CHOICES: Field = {
  name: "Choices",
  kind: "list",
  items: [
    field("Condition", "text", "{% an expression that is true or false %}", "JSONata"),
    field("Next", "state"),
    field("Output", "json", "", "JSONata"),
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
  field(`${name}Path`, "text", "", "JSONPath"),
];

export const STATE_FIELDS: Record<string, Field[]> = {
  Task: [
    field("Resource", "resource", "What it calls"),
    field("Arguments", "json", "What it calls it with", "JSONata"),
    field("Parameters", "json", "What it calls it with", "JSONPath"),
    ...PATHS,
    ...RESULT,
    OUTPUT,
    ASSIGN,
    ...either("TimeoutSeconds", "How long it may take"),
    ...either("HeartbeatSeconds", "How often it must report"),
    field("Credentials", "json", "The role it calls with"),
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
    field("TimestampPath", "text", "", "JSONPath"),
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
    {
      name: "Processor",
      kind: "json",
      hint: "Inline, or distributed with child executions",
      at: ["ItemProcessor", "ProcessorConfig"],
    },
    ...either("MaxConcurrency", "How many at once; 0 for as many as there are"),
    field("ItemReader", "json", "Items from a file or a listing"),
    field("ItemBatcher", "json", "Several items to an execution"),
    field("ResultWriter", "json", "Where results are written"),
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
    field("Error", "text"),
    field("ErrorPath", "text", "", "JSONPath"),
    field("Cause", "text"),
    field("CausePath", "text", "", "JSONPath"),
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
  const known = [...(STATE_FIELDS[type] ?? []), COMMENT, LANGUAGE];
  return known.filter((each) => !each.only || each.only === language);
}

/** Fields that the graph shows, or that the inspector has a place of its own for. */
export const STRUCTURE = new Set(["Type", "End", "States", "Branches", "ItemProcessor", "Iterator"]);
