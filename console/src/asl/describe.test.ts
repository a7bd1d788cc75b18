import { expect, it } from "vitest";
import { describe as told } from "./describe";

const TEXT = `{
  "StartAt": "Ask",
  "States": {
    "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Comment": "Asks once",
      "Retry": [{"JitterStrategy": "FULL"}], "Next": "Done"},
    "Done": {"Type": "Succeed", "x-mine": 1}
  }
}`;
const at = (found: string, nth = 0) => {
  let offset = -1;
  for (let count = 0; count <= nth; count++) offset = TEXT.indexOf(found, offset + 1);
  return told(TEXT, offset + 2);
};

it.each([
  ['"StartAt"', 0, "StartAt", "Where it begins"],
  ['"Ask"', 0, "Ask", "Task, JSONPath. calls sqs:sendMessage. Asks once"],
  ['"Ask"', 1, "Ask", "Task, JSONPath. calls sqs:sendMessage. Asks once"],
  ['"Task"', 0, "Task", "Calls a function or a service"],
  ['"Retry"', 0, "Retry", "What is tried again after an error, and how often"],
  ['"JitterStrategy"', 0, "JitterStrategy", "Whether intervals are cut at random. One of FULL, NONE"],
  ['"Done"', 0, "Done", "Succeed, JSONPath"],
])("says of %s (%i) what it is", (found, nth, title, text) => {
  expect(at(found, nth)).toMatchObject({ title, text });
});

it("says nothing of what it does not know, nor between things", () => {
  expect(at('"x-mine"')).toBeNull();
  expect(at('"Asks once"')).toBeNull();
  expect(told(TEXT, 1)).toBeNull();
  expect(told("", 0)).toBeNull();
});
