// `curfew show`: an events file in pieces goes in, a drawing comes out.

import { drawTree } from "../inspect/drawing.ts";
import type { ShowFormat } from "../spec/show-spec.ts";
import { formatHtml } from "./html.ts";
import type { LineInput } from "./lines.ts";
import { lastLine, noInput, takeLines } from "./lines.ts";
import { formatMarkdown } from "./markdown.ts";
import { formatSvg } from "./svg.ts";
import type { Terminal } from "./text.ts";
import { formatText } from "./text.ts";
import type { EventsFile } from "./timeline.ts";
import { emptyFile, takeLine } from "./timeline.ts";
import { viewOf } from "./view.ts";

/** A file that is being read. */
export type Show = { readonly input: LineInput; readonly file: EventsFile };

export function startShow(): Show {
  return { input: noInput(), file: emptyFile() };
}

/** Takes the next piece of the file. */
export function takePiece({ input, file }: Show, piece: string): void {
  for (const line of takeLines(input, piece)) takeLine(file, line);
}

/** The drawing, when the file is at its end; undefined: it holds no events of curfew's. */
export function finishShow(
  { input, file }: Show,
  format: ShowFormat,
  terminal: Terminal,
): string | undefined {
  const { skipped } = file;
  for (const line of lastLine(input)) takeLine(file, line);
  if (file.lines === 0) return undefined;
  // A last line that was cut off is told by the note about the missing report.
  if (file.timeline.report === undefined) file.skipped = skipped;
  const view = viewOf(file);
  const { utf8 } = terminal;
  const tree =
    view.tree === undefined ? [] : drawTree(view.tree, { utf8: utf8 || format !== "text" });
  switch (format) {
    case "text":
      return formatText(view, tree, terminal);
    case "svg":
      return formatSvg(view, tree);
    case "html":
      return formatHtml(view, tree);
    case "markdown":
      return formatMarkdown(view, tree);
  }
}
