/** Shapes of AWS's API that the console reads; times are epoch seconds. */
export interface MachineRow {
  stateMachineArn: string;
  name: string;
  type: "STANDARD" | "EXPRESS";
  status: string;
  creationDate: number;
  updateDate: number;
  latestVersion: number;
  tags: Record<string, string>;
  running: number;
  outcomes: ExecutionStatus[];
}
export type ExecutionStatus =
  "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "PENDING_REDRIVE";
export interface Machine {
  stateMachineArn: string;
  name: string;
  status: string;
  definition: string;
  roleArn: string;
  type: "STANDARD" | "EXPRESS";
  creationDate: number;
  revisionId?: string;
  description?: string;
}
export interface ExecutionRow {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: ExecutionStatus;
  startDate: number;
  stopDate?: number | null;
  stateMachineVersionArn?: string;
  stateMachineAliasArn?: string;
  mapRunArn?: string;
  itemCount?: number;
  redriveCount?: number;
}
export interface Execution extends ExecutionRow {
  input: string;
  output?: string;
  error?: string;
  cause?: string;
  redriveStatus?: string;
  redriveStatusReason?: string;
  redriveDate?: number;
}
export interface HistoryEvent {
  id: number;
  previousEventId: number;
  timestamp: number;
  type: string;
  cut?: Record<string, number>;
  [details: string]: unknown;
}
/** What time will bring, told by the stream beside events. */
export interface Notice {
  type: "RetryScheduled" | "WaitScheduled";
  state: string;
  at_ms: number;
  attempt?: number;
  error?: string | null;
}
export interface Version {
  stateMachineVersionArn: string;
  creationDate: number;
}
export interface Alias {
  stateMachineAliasArn: string;
  name?: string;
  description?: string;
  creationDate: number;
  routingConfiguration?: { stateMachineVersionArn: string; weight: number }[];
}
export interface Diagnostic {
  severity: "ERROR" | "WARNING";
  code: string;
  message: string;
  location?: string;
}
export interface Activity {
  activityArn: string;
  name: string;
  creationDate: number;
}
export interface LambdaFunction {
  FunctionName: string;
  FunctionArn: string;
  Runtime?: string;
  Handler?: string;
  Description?: string;
  CodeSize?: number;
  Timeout?: number;
  MemorySize?: number;
  LastModified?: string;
  State?: string;
  PackageType?: string;
  Environment?: { Variables?: Record<string, string> };
  Version?: string;
}
export interface Counts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
}
export interface MapRun {
  mapRunArn: string;
  executionArn: string;
  status: string;
  startDate: number;
  stopDate?: number;
  maxConcurrency: number;
  toleratedFailurePercentage: number;
  toleratedFailureCount: number;
  itemCounts: Counts;
  executionCounts: Counts;
}
