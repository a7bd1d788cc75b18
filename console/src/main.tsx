import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { applyTheme } from "./ui/theme";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/overlays.css";

applyTheme();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
