import { formatAge } from "../inspect/drawing.ts";
import type { Duration } from "../values/duration.ts";

/** An instant of a run as the rows of its timeline show it: seconds, or hours and minutes too. */
export function clockText(ms: number, total: number): string {
  if (total < 600_000) return `${(ms / 1000).toFixed(3)} s`;
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const rest = String(1000 + (Math.floor(ms) % 1000)).slice(1);
  return `${parts.map((part) => String(part).padStart(2, "0")).join(":")}.${rest}`;
}

/** A time in as few characters as it needs: `0`, `1.5s`, `2m30s`, `3h05m`, `2d4h`. */
export function shortText(ms: number): string {
  const seconds = Math.round(ms) / 1000;
  if (seconds < 60) return seconds === 0 ? "0" : `${seconds}s`;
  return formatAge((ms * 1000) as Duration);
}
