// Which commit a build names: the same in every clone, and none where there is no repository.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { commit, NO_COMMIT } from "../../scripts/build/commit.ts";

const skip = spawnSync("git", ["--version"]).status === 0 ? false : "no git here";
const FOLDER = mkdtempSync(join(tmpdir(), "curfew-commit-"));
after(() => rmSync(FOLDER, { recursive: true }));

function git(root: string, ...words: readonly string[]): void {
  const who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", ["-C", root, ...who, ...words], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

test("two clones of one commit name it, a change is marked, an archive names none", {
  skip,
}, () => {
  const root = join(FOLDER, "root");
  mkdirSync(root);
  git(root, "init", "--quiet");
  assert.equal(commit(root), NO_COMMIT);
  writeFileSync(join(root, "a"), "1");
  git(root, "add", "a");
  git(root, "commit", "--quiet", "-m", "one");
  const named = commit(root);
  assert.match(named, /^[\da-f]{12}$/);
  const clone = join(FOLDER, "a clone");
  git(FOLDER, "clone", "--quiet", "--depth", "1", `file://${root}`, clone);
  assert.equal(commit(clone), named);
  writeFileSync(join(clone, "untracked"), "");
  assert.equal(commit(clone), named);
  writeFileSync(join(clone, "a"), "2");
  assert.equal(commit(clone), `${named}+`);
  // An archive, unpacked inside of another repository.
  const archive = join(clone, "archive");
  mkdirSync(archive);
  cpSync(join(root, "a"), join(archive, "a"));
  assert.equal(commit(archive), NO_COMMIT);
});
