/** What a new state begins as, in either query language. */
import { freshName } from "./edit";
import type { Json, StateNode, StateType } from "./model";

export type QueryLanguage = "JSONPath" | "JSONata";

export interface PaletteItem {
  id: string;
  group: "States" | "Integrations" | "All of AWS";
  label: string;
  hint: string;
  type: StateType;
  resource?: string;
}

export const STATE_ITEMS: PaletteItem[] = [
  ["Task", "Calls a function or a service"],
  ["Pass", "Shapes data"],
  ["Choice", "Takes one of several ways"],
  ["Wait", "Waits for a while or until a time"],
  ["Parallel", "Runs branches at once"],
  ["Map", "Does the same for every item"],
  ["Succeed", "Ends well"],
  ["Fail", "Ends with an error"],
].map(([label = "", hint = ""]) => ({ id: label, group: "States", label, hint, type: label as StateType }));

function callOf(resource: string, language: QueryLanguage, given: Json): StateNode {
  const jsonata = language === "JSONata";
  const isLambda = resource.startsWith("arn:aws:states:::lambda:invoke");
  if (!isLambda) return { Type: "Task", Resource: resource, [jsonata ? "Arguments" : "Parameters"]: given };
  return jsonata
    ? {
        Type: "Task",
        Resource: resource,
        Arguments: { FunctionName: "my-function", Payload: "{% $states.input %}" },
      }
    : { Type: "Task", Resource: resource, Parameters: { FunctionName: "my-function", "Payload.$": "$" } };
}

/** A new state; the names inside it are new in the whole machine and are added to `taken`. `given`: what a call begins
 * with. */
export function template(
  item: PaletteItem,
  language: QueryLanguage,
  taken: Set<string>,
  given: Json = {},
): StateNode {
  const inner = () => {
    const name = freshName("Pass", taken);
    taken.add(name);
    return { StartAt: name, States: { [name]: { Type: "Pass", End: true } } };
  };
  switch (item.type) {
    case "Task":
      return callOf(item.resource ?? "arn:aws:states:::lambda:invoke", language, given);
    case "Wait":
      return { Type: "Wait", Seconds: 5 };
    case "Choice":
      return language === "JSONata"
        ? { Type: "Choice", Choices: [{ Condition: "{% $exists($states.input.value) %}" }] }
        : { Type: "Choice", Choices: [{ Variable: "$.value", IsPresent: true }] };
    case "Parallel":
      return { Type: "Parallel", Branches: [inner(), inner()] };
    case "Map":
      return { Type: "Map", ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...inner() } };
    case "Fail":
      return { Type: "Fail", Error: "MyError", Cause: "What went wrong" };
    default:
      return { Type: item.type };
  }
}

export const BLANK = `{
  "Comment": "A new state machine",
  "QueryLanguage": "JSONata",
  "StartAt": "Begin",
  "States": {
    "Begin": {
      "Type": "Pass",
      "End": true
    }
  }
}
`;
