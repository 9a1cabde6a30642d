// Events files as text, and what is drawn of them.
import assert from "node:assert/strict";
import { finishShow, startShow, takePiece } from "../../../src/core/show/show.ts";
import type { View } from "../../../src/core/show/view.ts";
import { viewOf } from "../../../src/core/show/view.ts";
import type { ShowFormat } from "../../../src/core/spec/show-spec.ts";
import { FILES, fileOf } from "./rows/files.ts";

export const FORMATS: readonly ShowFormat[] = ["text", "svg", "html", "markdown"];

/** Strings that mean something to a terminal, HTML, SVG, Markdown or a workflow of GitHub's. */
export const HOSTILE: readonly string[] = [
  "</title></text></svg><script>alert(1)</script>",
  "\"'><img src=x onerror=alert(1)>",
  "--></style><style>*{display:none}",
  "]]>&lt;&amp;&#60;",
  "`` ` ``` ```` | a | b \\| c \\\\| d",
  "[link](https://example.com) ![i](x) <https://example.com> https://example.com",
  "\n\n# title\n\n| a |\n| - |\n::error::x\r\n```\n",
  "\x1b[2J\x1b]0;title\x07\u202e\u2066\x9b31m\0\x7f",
  "\udc80\udcff\ud800\ufffe漢字𝄞",
  "@user #1 **b** _i_ ~~s~~ a@example.com",
  "{{x}} %s $x",
];

/** What no drawing may have: a terminal, a parser or a reader would take it for something else. */
export const UNSHOWN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u;

/** The drawing of a file that is read as one piece. */
export function drawn(
  text: string,
  format: ShowFormat = "text",
  columns = 80,
  utf8 = true,
): string {
  const drawing = drawnOrNot(text, format, columns, utf8);
  assert.ok(drawing !== undefined, "no events");
  return drawing;
}

export function drawnOrNot(
  text: string,
  format: ShowFormat = "text",
  columns = 80,
  utf8 = true,
): string | undefined {
  const show = startShow();
  takePiece(show, text);
  return finishShow(show, format, { columns, utf8 });
}

/** What a drawing of a file's lines shows. */
export function viewed(lines: Parameters<typeof fileOf>[0]): View {
  const show = startShow();
  takePiece(show, fileOf(lines));
  return viewOf(show.file);
}

/** A file with each text in it replaced, except the words that decide what a line is. */
export function withTexts(name: string, text: string): string {
  const kept = ["event", "target", "outcome", "kind", "state", "command_line_cut"];
  const replaced = (value: unknown, key = ""): unknown => {
    if (typeof value === "string") return kept.includes(key) ? value : text;
    if (Array.isArray(value)) return value.map((one) => replaced(one, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([inner, one]) => [inner, replaced(one, inner)]),
    );
  };
  return fileOf((FILES[name] ?? []).map((line) => replaced(line) as Record<string, unknown>));
}
