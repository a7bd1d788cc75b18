import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "primary" | "danger" | "plain" | "default";
  small?: boolean;
  icon?: IconName;
  children?: ReactNode;
}

export function Button({
  kind = "default",
  small,
  icon,
  children,
  type = "button",
  className,
  ...rest
}: Props) {
  const classes = ["button", kind === "default" ? "" : kind, small ? "small" : "", className ?? ""];
  return (
    <button type={type} className={classes.filter(Boolean).join(" ")} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
