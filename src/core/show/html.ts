import { entities, escapeMarkup, markupText, percent } from "./markup.ts";
import { FONT, PALETTE, phaseColor, toneColor } from "./palette.ts";
import type { Phase, Row, View } from "./view.ts";
import { PHASES } from "./view.ts";
import type { Words } from "./words.ts";

/** No browser runs a script of this page, or fetches anything for it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE = `${PALETTE}\
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}\
main{max-width:70rem;margin:0 auto;padding:1.5rem;overflow-wrap:anywhere}\
h1{font-size:1.25rem;margin:0 0 1rem}h2{font-size:1rem;margin:2rem 0 .5rem}\
code,pre,.time{font-family:${FONT};font-size:.87em}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0}\
dt,.muted,.axis{color:var(--muted)}dd{margin:0}\
.chart{display:grid;grid-template-columns:auto 1fr;gap:.3rem 0;align-items:center}\
.axis,.bar{position:relative;height:1.2rem;grid-column:2}.label:not(:empty){margin-right:1rem}\
.axis span{position:absolute;font-size:.8rem;white-space:nowrap}\
.bar{background:var(--line);border-radius:3px;overflow:hidden}\
.bar i{position:absolute;top:0;bottom:0;min-width:2px}\
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:.6rem 0;font-size:.87em}\
.legend i{display:inline-block;width:.7rem;height:.7rem;border-radius:50%}\
table{border-collapse:collapse;width:100%}td,th{padding:.25rem .75rem .25rem 0;text-align:left;\
vertical-align:top;overflow-wrap:normal;border-bottom:1px solid var(--line)}\
.time{white-space:nowrap;text-align:right}\
td:nth-last-child(2){overflow-wrap:anywhere}.track{width:35%;padding-right:.7rem}\
.track i{position:relative;display:block;width:.7rem;height:.7rem;margin-top:.4rem;\
border-radius:50%}\
pre{overflow-x:auto;border:1px solid var(--line);border-radius:6px;padding:.75rem}\
@media(max-width:40rem){.track{display:none}}`;

/** The view as one file of HTML that needs no other one. `tree`: its lines. */
export function formatHtml(view: View, tree: readonly string[]): string {
  const { title, facts, rows, notes } = view;
  const hasLanes = rows.some(({ lane }) => lane !== "");
  const generation = hasLanes ? "<th scope=col>Generation" : "";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${markupText(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${markup(title)}</h1>
<dl>
${facts.map(([name, words]) => `<dt>${name}</dt><dd>${markup(words)}</dd>`).join("\n")}
</dl>
<h2>Timeline</h2>
${chart(view)}
<table><thead><tr><th scope=col class=time>Time${generation}<th scope=col>Event<td class=track>
<tbody>
${rows.map((row) => rowOf(row, hasLanes)).join("\n")}
</table>
${processes(tree)}${notes.map(paragraph).join("")}</main></body></html>
`;
}

function paragraph(note: string): string {
  return `<p class=muted>${note}</p>\n`;
}

function markup(words: Words): string {
  return words
    .map((part) =>
      typeof part === "string" ? escapeMarkup(part) : `<code>${escapeMarkup(part.from)}</code>`,
    )
    .join("");
}

function rowOf({ time, lane, words, tone, place }: Row, hasLanes: boolean): string {
  const generation = hasLanes ? `<td>${escapeMarkup(lane)}` : "";
  const dot = `<i style="left:${percent(place)};background:${toneColor(tone)}"></i>`;
  return `<tr><td class=time>${time}${generation}<td>${markup(words)}<td class=track>${dot}`;
}

function chart({ scale, lanes }: View): string {
  const ticks = scale.ticks.map(({ place, label }) => {
    // A label in the right half is to the left of its tick, so that none leaves the page.
    const side =
      place > 0.5 ? `right:${percent(1 - place)};text-align:right` : `left:${percent(place)}`;
    return `<span style="${side}">${label}</span>`;
  });
  const bars = lanes.map(({ label, segments }) => {
    // A short phase lies upon the one that follows.
    const parts = [...segments].reverse().map(({ phase, begin, end }) => {
      const style = `left:${percent(begin)};width:${percent(Math.max(0, end - begin))}`;
      return `<i title="${PHASES[phase]}" style="${style};background:${phaseColor(phase)}"></i>`;
    });
    return `<div class=label>${escapeMarkup(label)}</div><div class=bar>${parts.join("")}</div>`;
  });
  const used = new Set(lanes.flatMap(({ segments }) => segments.map(({ phase }) => phase)));
  const legend = (Object.keys(PHASES) as Phase[])
    .filter((phase) => used.has(phase))
    .map(
      (phase) => `<span><i style="background:${phaseColor(phase)}"></i> ${PHASES[phase]}</span>`,
    );
  return `<div class=chart aria-hidden=true><div class=axis>${ticks.join("")}</div>
${bars.join("\n")}
</div><div class=legend aria-hidden=true>${legend.join("")}</div>`;
}

function processes(tree: readonly string[]): string {
  if (tree.length === 0) return "";
  const lines = tree.map(entities).join("\n");
  return `<h2>The processes when curfew began to end them</h2>\n<pre>${lines}</pre>\n`;
}
