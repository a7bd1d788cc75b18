import { useQuery } from "@tanstack/react-query";
import { states } from "../../api/aws";
import type { Machine } from "../../api/types";
import { BLANK } from "../../asl/templates";
import { Loading } from "../../ui/Loading";
import { Problem } from "../../ui/Problem";
import { Studio } from "./Studio";
import "./studio.css";

/** Loads what is to be edited: a state machine, or the beginning of one. */
export default function StudioPage({ arn }: { arn: string | null }) {
  const { data, error } = useQuery({
    queryKey: ["studio", arn],
    queryFn: () => states<Machine>("DescribeStateMachine", { stateMachineArn: arn ?? "" }),
    enabled: arn !== null,
    // Someone else's new revision must not replace what is being edited here.
    gcTime: 0,
  });
  if (arn === null) return <Studio machine={null} initial={BLANK} />;
  // Once it is open, nothing takes it away: not a server that restarts, not somebody who deletes the machine.
  if (!data) return error ? <Problem error={error} /> : <Loading what="definition" />;
  return <Studio machine={data} initial={data.definition} />;
}
