import { onOneLine } from "../values/quote.ts";
import { entities, markupText } from "./markup.ts";
import { FONT, PALETTE, phaseColor, toneColor } from "./palette.ts";
import { fold } from "./text.ts";
import type { LaneView, Phase, Row, View } from "./view.ts";
import { PHASES } from "./view.ts";
import { formatWords } from "./words.ts";

// Lengths in pixels.
const WIDTH = 960;
const MARGIN = 24;
/** Bars and dots have the right half. */
const TRACK = { from: 500, to: WIDTH - MARGIN };
const LINE = 18;
const BAR = 14;
const CHARACTER = 7.35;

/** What has been drawn so far, and where the next line begins. */
type Drawing = { readonly parts: string[]; y: number };

/** The view as one file of SVG that needs no other one. `tree`: its lines, drawn below. */
export function formatSvg(view: View, tree: readonly string[]): string {
  const drawing: Drawing = { parts: [], y: MARGIN };
  const { title, facts, rows, notes, lanes } = view;
  for (const line of fold(formatWords(title, onOneLine), "", 100)) text(drawing, MARGIN, line, "t");
  for (const [name, words] of facts) {
    const [first = "", ...more] = fold(formatWords(words, onOneLine), "", 106);
    put(drawing, MARGIN, name, "m");
    for (const line of [first, ...more]) text(drawing, MARGIN + 100, line);
  }
  drawing.y += LINE / 2;
  const top = drawing.y;
  drawAxis(drawing, view);
  for (const lane of lanes) drawLane(drawing, lane);
  drawLegend(drawing, lanes);
  for (const row of rows) drawRow(drawing, row, rows);
  grid(drawing, view, top);
  if (tree.length > 0) text(drawing, MARGIN, "The processes when curfew began to end them:", "m");
  for (const line of tree) text(drawing, MARGIN, line);
  for (const note of notes) text(drawing, MARGIN, note, "m");
  const height = drawing.y + MARGIN / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" \
viewBox="0 0 ${WIDTH} ${height}" xml:space="preserve" role="img" aria-labelledby="t d">\
<title id="t">${markupText(title)}</title><desc id="d">${description(view)}</desc><style>${PALETTE}\
text{font:12px ${FONT};fill:var(--fg);white-space:pre}.t{font-size:14px;font-weight:600}\
.m{fill:var(--muted)}.g{stroke:var(--line)}</style><rect width="100%" height="100%" rx="8" \
fill="var(--bg)"/>
${drawing.parts.join("\n")}
</svg>
`;
}

/** What the picture shows, in words, for a screen reader. */
function description({ facts, rows }: View): string {
  const all = [
    ...facts.map(([name, words]) => `${name}: ${markupText(words)}.`),
    ...rows.map(({ time, words }) => `${time}: ${markupText(words)}.`),
  ];
  return all.join(" ");
}

/** A text at the height of the present line, which has no characters that cannot be shown. */
function put({ parts, y }: Drawing, x: number, content: string, style = ""): void {
  const attribute = style === "" ? "" : ` class="${style}"`;
  parts.push(`<text x="${x}" y="${y + 13}"${attribute}>${entities(content)}</text>`);
}

/** A line of text. */
function text(drawing: Drawing, x: number, content: string, style = ""): void {
  put(drawing, x, content, style);
  drawing.y += LINE;
}

function xOf(place: number): number {
  return Math.round((TRACK.from + place * (TRACK.to - TRACK.from)) * 10) / 10;
}

function drawAxis(drawing: Drawing, { scale }: View): void {
  for (const { place, label } of scale.ticks) {
    const x = Math.min(xOf(place), TRACK.to - label.length * CHARACTER);
    put(drawing, x, label, "m");
  }
  drawing.y += LINE;
}

function drawLane(drawing: Drawing, { label, segments }: LaneView): void {
  put(drawing, MARGIN, label === "" ? "the run" : label);
  // Each phase is seen, however short it was: it lies upon the one that follows.
  for (const { phase, begin, end } of [...segments].reverse()) {
    const from = Math.min(xOf(begin), TRACK.to - 2);
    const width = Math.max(2, Math.round((xOf(end) - from) * 10) / 10);
    drawing.parts.push(bar(from, drawing.y + 2, width, phase));
  }
  drawing.y += LINE;
}

function bar(x: number, y: number, width: number, phase: Phase): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${BAR}" fill="${phaseColor(phase)}"/>`;
}

function drawLegend(drawing: Drawing, lanes: readonly LaneView[]): void {
  const used = new Set(lanes.flatMap(({ segments }) => segments.map(({ phase }) => phase)));
  let x = MARGIN;
  drawing.y += LINE / 3;
  for (const phase of Object.keys(PHASES) as Phase[]) {
    if (!used.has(phase)) continue;
    drawing.parts.push(bar(x, drawing.y + 2, BAR, phase));
    put(drawing, x + BAR + 6, PHASES[phase], "m");
    x += BAR + 26 + Math.ceil(PHASES[phase].length * CHARACTER);
  }
  drawing.y += LINE + LINE / 2;
}

function drawRow(drawing: Drawing, row: Row, rows: readonly Row[]): void {
  const [times, lanes] = [
    Math.max(...rows.map(({ time }) => time.length)),
    Math.max(...rows.map(({ lane }) => lane.length)),
  ];
  const label = lanes === 0 ? "" : `${(row.lane && `[${row.lane}]`).padEnd(lanes + 2)}  `;
  const start = `${row.time.padStart(times)}  ${label}`;
  const columns = Math.floor((TRACK.from - MARGIN - BAR) / CHARACTER);
  const [x, y] = [xOf(row.place), drawing.y + LINE / 2];
  drawing.parts.push(
    `<path class="g" stroke-dasharray="1 3" d="M${TRACK.from - 6} ${y}H${x}"/>`,
    `<circle cx="${x}" cy="${y}" r="4.5" fill="${toneColor(row.tone)}"/>`,
  );
  for (const line of fold(formatWords(row.words, onOneLine), start, columns))
    text(drawing, MARGIN, line);
}

/** Lines from each tick down to the last row, behind all else. */
function grid(drawing: Drawing, { scale }: View, top: number): void {
  const lines = scale.ticks.map(({ place }) => {
    return `<path class="g" d="M${xOf(place)} ${top + LINE}V${drawing.y}"/>`;
  });
  drawing.parts.unshift(...lines);
  drawing.y += LINE / 2;
}
