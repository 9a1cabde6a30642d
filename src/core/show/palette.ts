import type { Tone } from "./event-words.ts";
import type { Phase } from "./view.ts";

/** The fonts of all texts: each character is at most 0.61 times as wide as it is high. */
export const FONT = 'ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace';

const LIGHT =
  "--bg:#fff;--fg:#1f2328;--muted:#59636e;--line:#d1d9e0;--starting:#96b8e0;--running:#0969da;" +
  "--ending:#b35900;--leftovers:#8250df;--bad:#cf222e;--gone:#1a7f37";
const DARK =
  "--bg:#0d1117;--fg:#e6edf3;--muted:#9198a1;--line:#3d444d;--starting:#35567f;--running:#4493f8;" +
  "--ending:#d29922;--leftovers:#ab7df8;--bad:#f85149;--gone:#3fb950";

/** The colors as variables of CSS, for light and dark. */
export const PALETTE: string =
  `:root{color-scheme:light dark;${LIGHT}}` + `@media(prefers-color-scheme:dark){:root{${DARK}}}`;

const TONES: Readonly<Record<Tone, string>> = {
  start: "running",
  request: "leftovers",
  limit: "ending",
  sent: "ending",
  end: "fg",
  gone: "gone",
  bad: "bad",
  minor: "muted",
};

/** The color of a mark. */
export function toneColor(tone: Tone): string {
  return `var(--${TONES[tone]})`;
}

export function phaseColor(phase: Phase): string {
  return `var(--${phase})`;
}
