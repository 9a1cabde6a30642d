import assert from "node:assert/strict";
import { test } from "node:test";
import { IGNORED } from "../../../src/core/spec/ignore.ts";
import { matchesAny, parseGlobs } from "../../../src/core/values/glob.ts";

const globs = parseGlobs(IGNORED.map(([pattern]) => pattern));
const isIgnored = (path: string, isDirectory = false) =>
  matchesAny(globs, { path, root: "/srv", isDirectory });

test("editors' temporary files are no change, wherever they are", () => {
  for (const name of [
    ..."4913 .a.ts.swp .a.ts.swo .a.swx .a.ts.swpx a.ts~ .#a.ts #a.ts# .a.kate-swp".split(" "),
    ..."a.ts___jb_tmp___ a.ts___jb_old___ .goutputstream-X1Y2Z3 .nfs00a1 .fuse_hidden0".split(" "),
  ]) {
    assert.ok(isIgnored(name), name);
    assert.ok(isIgnored(`a/b/${name}`), name);
  }
});

test("what git and others keep is no change, but a file of that name is", () => {
  for (const name of [".git", ".hg", ".svn", "__pycache__"]) {
    assert.ok(isIgnored(`a/${name}`, true));
    assert.ok(!isIgnored(`a/${name}`));
  }
});

test("names that people give are a change", () => {
  for (const name of [
    ..."a.ts a.swp.ts 49130 sediment sedentary .env .gitignore .github a#b # .a git".split(" "),
    ..."answer .sw .swing.ts a~b .nfsrc ___jb".split(" "),
  ]) {
    assert.ok(!isIgnored(name), name);
    assert.ok(!isIgnored(name, true), name);
  }
});

test("each pattern stands there once, with a reason", () => {
  const patterns = IGNORED.map(([pattern]) => pattern);
  assert.equal(new Set(patterns).size, patterns.length);
  for (const [, why] of IGNORED) assert.ok(why.length > 5);
});
