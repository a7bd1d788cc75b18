/** Line icons, drawn on a 16-pixel grid. Decorative: a word stands beside each, or the button has a label. */
export const ICON_PATHS = {
  machine: "M2.5 3.5h4v3h-4zM9.5 9.5h4v3h-4zM4.5 6.5v4.5h5M6.5 5h5v4.5",
  execution: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 5v3.2l2 1.3",
  function: "M3 13c2.5 0 2.5-2 3-5s.8-5 3.5-5M5 7h5M9.5 9l3.5 4M13 9l-3.5 4",
  activity: "M2 8h2.5L6 4l3 8 1.8-4H14",
  inbox: "M2.5 9.5 4 3h8l1.500 6.5v3.500h-11zM2.500 9.500H6a2 2 0 0 0 4 0h3.500",
  metrics: "M2.500 13.500v-11M2.500 13.500h11M5 10.500l2.500-3 2 1.500L13 4.500",
  cost: "M8 2v12M11 4.500C10.500 3.500 9.500 3.200 8 3.200c-2 0-3 .9-3 2.200 0 3.200 6.200 1.500 6.200 4.800 0 1.500-1.300 2.500-3.200 2.500-1.800 0-2.800-.7-3.300-1.800",
  settings:
    "M8 5.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400zM8 1.800v2M8 12.200v2M1.800 8h2M12.200 8h2M3.600 3.600 5 5M11 11l1.400 1.400M3.600 12.400 5 11M11 5l1.400-1.400",
  play: "M5 3.200v9.600L12.500 8z",
  stop: "M4 4h8v8H4z",
  redrive: "M13 8a5 5 0 1 1-1.600-3.700M13 2.500v3h-3",
  edit: "M3 13l.6-2.700L10.800 3l2.200 2.200-7.300 7.200zM9.500 4.500l2 2",
  check: "M3.500 8.500l3 3 6-7",
  cross: "M4 4l8 8M12 4l-8 8",
  warning: "M8 2.500 14.200 13.500H1.800zM8 6.500v3M8 11.400v.2",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.800V8l2.300 1.500",
  minus: "M4 8h8",
  plus: "M8 3.500v9M3.500 8h9",
  copy: "M5.500 5.500h7v7h-7zM3.500 10.500v-7h7",
  search: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.300 10.300l3.200 3.200",
  menu: "M2.500 4.500h11M2.500 8h11M2.500 11.500h11",
  moon: "M13 9.500A5.500 5.500 0 0 1 6.500 3a5.500 5.500 0 1 0 6.500 6.500z",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1.500v1.500M8 13v1.500M1.500 8H3M13 8h1.500M3.400 3.400l1 1M11.600 11.600l1 1M3.400 12.600l1-1M11.600 4.400l1-1",
  fit: "M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10",
  trash: "M3 4.500h10M6 4.500v-2h4v2M4.500 4.500l.5 9h6l.5-9",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  dot: "M8 5.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
  info: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.300v3.700M8 5v.2",
  link: "M9.500 3H13v3.500M13 3 7.500 8.500M11 9v4H3V5h4",
  key: "M5 8a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5zM7 8.700 12.500 3M10.500 5l2 2",
} as const;

export type IconName = keyof typeof ICON_PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      aria-hidden="true"
      className={`icon icon-${name}`}
    >
      <path
        d={ICON_PATHS[name]}
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
