// `npm run docs`: writes the parts of the documents that are made from the code's own tables, each
// between `<!-- NAME -->` and `<!-- /NAME -->`, and the schemas. Tests compare them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  initHelp,
  inspectHelp,
  killHelp,
  OTHER_CODES,
  OTHER_CODES_OF_INIT,
  runHelp,
  showHelp,
  timeoutHelp,
} from "../../src/core/cli/help.ts";
import { defaultOf, optionUse } from "../../src/core/cli/option-help.ts";
import { INIT_SPECIFIC_OPTIONS, SERVING_OPTIONS } from "../../src/core/cli/options/init.ts";
import type { Option } from "../../src/core/cli/options/option.ts";
import { INIT_DEFAULTS } from "../../src/core/spec/defaults.ts";
import { IGNORED } from "../../src/core/spec/ignore.ts";
import { WAIT_MEANINGS } from "../../src/core/spec/process-snapshot.ts";
import type { Fields } from "../../src/core/spec/spec.ts";
import type { ExitRow } from "../../src/core/spec/status.ts";
import { EXIT_CODES, KILL_EXIT_CODES, RUN_EXIT_CODES } from "../../src/core/spec/status.ts";
import { main, ROOT, StepFailed, say } from "../steps.ts";
import { DROP_IN_PARTS } from "./drop-in.ts";
import { LIBRARY_DOCUMENT, LIBRARY_PARTS } from "./library.ts";
import { code, table } from "./markdown.ts";
import { REPORT_DOCUMENT, REPORT_PARTS, SCHEMAS } from "./report.ts";

/** The documents that have generated parts, and which. */
export const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  "README.md": ["run exit codes"],
  "docs/timeout.md": ["help", "exit codes"],
  "docs/run.md": ["run help", "run exit codes"],
  "docs/init.md": ["init options", "init help", "init exit codes", ...Object.keys(DROP_IN_PARTS)],
  "docs/reload.md": ["serving options", "ignored"],
  "docs/kill.md": ["kill help", "kill exit codes"],
  "docs/inspect.md": ["inspect help", "inspect waits"],
  "docs/show.md": ["show help"],
  [REPORT_DOCUMENT]: Object.keys(REPORT_PARTS),
  [LIBRARY_DOCUMENT]: Object.keys(LIBRARY_PARTS),
};

/** The generated parts by name. */
const PARTS: Readonly<Record<string, () => string>> = {
  "init options": () =>
    optionsTable(INIT_SPECIFIC_OPTIONS.filter((option) => !SERVING_OPTIONS.includes(option))),
  "serving options": () => optionsTable(SERVING_OPTIONS),
  ignored: () =>
    table(
      ["Pattern", "Why"],
      IGNORED.map(([pattern, why]) => [code(pattern), why]),
    ),
  "exit codes": () => exitCodesTable(EXIT_CODES, [OTHER_CODES]),
  "run exit codes": () => exitCodesTable(RUN_EXIT_CODES, [OTHER_CODES]),
  "init exit codes": () => exitCodesTable(RUN_EXIT_CODES, [OTHER_CODES_OF_INIT]),
  "kill exit codes": () => exitCodesTable(KILL_EXIT_CODES, []),
  help: () => sample(timeoutHelp("timeout")),
  "run help": () => sample(runHelp("curfew run")),
  "init help": () => sample(initHelp("curfew init")),
  "kill help": () => sample(killHelp("curfew kill")),
  "inspect help": () => sample(inspectHelp("curfew inspect")),
  "inspect waits": () =>
    table(
      ["Word", "The process"],
      Object.entries(WAIT_MEANINGS).map(([word, means]) => [code(word), means]),
    ),
  "show help": () => sample(showHelp("curfew show")),
  ...DROP_IN_PARTS,
  ...REPORT_PARTS,
  ...LIBRARY_PARTS,
};

const PART = /(<!-- ([a-z -]+) -->\n)[\s\S]*?(<!-- \/\2 -->)/g;

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

/** The options of `init`; a flag is off by default. */
function optionsTable(options: readonly Option<Fields>[]): string {
  const rows = options.map((option) => {
    const usual = defaultOf(option, INIT_DEFAULTS) ?? "off";
    return [code(optionUse(option).trim()), option.help, usual];
  });
  return table(["Option", "Meaning", "Default"], rows);
}

/** `others`: rows of what is no single code. */
function exitCodesTable(codes: readonly ExitRow[], others: readonly (readonly string[])[]): string {
  const rows = codes.map((row) => [code(String(row.code)), row.meaning]);
  return table(["Code", "Meaning"], [...rows, ...others]);
}

function sample(help: string): string {
  return `\`\`\`text\n${help}\`\`\`\n`;
}

if (import.meta.main) {
  await main(async () => {
    for (const document of Object.keys(DOCUMENTS)) write(document, withGenerated);
    for (const [schema, text] of Object.entries(SCHEMAS)) write(schema, text);
    return 0;
  });
}

/** Writes what a file should be, where it is not. */
function write(path: string, textOf: (before: string) => string): void {
  const file = join(ROOT, path);
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const after = textOf(before);
  if (after !== before) writeFileSync(file, after);
  say(`${path}: ${after === before ? "as it was" : "written"}`);
}
