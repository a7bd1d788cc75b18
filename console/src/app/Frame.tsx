import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useLiveLists } from "../api/live";
import icon from "../icon.svg";
import { Button } from "../ui/Button";
import { Toasts } from "../ui/Toasts";
import { Finder } from "./Finder";
import { Navigation } from "./Navigation";
import { PageBoundary } from "./PageBoundary";
import { Shortcuts } from "./Shortcuts";
import { ThemeButton } from "./ThemeButton";

/** The frame around every page: bar, navigation, notices, and the keys that work everywhere. */
export function Frame({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const [menuOpen, setMenuOpen] = useState(false);
  const [overlay, setOverlay] = useState<"finder" | "shortcuts" | null>(null);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useLiveLists();
  useEffect(() => {
    setMenuOpen(false);
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    first.current = false;
  }, [location]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOverlay("finder");
      } else if (event.key === "?" && !typing) setOverlay("shortcuts");
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="bar">
        <Button
          className="menu-toggle"
          kind="plain"
          icon="menu"
          aria-label="Navigation"
          aria-expanded={menuOpen}
          onClick={() => setMenuOpen(!menuOpen)}
        />
        <Link href="/" className="brand">
          <img src={icon} alt="" />
          Podium
        </Link>
        <span className="grow" />
        <Button small icon="search" onClick={() => setOverlay("finder")} aria-keyshortcuts="Control+K">
          Find <kbd>Ctrl K</kbd>
        </Button>
        <Button kind="plain" small aria-label="Keyboard shortcuts" onClick={() => setOverlay("shortcuts")}>
          ?
        </Button>
        <ThemeButton />
      </header>
      <Navigation open={menuOpen} />
      <main className="main" id="main" ref={main} tabIndex={-1}>
        <PageBoundary page={location}>{children}</PageBoundary>
      </main>
      {overlay === "finder" && <Finder onClose={() => setOverlay(null)} />}
      {overlay === "shortcuts" && <Shortcuts onClose={() => setOverlay(null)} />}
      <Toasts />
    </div>
  );
}
