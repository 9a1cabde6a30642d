// The parts of docs/library.md that are made from the library: what src/node/index.ts exports, with
// its documentation comments, the options by their table, outcomes and error codes.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { OUTCOMES } from "../../src/core/report/report.ts";
import { expectedOf, type OptionName } from "../../src/node/options/expected.ts";
import { OPTION_TABLE, type OptionRow } from "../../src/node/options/table.ts";
import { ROOT } from "../steps.ts";
import { type Comment, type Declaration, declarationsIn } from "./declarations.ts";
import { ERROR_CODES } from "./library-words.ts";
import { code, table } from "./markdown.ts";

export const LIBRARY_DOCUMENT = "docs/library.md";

/** The generated parts by name. */
export const LIBRARY_PARTS: Readonly<Record<string, () => string>> = {
  "library outcomes": outcomesTable,
  "library errors": errorsTable,
  "library options": optionsTable,
  "library functions": () => chapters(FUNCTIONS, ["function", "const"]),
  "library types": () => chapters(TYPES, ["interface", "type", "class"]),
};

const INDEX = "src/node/index.ts";
/** Where the members of a type stand that is made of others. */
const MEMBERS_OF: Readonly<Record<string, string>> = { Result: "AnyResult" };
/** What readers look for first; what is not named here comes behind, as the index has it. */
const FUNCTIONS: readonly string[] = ["run", "runOrThrow", "withDefaults", "runSync", "killTree"];
const TYPES: readonly string[] = ["Result", "Run", "CurfewError", "Duration", "Size", "Signal"];
/** Types whose members are explained one by one. */
const EXPLAINED: readonly string[] = ["Run", "Result", "CurfewError"];
/** Types that have a table of their own. */
const TABLED: readonly string[] = ["Options", "ErrorCode", "Outcome"];
const WIDTH = 120;

type Exported = Declaration & {
  /** Declarations of the same source. */
  readonly around: readonly Declaration[];
};

/** What the package exports, in the order of the index. */
function exportsOf(): readonly Exported[] {
  const index = readFileSync(join(ROOT, INDEX), "utf8");
  const lists = index.matchAll(/export (?:type )?\{([^}]*)\} from "([^"]+)"/g);
  return [...lists].flatMap(([, names = "", from = ""]) => {
    const around = declarationsIn(readFileSync(join(ROOT, dirname(INDEX), from), "utf8"));
    const wanted = names.split(",").flatMap((name) => name.trim() || []);
    return wanted.map((name) => {
      const found = around.find((one) => one.name === name);
      if (found === undefined) throw new Error(`${from} has no declaration of ${name}`);
      return { ...found, around };
    });
  });
}

function chapters(first: readonly string[], kinds: readonly string[]): string {
  const all = exportsOf().filter(
    ({ name, kind }) => kinds.includes(kind) && !TABLED.includes(name),
  );
  const rank = ({ name }: Exported) => first.indexOf(name) + 1 || first.length + 1;
  return all
    .toSorted((a, b) => rank(a) - rank(b))
    .map(chapter)
    .join("\n");
}

function chapter(one: Exported): string {
  const { name, text, comment } = one;
  const isExplained = EXPLAINED.includes(name);
  const parameters = comment.parameters.map(([word, means]) => item(code(word), means)).join("");
  const parts = [
    `### ${name}\n`,
    isExplained ? "" : fenced("typescript", withoutExport(text)),
    wrapped(linked(comment.prose)),
    parameters,
    examples(comment),
    isExplained ? membersOf(one) : "",
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** A type of many lines: its members keep their comments, but examples stand below. */
function withoutExport(text: string): string {
  return text.replace(/\n\s*\*\n\s*\* @example[\s\S]*?\*\//g, "\n   */");
}

function membersOf({ name, members: own, around }: Exported): string {
  const other = around.find((one) => one.name === MEMBERS_OF[name]);
  const members = (other?.members ?? own).filter(
    ({ text }) => !/^(?:static|readonly name)\b/.test(text),
  );
  const items = members.map(({ text, comment }) => {
    const signature = text.replace(/^readonly /, "").replace(/;$/, "");
    return item(code(signature), linked(comment.prose));
  });
  const shown = members.flatMap(({ comment }) => examples(comment) || []);
  return [items.join(""), ...shown].join("\n");
}

function examples({ examples: all }: Comment): string {
  return all.map((text) => fenced("ts", withImports(text))).join("\n");
}

/** An example as a program of its own. */
function withImports(example: string): string {
  const lines = example.split("\n");
  const own = lines.filter((line) => line.startsWith("import "));
  const rest = lines.filter((line) => !line.startsWith("import "));
  const values = exportsOf().filter(({ kind }) => ["function", "const", "class"].includes(kind));
  const used = values
    .map(({ name }) => name)
    .filter((name) => new RegExp(`\\b${name}\\b`).test(example));
  const imports = [
    ...(/\bassert\b/.test(example) ? ['import assert from "node:assert/strict";'] : []),
    ...own,
    `import { ${used.sort((a, b) => a.localeCompare(b)).join(", ")} } from "curfew";`,
  ];
  return `${imports.join("\n")}\n\n${rest.join("\n")}`;
}

/** A page that a comment names by its path in the repository is a link here. */
function linked(prose: string): string {
  return prose.replace(/\bdocs\/([\w-]+\.md)/g, "[$1]($1)");
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\`\n`;
}

/** An item of a list: a name, and what it means. */
function item(name: string, means: string): string {
  return wrapped(`- ${name}${means === "" ? "" : `: ${means}`}`);
}

/** Paragraphs and lists with lines of the documents' width. */
function wrapped(text: string): string {
  const blocks = text.split(/\n\n|\n(?=- )/);
  const isItem = (block: string) => block.startsWith("- ");
  return blocks
    .filter((block) => block.trim() !== "")
    .map((block, at) => {
      const gap = at > 0 && !(isItem(block) && isItem(blocks[at - 1] ?? "")) ? "\n" : "";
      return gap + filled(block, isItem(block) ? "  " : "");
    })
    .join("");
}

function filled(block: string, indent: string): string {
  const lines: string[] = [];
  let line = "";
  // A name between backticks stays on one line.
  for (const word of block.replace(/\s+/g, " ").match(/(?:`[^`]*`|[^\s`])+/g) ?? []) {
    if (line === "") line = word;
    else if (line.length + word.length + 1 <= WIDTH) line += ` ${word}`;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return `${[...lines, line].join("\n")}\n`;
}

function optionsTable(): string {
  const all = exportsOf().find(({ name }) => name === "Options");
  const rows = (all?.members ?? []).map(({ text, comment }) => {
    const [name = ""] = text.split("?");
    const row = OPTION_TABLE[name as OptionName];
    return [
      code(name),
      acceptedBy(name as OptionName),
      flagOf(row),
      comment.prose.replace(/\s+/g, " "),
    ];
  });
  return table(["Option", "Value", "`curfew run`", "Meaning"], rows);
}

/** Values that have a type of their own, which explains them. */
const VALUES = [
  { type: "Duration", expected: expectedOf("idleTimeout") },
  { type: "Size", expected: expectedOf("maxOutput") },
  { type: "Signal", expected: expectedOf("killSignal") },
  { type: "Ready", expected: expectedOf("ready") },
  { type: "Input", expected: expectedOf("stdin") },
  { type: "Output", expected: expectedOf("stdout") },
] as const;

function acceptedBy(name: OptionName): string {
  const text = expectedOf(name);
  const found = VALUES.find(({ expected }) => text.startsWith(expected));
  const rest = text.slice(found?.expected.length ?? 0).replace(/"[^"]*"/g, code);
  return found === undefined ? rest : `[${found.type}](#${found.type.toLowerCase()})${rest}`;
}

/** Options for programs, which `curfew run --help` does not list. */
const FOR_PROGRAMS = readFileSync(join(ROOT, "docs/control.md"), "utf8");

function flagOf(row: OptionRow): string {
  const flag = row.kind === "flag" ? row.flag : row.becomes;
  if (flag === undefined) return "";
  return FOR_PROGRAMS.includes(`| \`${flag}=`) || FOR_PROGRAMS.includes(`| \`${flag}\``)
    ? `[${code(flag)}](control.md)`
    : code(flag);
}

function outcomesTable(): string {
  const rows = Object.entries(OUTCOMES).map(([word, means]) => [code(word), means]);
  const lost = [code("supervisor_lost"), "curfew's program was killed before it could report"];
  return table(["`outcome`", "Meaning"], [...rows, lost]);
}

function errorsTable(): string {
  const rows = Object.entries(ERROR_CODES).map(([word, { where, when, remedy }]) => {
    return [code(word), where, when, remedy];
  });
  return table(["`code`", "Where", "When", "What to do"], rows);
}
