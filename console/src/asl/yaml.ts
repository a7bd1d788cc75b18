/** Definitions as YAML: for reading and export. Numbers keep their digits, keys their order. */
import { parseDocument, type ParsedNode, Scalar, visit } from "yaml";

export function toYaml(json: string): string {
  const document = parseDocument<ParsedNode>(json, { keepSourceTokens: true, intAsBigInt: true });
  visit(document, {
    Collection(_key, node) {
      node.flow = node.items.length === 0;
    },
    Scalar(_key, node) {
      if (typeof node.value !== "string") return;
      node.type = node.value.includes("\n") ? Scalar.BLOCK_LITERAL : Scalar.PLAIN;
    },
  });
  return document.toString({ lineWidth: 0 });
}

export function fromYaml(text: string): string {
  const document = parseDocument(text, { intAsBigInt: false });
  if (document.errors[0]) throw document.errors[0];
  return JSON.stringify(document.toJS(), null, 2);
}
