// What a source of the library exports, with its documentation comments. The formatter begins the
// first line of every declaration, and besides it only closing brackets, at the left margin: lines
// are enough to read a source.

/** A documentation comment. */
export type Comment = {
  /** Paragraphs and lists, as one text. */
  readonly prose: string;
  readonly parameters: readonly (readonly [name: string, meaning: string])[];
  /** TypeScript, ready to run except for imports of the library. */
  readonly examples: readonly string[];
};

export type Member = { readonly text: string; readonly comment: Comment };

export type Declaration = {
  readonly name: string;
  readonly kind: string;
  readonly comment: Comment;
  /** The text without bodies; overloads of a function one below the other. */
  readonly text: string;
  /** Of an interface or a class; constructors are left out. */
  readonly members: readonly Member[];
};

const NONE: Comment = { prose: "", parameters: [], examples: [] };
/** The formatter's. */
const WIDTH = 100;
const HEAD = /^(?:export )?(?:async )?(interface|class|type|function|const) (\w+)/;

/** The declarations at the top level of a source, in order. */
export function declarationsIn(source: string): readonly Declaration[] {
  const found = new Map<string, Declaration>();
  for (const { comment, lines } of statementsOf(source.split("\n"))) {
    const [, kind, name = ""] = HEAD.exec(lines[0] ?? "") ?? [];
    if (kind === undefined) continue;
    const whole = lines
      .join("\n")
      .trimEnd()
      .replace(/^export (?:async )?/, "");
    const text = withoutBody(kind, whole);
    const before = found.get(name);
    const hasMembers = kind === "interface" || kind === "class";
    const members = hasMembers ? membersOf(lines) : [];
    if (before === undefined) found.set(name, { name, kind, comment, text, members });
    // What runs comes after its overloads, and is not for callers.
    else if (text === whole) found.set(name, { ...before, text: `${before.text}\n${text}` });
  }
  return [...found.values()];
}

type Statement = { readonly comment: Comment; readonly lines: readonly string[] };

function statementsOf(lines: readonly string[]): readonly Statement[] {
  const statements: { comment: Comment; lines: string[] }[] = [];
  let comment: string[] = [];
  let isComment = false;
  for (const line of lines) {
    if (line.startsWith("/**")) [comment, isComment] = [[], true];
    if (isComment) {
      comment.push(line);
      isComment = !line.endsWith("*/");
    } else if (/^[A-Za-z]/.test(line)) {
      statements.push({ comment: commentOf(comment), lines: [line] });
      comment = [];
    } else if (/^[\s)}\]>]/.test(line)) {
      statements.at(-1)?.lines.push(line);
    }
  }
  return statements;
}

/** What a caller sees of a function or a constant. */
function withoutBody(kind: string, text: string): string {
  if (kind === "const") return `${text.split(" = ")[0]};`;
  if (kind !== "function" || !text.endsWith("}")) return text;
  const [head = ""] = text.split(/ \{\n {2}(?=\S)(?!readonly)/);
  const signature = `${head.replace(/: ([^,=:]+) = [^,)]+/g, "?: $1")};`;
  // Without default values there may be room for it on one line.
  const line = signature
    .replace(/\(\n\s+/, "(")
    .replace(/,\n\)/, ")")
    .replace(/,\n\s+/g, ", ");
  return line.length <= WIDTH ? line : signature;
}

/** The members of an interface or a class. */
function membersOf(all: readonly string[]): readonly Member[] {
  const begin = all.findIndex((line) => line.endsWith("{")) + 1;
  const lines = all.slice(begin, all.lastIndexOf("}"));
  const members: { text: string; comment: Comment }[] = [];
  let comment: string[] = [];
  let isComment = false;
  for (const line of lines) {
    if (line.startsWith("  constructor")) break;
    if (line.startsWith("  /**")) [comment, isComment] = [[], true];
    if (isComment) {
      comment.push(line.trimStart());
      isComment = !line.endsWith("*/");
    } else if (/^ {2}\S/.test(line) && !/^ {2}[|)}\]]/.test(line)) {
      members.push({ text: memberText(line), comment: commentOf(comment) });
      comment = [];
    } else {
      const last = members.at(-1);
      if (last !== undefined) last.text += ` ${line.trim()}`;
    }
  }
  return members;
}

const memberText = (line: string) => line.trim().replace(/^(?:(?:declare|override) )+/, "");

function commentOf(lines: readonly string[]): Comment {
  if (lines.length === 0) return NONE;
  const inner = lines.map((line) => line.replace(/ ?\*+\/$/, "").replace(/^\s*\/?\*+ ?/, ""));
  const [prose = "", ...tags] = inner.join("\n").split(/^(?=@)/m);
  const bodies = (tag: string) =>
    tags.filter((one) => one.startsWith(`@${tag}`)).map((one) => one.slice(tag.length + 2).trim());
  const parameters = bodies("param").map((text) => {
    const [, name = "", meaning = ""] = /^(\w+)\s+([\s\S]*)$/.exec(text) ?? [];
    return [name, meaning.replace(/\s+/g, " ")] as const;
  });
  return { prose: prose.trim(), parameters, examples: bodies("example") };
}
