import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { applyTheme } from "./ui/theme";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/overlays.css";

applyTheme();
const root = document.getElementById("root");
// `PageBoundary` shows it; the browser's console has where it comes from.
const onCaughtError = (error: unknown) => console.warn(error);
if (root) createRoot(root, { onCaughtError }).render(<App />);
