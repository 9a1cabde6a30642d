// The examples of the documentation comments run, and every export has one.
import assert from "node:assert/strict";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ROOT } from "../cli/binary.ts";
import * as library from "./program.ts";

const INDEX = "src/node/index.ts";
const files = globSync("src/node/**/*.ts", { cwd: ROOT }).sort();
const sources = files.map((file) => ({ file, text: readFileSync(join(ROOT, file), "utf8") }));

type Example = { readonly name: string; readonly code: string };

/** The examples of a file, each named by the first line of what it stands above. */
function examplesOf(file: string, text: string): readonly Example[] {
  const comments = text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*?@example[\s\S]*?)\*\/\s*(.*)/g);
  return [...comments].flatMap(([, comment = "", below = ""]) => {
    const [, ...parts] = comment.replace(/^[ \t]*\*[ \t]?/gm, "").split("@example");
    return parts.map((code) => ({ name: `${file}: ${below.trim()}`, code }));
  });
}

/** A module that runs an example. */
function moduleOf({ code }: Example): string {
  const names = Object.keys(library).join(", ");
  return [
    'import assert from "node:assert/strict";',
    `import { ${names} } from ${JSON.stringify(pathToFileURL(join(ROOT, INDEX)).href)};`,
    code,
  ].join("\n");
}

const examples = sources.flatMap(({ file, text }) => examplesOf(file, text));

test("there are examples", () => assert.ok(examples.length > 15, `${examples.length}`));

const folder = mkdtempSync(join(tmpdir(), "curfew-examples-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
// An example may write a file: not among the sources.
process.chdir(folder);

for (const [at, example] of examples.entries()) {
  test(example.name, async () => {
    const path = join(folder, `example-${at}.mts`);
    writeFileSync(path, moduleOf(example));
    await import(pathToFileURL(path).href);
  });
}

test("what examples write stays out of the sources", () => {
  assert.ok(existsSync(join(folder, "worker.mjs")), "the example of wrap has written it");
  assert.ok(!existsSync(join(ROOT, "worker.mjs")));
});

/** What index.ts exports: types, and values. */
function exported(kind: "types" | "values"): readonly string[] {
  const index = readFileSync(join(ROOT, INDEX), "utf8");
  const pattern = kind === "types" ? /export type \{([^}]*)\}/g : /export \{([^}]*)\}/g;
  return [...index.matchAll(pattern)].flatMap(([, names = ""]) =>
    names
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean),
  );
}

/** The documentation comment right above an export. */
function commentOf(name: string): string {
  const pattern = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:async )?(?:function|const|class|interface|type) ${name}\\b`,
  );
  return sources.map(({ text }) => pattern.exec(text)?.[1]).find(Boolean) ?? "";
}

test("every export has a documentation comment, every function and class an example", () => {
  for (const name of exported("types")) assert.notEqual(commentOf(name), "", name);
  const values = exported("values");
  assert.deepEqual([...values].sort(), Object.keys(library).sort());
  for (const name of values) assert.match(commentOf(name), /@example/, name);
});
