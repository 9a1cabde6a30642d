// The one declaration file of the library has what its entry exports, and what that refers to.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { joined } from "../../scripts/release/declarations.ts";
import { StepFailed } from "../../scripts/steps.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-declarations-"));
after(() => rmSync(FOLDER, { recursive: true }));
let made = 0;

/** Joins files as the compiler writes them; the first is the entry. */
function joinedFrom(files: Readonly<Record<string, readonly string[]>>): string {
  const folder = join(FOLDER, String(made++));
  for (const [path, lines] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), lines.join("\n"));
  }
  return joined(folder, join(folder, Object.keys(files)[0] ?? ""));
}

test("what is exported, what it refers to, and nothing else", () => {
  const text = joinedFrom({
    "index.d.ts": [
      'import type { Inner } from "./a/inner.ts";',
      'export type { Other as Renamed } from "./a/inner.ts";',
      "/** Runs. */",
      "export declare function run(a: string): Inner;",
      "/** Runs otherwise. */",
      "export declare function run(a: number): Inner[];",
      "declare const KINDS: readonly [",
      '    "a"',
      "];",
      "export type Kind = (typeof KINDS)[number];",
    ],
    "a/inner.d.ts": [
      "/** Unused. */",
      "export declare const unused: 1;",
      "/** Is one of two. */",
      "export type Inner = ",
      "/** The first. */",
      "{",
      "    readonly other: Other;",
      "}",
      "/** The second. */",
      " | undefined;",
      "export interface Other {",
      "    unused: string;",
      "}",
    ],
  });
  const lines = text.split("\n").filter((line) => /^[a-z]/.test(line));
  assert.deepEqual(lines, [
    "interface Other {",
    "export declare function run(a: string): Inner;",
    "export declare function run(a: number): Inner[];",
    "type Inner = ",
    "export type Kind = (typeof KINDS)[number];",
    "declare const KINDS: readonly [",
    "export { Other as Renamed };",
  ]);
  assert.match(text, /\/\*\* Runs otherwise\. \*\/\nexport declare function run\(a: number\)/);
  assert.match(text, /type Inner = \n\/\*\* The first\. \*\/\n\{\n/);
});

test("two of the same name", () => {
  const text = joinedFrom({
    "index.d.ts": [
      'import type { Report as Inner } from "./core.ts";',
      "export interface Report {",
      "    Report: Inner;",
      '    why: "Inner" | Inner["Report"];',
      "}",
    ],
    "core.d.ts": ["export type Report = {", "    readonly next: Report | null;", "};"],
  });
  assert.match(text, /^export interface Report \{\n {4}Report: Report2;\n/m);
  assert.match(text, /why: "Inner" \| Report2\["Report"\];/);
  assert.match(text, /^type Report2 = \{\n {4}readonly next: Report2 \| null;/m);
});

test("types of Node", () => {
  const text = joinedFrom({
    "index.d.ts": [
      'import { type Readable } from "node:stream";',
      'export { type One } from "./one.ts";',
      "export type Two = Readable | NodeJS.Signals;",
    ],
    "one.d.ts": [
      'import type { Readable as Stream } from "node:stream";',
      "export type One = Stream;",
    ],
  });
  assert.match(
    text,
    /^\/\/\/ <reference types="node" \/>\nimport type \{ Readable \} from "node:s/,
  );
  assert.match(text, /^export type One = Readable;$/m);
  assert.equal(text.match(/import /g)?.length, 1);
});

test("a form that is not known is an error, not a wrong declaration", () => {
  for (const line of [
    "export default 1;",
    'export * from "./a.ts";',
    'export type A = import("./a.ts").A;',
    'export { missing } from "./a.ts";',
  ]) {
    const files = { "index.d.ts": [line], "a.d.ts": ["export type A = 1;"] };
    assert.throws(() => joinedFrom(files), StepFailed, line);
  }
});
