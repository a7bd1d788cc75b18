import { Link, useLocation } from "wouter";
import { Icon, type IconName } from "../ui/Icon";

const PLACES: { href: string; label: string; icon: IconName; under: string[] }[] = [
  { href: "/", label: "State machines", icon: "machine", under: ["/console/machines", "/console/studio"] },
  { href: "/console/executions", label: "Executions", icon: "execution", under: ["/console/map-runs"] },
  { href: "/console/inbox", label: "Inbox", icon: "inbox", under: [] },
  { href: "/console/metrics", label: "Metrics", icon: "metrics", under: [] },
  { href: "/console/activities", label: "Activities", icon: "activity", under: [] },
  { href: "/console/functions", label: "Functions", icon: "function", under: [] },
  { href: "/console/settings", label: "Settings", icon: "settings", under: [] },
];

export function Navigation({ open }: { open: boolean }) {
  const [location] = useLocation();
  const isHere = (href: string, under: string[]) =>
    href === "/"
      ? location === "/" || location === "/console" || under.some((path) => location.startsWith(path))
      : [href, ...under].some((path) => location.startsWith(path));
  return (
    <nav className={open ? "nav open" : "nav"} aria-label="Main">
      <ul>
        {PLACES.map(({ href, label, icon, under }) => (
          <li key={href}>
            <Link href={href} aria-current={isHere(href, under) ? "page" : undefined}>
              <Icon name={icon} />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
