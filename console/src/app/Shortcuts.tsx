import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";

const KEYS: [string, string][] = [
  ["Ctrl K", "Find a state machine or open an ARN"],
  ["?", "This list"],
  ["Arrow keys", "In a graph: move between states; in tabs: move between tabs"],
  ["Enter", "In a graph: open the state"],
  ["C", "In a graph: fold or unfold a Parallel or Map"],
  ["+  −  0", "In a graph: zoom in, zoom out, fit"],
  ["Delete", "In the studio's graph: remove the state"],
  ["Ctrl D", "In the studio's graph: duplicate the state"],
  ["Ctrl S", "In the studio: save"],
  ["Ctrl Z / Ctrl Shift Z", "In the studio: undo, redo"],
  ["Escape, Tab", "In the code: leave the editor"],
  ["Ctrl Enter", "In a dialog: send it"],
  ["Escape", "Close a dialog"],
];

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <table className="table">
        <tbody>
          {KEYS.map(([keys, meaning]) => (
            <tr key={keys}>
              <th scope="row">
                <kbd>{keys}</kbd>
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <footer>
        <Button onClick={onClose}>Close</Button>
      </footer>
    </Dialog>
  );
}
