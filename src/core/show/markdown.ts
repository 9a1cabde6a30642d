import { onOneLine } from "../values/quote.ts";
import { drawLanes } from "./text.ts";
import type { View } from "./view.ts";
import type { Words } from "./words.ts";

/** The drawing is in a block of code, where no line is folded. */
const TERMINAL = { columns: 90, utf8: true };

/** The view as Markdown of GitHub's kind, for the summary of a step. `tree`: its lines. */
export function formatMarkdown(view: View, tree: readonly string[]): string {
  const { title, facts, rows, notes } = view;
  const hasLanes = rows.some(({ lane }) => lane !== "");
  const cells = (...texts: readonly string[]) => `| ${texts.join(" | ")} |`;
  const head = hasLanes ? ["Time", "Generation", "Event"] : ["Time", "Event"];
  return [
    `### ${markdown(title, "text")}`,
    "",
    ...facts.map(([name, words]) => `- **${name}:** ${markdown(words, "text")}`),
    "",
    ...block(drawLanes(view, TERMINAL).slice(1)),
    cells(...head),
    cells(...head.map((_, index) => (index === 0 ? "---:" : "---"))),
    ...rows.map(({ time, lane, words }) => {
      const event = markdown(words, "cell");
      return hasLanes ? cells(time, lane, event) : cells(time, event);
    }),
    "",
    ...(tree.length === 0 ? [] : ["The processes when curfew began to end them:", ""]),
    ...block(tree),
    ...notes.flatMap((note) => [note, ""]),
  ].join("\n");
}

function markdown(words: Words, place: "text" | "cell"): string {
  return words.map((part) => (typeof part === "string" ? part : code(part.from, place))).join("");
}

/** A text from the file as a span of code, in which it can mean nothing. */
function code(text: string, place: "text" | "cell"): string {
  // In a cell, a bar ends even a span of code, unless one backslash stands before it.
  const shown = onOneLine(text).replace(/(\\*)\|/g, (bar, backslashes: string) => {
    if (place === "text") return bar;
    return backslashes === "" ? "\\|" : `${backslashes}\\174`;
  });
  const fence = fenceFor(shown, 1);
  // Blanks at both ends are not shown; without them a backtick would belong to the fence.
  return `${fence} ${shown} ${fence}`;
}

/** The lines as a block of code, with a blank line behind it; nothing for no lines. */
function block(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const fence = fenceFor(lines.join("\n"), 3);
  return [`${fence}text`, ...lines, fence, ""];
}

/** Backticks that are more than any in the text in a row. */
function fenceFor(text: string, least: number): string {
  const runs = text.match(/`+/g) ?? [];
  return "`".repeat(Math.max(least, ...runs.map((run) => run.length + 1)));
}
