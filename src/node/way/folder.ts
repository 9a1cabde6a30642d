/** Node's own folder; empty where that was removed. */
export function ownFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "";
  }
}
