/** Addresses of the console's pages. */
const part = (text: string) => encodeURIComponent(text).replaceAll("%3A", ":");
/** What an address names; an address that was mangled names what it says. */
export function named(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const machinesHref = "/";
export const machineHref = (arn: string) => `/console/machines/${part(arn)}`;
export const studioHref = (arn?: string) => (arn ? `/console/studio/${part(arn)}` : "/console/studio");
export const executionHref = (arn: string) => `/console/executions/${part(arn)}`;
export const mapRunHref = (arn: string) => `/console/map-runs/${part(arn)}`;
export const functionHref = (name: string) => `/console/functions/${part(name)}`;
/** The last part of an ARN: what a person calls the thing. */
export const nameOf = (arn: string) => arn.split(":").pop() ?? arn;
