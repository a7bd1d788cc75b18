/** What this browser remembers. One that keeps nothing, or has no room left, gets a console that forgets. */
type Place = "local" | "tab";

const storageOf = (place: Place): Storage => (place === "local" ? localStorage : sessionStorage);

export function recall(key: string, place: Place = "local"): string | null {
  try {
    return storageOf(place).getItem(key);
  } catch {
    return null;
  }
}

/** `null` forgets. Returns whether it is kept. */
export function remember(key: string, value: string | null, place: Place = "local"): boolean {
  try {
    if (value === null) storageOf(place).removeItem(key);
    else storageOf(place).setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
