import assert from "node:assert/strict";
import { matchesGlob } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { matchesAny, parseGlobs } from "../../../src/core/values/glob.ts";
import { GLOBS } from "./rows/glob.ts";

const pathsOf = (text: string) => text.split(" ").filter((path) => path !== "");

function matches(patterns: readonly string[], path: string, root = "/srv"): boolean {
  const isDirectory = path.endsWith("/");
  return matchesAny(parseGlobs(patterns), { path: path.replace(/\/$/, ""), root, isDirectory });
}

for (const [pattern, of, notOf] of GLOBS) {
  test(`the pattern ${JSON.stringify(pattern)}`, () => {
    for (const path of pathsOf(of)) assert.ok(matches([pattern], path), path);
    for (const path of pathsOf(notOf)) assert.ok(!matches([pattern], path), path);
  });
}

test("what is watched may be the root itself", () => {
  assert.ok(matches(["/a"], "a", "/"));
  assert.ok(matches(["/a/b"], "a/b", "/"));
});

const PATTERN = fc.string({ unit: fc.constantFrom(..."ab/*?[]!^-{},\\.é", "**"), maxLength: 12 });
const PATH = fc
  .array(fc.string({ unit: fc.constantFrom(..."ab*[]!^-{},\\.é"), minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((names) => names.join("/"));

test("every text is a pattern; several match what one of them does", () => {
  fc.assert(
    fc.property(PATTERN, PATTERN, PATH, (one, other, path) => {
      const either = matches([one], path) || matches([other], path);
      assert.equal(matches([one, other], path), either);
      // A directory is matched by all that a file is.
      assert.ok(!matches([one], path) || matches([one], `${path}/`));
    }),
    { numRuns: 20_000 },
  );
});

test("a name with every character escaped matches itself alone", () => {
  fc.assert(
    fc.property(PATH, PATH, (path, other) => {
      const pattern = path.replace(/[^/]/gu, "\\$&");
      assert.ok(matches([pattern], path));
      if (other !== path && !other.endsWith(`/${path}`)) assert.ok(!matches([pattern], other));
    }),
  );
});

test("where Node's own globs mean the same, so do ours", () => {
  const name = fc.string({ unit: fc.constantFrom(..."ab*?"), minLength: 1, maxLength: 3 });
  const part = fc.oneof(name, fc.constantFrom("**", "{a,b*}", "[ab]", "[!a]b"));
  const pattern = fc
    .array(part, { minLength: 2, maxLength: 4 })
    .map((parts) => parts.join("/"))
    // no two tools agree on `a**`; a `**` at the end may mean the directory itself.
    .filter((text) => !/[^/]\*\*|\*\*[^/]|\*\*$/.test(text));
  const plain = fc.string({ unit: fc.constantFrom(..."ab"), minLength: 1, maxLength: 2 });
  const path = fc.array(plain, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
  fc.assert(
    fc.property(pattern, path, (glob, file) => {
      assert.equal(matches([glob], file), matchesGlob(file, glob), `${glob} ${file}`);
    }),
    { numRuns: 5000 },
  );
});
