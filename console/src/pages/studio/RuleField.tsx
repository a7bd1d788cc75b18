import { useId } from "react";
import {
  innerRules,
  OPERATORS,
  type Operand,
  operandOf,
  operatorOf,
  withOperator,
} from "../../asl/comparisons";
import type { Json, Path } from "../../asl/model";
import { Button } from "../../ui/Button";
import { SelectField } from "./SelectField";
import { TextField } from "./TextField";

interface Props {
  rule: Record<string, Json>;
  label: string;
  /** Sets what stands at a path below the rule; an empty path is the rule itself. */
  onSet: (at: Path, value: Json | undefined) => void;
}

/** A JSONPath comparison as a sentence: variable, operator, operand; And, Or and Not hold others. */
export function RuleField({ rule, label, onSet }: Props) {
  const id = useId();
  const operator = operatorOf(rule);
  const kind = operandOf(operator);
  const combines = kind === "rule" || kind === "rules";
  const inner = combines ? innerRules(rule) : [];
  const at = (index: number): Path => (kind === "rule" ? [operator] : [operator, index]);
  return (
    <div className="stack tight">
      {!combines && (
        <div className="field">
          <label htmlFor={`${id}-variable`}>Variable</label>
          <TextField
            id={`${id}-variable`}
            kind="text"
            value={rule.Variable}
            onChange={(value) => onSet(["Variable"], value)}
          />
        </div>
      )}
      <div className="field">
        <label htmlFor={`${id}-operator`}>Operator</label>
        <SelectField
          id={`${id}-operator`}
          value={operator}
          options={OPERATORS}
          empty="(none)"
          onChange={(chosen) => chosen && onSet([], withOperator(rule, chosen))}
        />
      </div>
      {operator && !combines && (
        <div className="field">
          <label htmlFor={`${id}-operand`}>{kind === "path" ? "Path" : "Value"}</label>
          <OperandField
            id={`${id}-operand`}
            kind={kind}
            value={rule[operator]}
            onChange={(value) => onSet([operator], value)}
          />
        </div>
      )}
      {inner.map((each, index) => (
        <div key={index} className="list-item" role="group" aria-label={`${label}, ${operator} ${index + 1}`}>
          {inner.length > 1 && (
            <div className="row spread">
              <span className="muted small">
                {operator} {index + 1}
              </span>
              <Button
                small
                kind="plain"
                icon="trash"
                aria-label={`${label}, ${operator} ${index + 1}: remove`}
                onClick={() => onSet(at(index), undefined)}
              />
            </div>
          )}
          <RuleField
            rule={each}
            label={`${label}, ${operator} ${index + 1}`}
            onSet={(deeper, value) => onSet([...at(index), ...deeper], value)}
          />
        </div>
      ))}
      {kind === "rules" && (
        <Button
          small
          icon="plus"
          onClick={() => onSet([operator, inner.length], { Variable: "$.value", IsPresent: true })}
        >
          Add to {operator}
        </Button>
      )}
    </div>
  );
}

function OperandField({
  id,
  kind,
  value,
  onChange,
}: {
  id: string;
  kind: Operand;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}) {
  if (kind === "boolean") {
    return (
      <SelectField
        id={id}
        value={String(value ?? "")}
        options={["true", "false"]}
        empty="(none)"
        onChange={(chosen) => onChange(chosen ? chosen === "true" : undefined)}
      />
    );
  }
  // An empty text is something to compare with.
  const read = (given: Json | undefined) => onChange(given ?? (kind === "text" ? "" : undefined));
  return <TextField id={id} kind={kind === "number" ? "number" : "text"} value={value} onChange={read} />;
}
