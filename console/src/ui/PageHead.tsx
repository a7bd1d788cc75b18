import { type ReactNode, useEffect } from "react";
import { Link } from "wouter";

export interface Crumb {
  label: string;
  href: string;
}

/** A page's title, where it stands, and what can be done there. Names the browser's tab, too. */
export function PageHead({
  title,
  crumbs = [],
  beside,
  actions,
}: {
  title: string;
  crumbs?: Crumb[];
  beside?: ReactNode;
  actions?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Podium`;
  }, [title]);
  return (
    <div className="page-head">
      <div className="grow">
        {crumbs.length > 0 && (
          <nav className="crumbs" aria-label="Breadcrumbs">
            <ol>
              {crumbs.map((crumb) => (
                <li key={crumb.href}>
                  <Link href={crumb.href}>{crumb.label}</Link>
                </li>
              ))}
            </ol>
          </nav>
        )}
        <div className="row">
          <h1>{title}</h1>
          {beside}
        </div>
      </div>
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}
