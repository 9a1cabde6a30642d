// The reference in docs/library.md: how sources are read, and that nothing is missing in it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { declarationsIn } from "../scripts/docs/declarations.ts";
import { ERROR_CODES } from "../scripts/docs/library-words.ts";
import { OPTION_TABLE } from "../src/node/options/table.ts";
import { ROOT } from "./cli/binary.ts";

const SOURCE = `import { a } from "./a.ts";

/** Not exported, and not the next one's comment. */
const hidden = 1;

/**
 * Adds numbers.
 * In two lines.
 *
 * @param one The first
 *   of them.
 * @example
 * assert.equal(add(1), 2);
 */
export function add(one: number): number;
export function add(one: number, other: number): number;
export function add(one: number, other = 1): number {
  return one + other;
}

export async function wait(
  ms: number,
  options: Options = {},
): Promise<void> {
  await a(ms, options);
}

/** What can be set. */
export interface Options
  extends Base {
  /** How long. */
  readonly time?: number | undefined;
  /**
   * Calls back.
   *
   * @example
   * call();
   */
  call(one: string): {
    readonly two: number;
  };
}

export class Failure extends Error {
  /** Which. */
  declare readonly code?: string;

  constructor() {
    super("failed");
    this.code = "x";
  }
}

/** A choice. */
export type Choice =
  | "a"
  | "b";
export const later: typeof add = hidden;
`;

const declarations = new Map(declarationsIn(SOURCE).map((one) => [one.name, one]));

test("a function has its overloads, parameters and examples, without what runs", () => {
  const add = declarations.get("add");
  assert.deepEqual(add?.text.split("\n"), [
    "function add(one: number): number;",
    "function add(one: number, other: number): number;",
  ]);
  assert.deepEqual(add.comment, {
    prose: "Adds numbers.\nIn two lines.",
    parameters: [["one", "The first of them."]],
    examples: ["assert.equal(add(1), 2);"],
  });
});

test("a default value makes a parameter optional; a short signature is one line", () => {
  const text = "function wait(ms: number, options?: Options): Promise<void>;";
  assert.equal(declarations.get("wait")?.text, text);
});

test("members have their comments, and end where a constructor begins", () => {
  const [time, call, ...none] = declarations.get("Options")?.members ?? [];
  assert.equal(time?.text, "time?: number | undefined;".replace(/^/, "readonly "));
  assert.equal(time?.comment.prose, "How long.");
  assert.equal(call?.text, "call(one: string): { readonly two: number; };");
  assert.deepEqual(call?.comment.examples, ["call();"]);
  assert.deepEqual(none, []);
  const [code, ...rest] = declarations.get("Failure")?.members ?? [];
  assert.equal(code?.text, "readonly code?: string;");
  assert.deepEqual(rest, []);
});

test("types and constants stand as they are", () => {
  assert.equal(declarations.get("Choice")?.text, 'type Choice =\n  | "a"\n  | "b";');
  assert.equal(declarations.get("later")?.text, "const later: typeof add;");
  assert.equal(declarations.get("later")?.comment.prose, "");
});

const DOCUMENT = readFileSync(join(ROOT, "docs/library.md"), "utf8");

test("every export, every option and every error code is in the document", () => {
  const index = readFileSync(join(ROOT, "src/node/index.ts"), "utf8");
  const lists = index.matchAll(/export (?:type )?\{([^}]*)\}/g);
  const names = [...lists].flatMap(([, list = ""]) => list.split(",").map((name) => name.trim()));
  // These two are the tables of outcomes and errors.
  const tables = ["", "ErrorCode", "Outcome"];
  for (const name of names.filter((one) => !tables.includes(one))) {
    assert.match(DOCUMENT, new RegExp(`^#{2,3} ${name}$`, "m"), name);
  }
  for (const name of [...Object.keys(OPTION_TABLE), ...Object.keys(ERROR_CODES)]) {
    assert.match(DOCUMENT, new RegExp(`^\\| \`${name}\` +\\|`, "m"), name);
  }
});
