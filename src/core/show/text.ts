import { widthOf } from "../inspect/columns.ts";
import { onOneLine, quote } from "../values/quote.ts";
import type { LaneView, Phase, View } from "./view.ts";
import { PHASES } from "./view.ts";
import { formatWords } from "./words.ts";

/** How a terminal wants its lines. */
export type Terminal = { readonly columns: number; readonly utf8: boolean };

const BARS: Readonly<Record<Phase, readonly [ascii: string, utf8: string]>> = {
  starting: ["-", "┄"],
  running: ["=", "━"],
  ending: ["#", "░"],
  leftovers: [".", "·"],
};

/** The view as lines of text. */
export function formatText(view: View, tree: readonly string[], terminal: Terminal): string {
  const { title, facts, rows, notes } = view;
  const { columns, utf8 } = terminal;
  const escaped = (text: string) => escapeFor(text, utf8);
  // No line begins with what a process has chosen, so the command is a fact like the others.
  const named = [["Command", title] as const, ...facts];
  const width = Math.max(...named.map(([name]) => name.length));
  const times = Math.max(0, ...rows.map(({ time }) => time.length));
  const lanes = Math.max(0, ...rows.map(({ lane }) => lane.length));
  return [
    ...named.flatMap(([name, words]) =>
      fold(formatWords(words, escaped), `  ${name.padEnd(width)}  `, columns),
    ),
    ...drawLanes(view, terminal),
    "",
    ...rows.flatMap(({ time, lane, words }) => {
      const label = lanes === 0 ? "" : `${(lane && `[${lane}]`).padEnd(lanes + 2)}  `;
      return fold(formatWords(words, escaped), `  ${time.padStart(times)}  ${label}`, columns);
    }),
    ...(tree.length === 0 ? [] : ["", "The processes when curfew began to end them:"]),
    ...tree.flatMap((line) => foldBranch(line, columns)),
    ...(notes.length === 0 ? [] : [""]),
    ...notes.flatMap((note) => fold(note, "", columns)),
    "",
  ].join("\n");
}

/** A line of the tree, whose further lines begin below its text. */
function foldBranch(line: string, columns: number): readonly string[] {
  const [start = ""] = /^[ │├└─|`-]*/.exec(line) ?? [];
  return fold(line.slice(start.length), start, columns);
}

/** A text from the file, as a terminal may show it. */
function escapeFor(text: string, utf8: boolean): string {
  return utf8 ? onOneLine(text) : quote(text, false).slice(1, -1);
}

/** The axis, a bar for each lane, and what the bars are made of; a blank line before them. */
export function drawLanes({ lanes, scale }: View, { columns, utf8 }: Terminal): readonly string[] {
  if (lanes.length === 0) return [];
  const labels = Math.max(0, ...lanes.map(({ label }) => label.length));
  const margin = labels === 0 ? "  " : " ".repeat(labels + 4);
  const width = columns - margin.length - 1;
  const axis = Array<string>(width).fill(" ");
  for (const { place, label } of scale.ticks) {
    // The last label ends where the bar does.
    const at = Math.min(Math.round(place * width), width - label.length);
    for (const [index, character] of [...label].entries()) axis[at + index] = character;
  }
  const used = new Set(lanes.flatMap(({ segments }) => segments.map(({ phase }) => phase)));
  const phases = (Object.keys(BARS) as Phase[]).filter((phase) => used.has(phase));
  const legend = phases.map((phase) => `${barOf(phase, utf8)} ${PHASES[phase]}`).join("  ");
  return [
    "",
    `${margin}${axis.join("")}`.trimEnd(),
    ...lanes.map((lane) => {
      const label = labels === 0 ? "  " : `  ${lane.label.padEnd(labels)}  `;
      return `${label}${drawBar(lane, width, utf8)}`.trimEnd();
    }),
    ...fold(legend, margin, columns),
  ];
}

function drawBar({ segments }: LaneView, width: number, utf8: boolean): string {
  const bar = Array<string>(width).fill(" ");
  let next = 0;
  for (const [index, { phase, begin, end }] of segments.entries()) {
    // Each phase is seen, however short it was.
    const latest = width - segments.length + index;
    const first = Math.min(Math.max(next, Math.round(begin * width)), latest);
    bar.fill(barOf(phase, utf8), first, Math.max(first + 1, Math.round(end * width)));
    next = first + 1;
  }
  return bar.join("");
}

function barOf(phase: Phase, utf8: boolean): string {
  return BARS[phase][utf8 ? 1 : 0];
}

/** A text in lines of so many columns; the lines after the first are indented as its words are. */
export function fold(text: string, start: string, columns: number): readonly string[] {
  const most = Math.max(20, columns - start.length);
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && widthOf(longer) <= most) lines[lines.length - 1] = longer;
    else lines.push(...split(word, most));
  }
  return lines.map((line, index) => `${index === 0 ? start : " ".repeat(start.length)}${line}`);
}

/** A word in parts of so many columns. */
function split(word: string, most: number): readonly string[] {
  if (widthOf(word) <= most) return [word];
  const parts: string[] = [];
  let part = "";
  for (const character of word) {
    if (widthOf(part + character) > most) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}
