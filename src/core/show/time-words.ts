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
  if (seconds === 0) return "0";
  if (seconds < 100) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${twoDigits(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? `${hours}h${twoDigits(minutes % 60)}m`
    : `${Math.floor(hours / 24)}d${hours % 24}h`;
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
