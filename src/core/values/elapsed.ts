import type { Duration } from "./duration.ts";

/** A time that has passed, the more exact the shorter it is: `0.42s`, `12.3s`, `2m13s`, `3h5m`. */
export function formatElapsed(elapsed: Duration): string {
  const seconds = Math.max(0, elapsed) / 1e6;
  if (seconds < 9.995) return `${seconds.toFixed(2)}s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m${whole % 60}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h${minutes % 60}m`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d${hours % 24}h`;
}
