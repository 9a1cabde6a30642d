// `npm run docs`: writes the parts of the documents that are made from the code's own tables, each
// between `<!-- NAME -->` and `<!-- /NAME -->`. test/docs.test.ts compares them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { optionUse, timeoutHelp } from "../src/core/help.ts";
import { TIMEOUT_OPTIONS } from "../src/core/options.ts";
import { EXIT_CODES } from "../src/core/status.ts";
import { main, ROOT, StepFailed, say } from "./steps.ts";

/** The documents that have generated parts, and which. */
export const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  "README.md": ["options", "exit codes"],
  "docs/timeout.md": ["help", "exit codes"],
};

/** The generated parts by name. */
const PARTS: Readonly<Record<string, () => string>> = {
  options: optionsTable,
  "exit codes": exitCodesTable,
  help: helpSample,
};

const PART = /(<!-- ([a-z ]+) -->\n)[\s\S]*?(<!-- \/\2 -->)/g;

/** A document with its generated parts as they should be. */
export function withGenerated(document: string): string {
  return document.replace(PART, (_, begin: string, name: string, end: string) => {
    const part = PARTS[name];
    if (part === undefined) throw new StepFailed(`nothing makes a part called "${name}"`);
    return `${begin}\n${part()}\n${end}`;
  });
}

/** The names of a document's generated parts. */
export function partsOf(document: string): readonly string[] {
  return [...document.matchAll(PART)].map(([, , name = ""]) => name);
}

function optionsTable(): string {
  const rows = TIMEOUT_OPTIONS.map((option) => [code(optionUse(option).trim()), option.help]);
  return table(["Option", "Meaning"], rows);
}

function exitCodesTable(): string {
  const rows = EXIT_CODES.map((row) => [code(String(row.code)), row.meaning]);
  // The last row is said once, in the help text.
  const [, otherwise = ""] = /^ *otherwise +(.+)$/m.exec(timeoutHelp("")) ?? [];
  return table(["Code", "Meaning"], [...rows, ["otherwise", otherwise]]);
}

function helpSample(): string {
  return `\`\`\`text\n${timeoutHelp("timeout")}\`\`\`\n`;
}

/** As the formatter wants it: columns as wide as their widest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) =>
    Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[], filler: string) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0, filler)).join(" | ")} |\n`;
  const rule = line(Array(head.length).fill("-"), "-");
  return [line(head, " "), rule, ...rows.map((row) => line(row, " "))].join("");
}

function code(text: string): string {
  return `\`${text}\``;
}

if (import.meta.main) {
  await main(async () => {
    for (const document of Object.keys(DOCUMENTS)) {
      const path = join(ROOT, document);
      const before = readFileSync(path, "utf8");
      const after = withGenerated(before);
      if (after !== before) writeFileSync(path, after);
      say(`${document}: ${after === before ? "as it was" : "written"}`);
    }
    return 0;
  });
}
