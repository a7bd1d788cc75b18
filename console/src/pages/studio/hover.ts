/** What a field means, or what state a name leads to, where the pointer rests. */
import { hoverTooltip } from "@codemirror/view";
import { describe } from "../../asl/describe";

export const hoverAsl = hoverTooltip((view, offset) => {
  const found = describe(view.state.doc.toString(), offset);
  if (!found) return null;
  return {
    pos: found.from,
    end: found.to,
    create: () => {
      const dom = document.createElement("div");
      dom.className = "code-hover";
      const title = document.createElement("strong");
      title.textContent = found.title;
      const text = document.createElement("div");
      text.textContent = found.text;
      dom.append(title, text);
      return { dom };
    },
  };
});
