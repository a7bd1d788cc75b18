/** A task that waits, as `GET inbox` tells it; `form` is a JSON Schema of the answer. */
import type { Json } from "../../asl/model";

export interface FormField {
  type?: string;
  title?: string;
  description?: string;
  enum?: Json[];
  default?: Json;
}
export interface WaitingTask {
  token: string;
  execution_arn: string;
  state_machine_arn: string;
  state: string;
  resource: string;
  entered_ms: number;
  deadline_ms: number | null;
  input: string;
  taken: boolean;
  title?: string;
  description?: string;
  form?: { properties?: Record<string, FormField>; required?: string[] };
}
