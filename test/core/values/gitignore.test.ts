import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import type { Gitignore } from "../../../src/core/values/gitignore.ts";
import { ignores, parseGitignore } from "../../../src/core/values/gitignore.ts";
import { GITIGNORES } from "./rows/gitignore.ts";

/** Whether a path is ignored, or a directory above it is. */
function isIgnored(gitignore: Gitignore, path: string): boolean {
  const parts = path.replace(/\/$/, "").split("/");
  return parts.some((_, at) => {
    const isDirectory = at < parts.length - 1 || path.endsWith("/");
    return ignores(gitignore, parts.slice(0, at + 1).join("/"), isDirectory) === true;
  });
}

test("patterns of .gitignore files", () => {
  for (const [file, ignored, others] of GITIGNORES) {
    const gitignore = parseGitignore(file);
    const found = [...ignored, ...others].filter((path) => isIgnored(gitignore, path));
    assert.deepEqual(found, ignored, JSON.stringify(file));
  }
});

const NO_GIT = spawnSync("git", ["--version"]).status !== 0 && "no git here";
const QUIET = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };

/** A .gitignore file, and what lies beside it; a slash at the end: a directory. */
type Case = { readonly file: string; readonly paths: readonly string[] };

/** Which of its paths git ignores in each case. Each is a folder of one work tree. */
function askGit(t: TestContext, cases: readonly Case[]): readonly (readonly string[])[] {
  const tree = mkdtempSync(join(tmpdir(), "curfew-ignore-"));
  t.after(() => rmSync(tree, { recursive: true }));
  const git = (words: readonly string[], input: string) => {
    const env = { ...process.env, ...QUIET };
    return spawnSync("git", ["-C", tree, ...words], { input, env, maxBuffer: 2 ** 26 });
  };
  git(["init", "-q"], "");
  const asked = cases.flatMap(({ file, paths }, at) => {
    const made = paths.filter((path) => make(join(tree, `${at}`, path)));
    writeFileSync(join(tree, `${at}`, ".gitignore"), file);
    return made.map((path) => `${at}/${path.replace(/\/$/, "")}`);
  });
  const input = asked.join("\0");
  const { status, stdout } = git(["check-ignore", "--no-index", "-z", "--stdin"], input);
  assert.equal(status, 0);
  const ignored = new Set(stdout.toString().split("\0"));
  return cases.map(({ paths }, at) => {
    return paths.filter((path) => ignored.has(`${at}/${path.replace(/\/$/, "")}`));
  });
}

/** Makes a file or a directory; false: another one has the name. */
function make(path: string): boolean {
  try {
    mkdirSync(path.endsWith("/") ? path : dirname(path), { recursive: true });
    if (!path.endsWith("/")) writeFileSync(path, "", { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

test("git answers the same to each row", { skip: NO_GIT }, (t) => {
  // A file and a directory of one name are not there at the same time.
  const cases = GITIGNORES.flatMap(([file, ignored, others]) => {
    return [...ignored, ...others].map((path) => ({ file, paths: [path] }));
  });
  const expected = GITIGNORES.flatMap(([, ignored, others]) => {
    return [...ignored.map((path) => [path]), ...others.map(() => [])];
  });
  const shown = (answers: readonly (readonly string[])[]) => {
    return answers.map((answer, at) => [cases[at]?.file, cases[at]?.paths, answer]);
  };
  assert.deepEqual(shown(askGit(t, cases)), shown(expected));
});

const NAME = fc.string({ unit: fc.constantFrom(..."aab.]-"), minLength: 1, maxLength: 3 });
const PATTERN = fc.string({ unit: fc.constantFrom(..."aab.****??//[]!-\\ ^"), maxLength: 10 });
const CASE = fc.record({
  patterns: fc.array(PATTERN, { minLength: 1, maxLength: 4 }),
  names: fc.array(fc.array(NAME, { minLength: 1, maxLength: 3 }), { minLength: 8, maxLength: 20 }),
});

test("git answers the same to patterns that chance has made", { skip: NO_GIT }, (t) => {
  const cases = fc.sample(CASE, { numRuns: 200, seed: 7 }).map(({ patterns, names }): Case => {
    const plain = names.map((parts) => parts.filter((name) => !/^\.+$/.test(name)).join("/"));
    // A name of a file is no name of a directory.
    const isFree = (path: string) => !plain.some((other) => other.startsWith(`${path}/`));
    const paths = [...new Set(plain)].filter((path) => path !== "" && isFree(path));
    return { file: patterns.join("\n"), paths };
  });
  const theirs = askGit(t, cases);
  const ours = cases.map(({ file, paths }) => {
    const gitignore = parseGitignore(file);
    return paths.filter((path) => isIgnored(gitignore, path));
  });
  for (const [at, { file }] of cases.entries()) {
    assert.deepEqual(ours[at], theirs[at], JSON.stringify(file));
  }
  assert.ok(theirs.flat().length > 100, "many were ignored");
});

test("the time grows with the lengths alone", () => {
  const stars = parseGitignore(`/${"*a".repeat(99)}b\n${"**/".repeat(50)}x\n${"[!b]*".repeat(50)}`);
  const start = performance.now();
  for (let round = 0; round < 10; round++) ignores(stars, "a".repeat(250), false);
  for (let round = 0; round < 10; round++) ignores(stars, "a/".repeat(120), false);
  assert.ok(performance.now() - start < 10_000);
});
