// What a person downloads: the archive and the Debian package work where they are unpacked, and are
// the same bytes each time.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { debOf, gzipped } from "../../scripts/release/deb.ts";
import { changelogOf } from "../../scripts/release/debian.ts";
import { builtFor, installation } from "../../scripts/release/layout.ts";
import { tarOf } from "../../scripts/release/tar.ts";
import { ROOT } from "../cli/binary.ts";
import { run as tool } from "./tools.ts";

const TIME = Date.UTC(2001, 1, 3) / 1000;
const FOLDER = mkdtempSync(join(tmpdir(), "curfew-release-"));
after(() => rmSync(FOLDER, { recursive: true }));
const BUILT = { ...builtFor(process.arch), licenses: "the licenses" };
const ENTRIES = await installation(BUILT);

function run(argv: readonly string[], cwd: string = FOLDER): string {
  return tool(argv, { cwd });
}

/** What is below a prefix works: the program, a link to it, its pages. */
function assertWorks(prefix: string): void {
  const program = join(prefix, "bin/curfew");
  assert.equal(statSync(program).mode & 0o777, 0o755);
  assert.match(run([program, "--version"]), /\(curfew\) \d/);
  run([program, "run", "--", "true"]);
  const tini = join(prefix, "libexec/curfew/tini");
  assert.equal(readlinkSync(tini), "../../bin/curfew");
  assert.match(run([tini, "--version"]), /^tini version/);
  assert.ok(existsSync(join(prefix, "share/bash-completion/completions/curfew")));
  const licenses = join(prefix, "share/doc/curfew/THIRD-PARTY-LICENSES");
  assert.equal(readFileSync(licenses, "utf8"), "the licenses");
}

test("the archive works where it was unpacked", async () => {
  const archive = join(FOLDER, "curfew.tar.gz");
  writeFileSync(archive, gzipped(await tarOf(ENTRIES, TIME, false)));
  const prefix = join(FOLDER, "a prefix");
  mkdirSync(prefix);
  run(["tar", "-xzf", archive, "-C", prefix]);
  assertWorks(prefix);
  assert.ok(existsSync(join(prefix, "share/man/man1/curfew-run.1")));
});

test("an archive of the same entries has the same bytes, and another time other bytes", async () => {
  const [one, same, other] = await Promise.all(
    [TIME, TIME, TIME + 1].map((at) => tarOf(ENTRIES, at, true)),
  );
  assert.ok(one?.equals(same ?? Buffer.alloc(0)));
  assert.ok(!one?.equals(other ?? Buffer.alloc(0)));
});

/** `make install` or `make uninstall`, with what make gives it. */
function install(...words: readonly string[]): { readonly status: unknown; readonly said: string } {
  const script = join(ROOT, "scripts/release/install.ts");
  const { status, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: "utf8" });
  return { status, said: stderr };
}

test("make install and make uninstall: all of it, and nothing else", () => {
  const destination = join(FOLDER, "a destination");
  const words = ["--destdir", destination, "--prefix", "/usr"];
  const other = join(destination, "usr/share/doc/other");
  mkdirSync(join(other, ".."), { recursive: true });
  writeFileSync(other, "");
  assert.equal(install(...words).status, 0);
  run([join(destination, "usr/bin/curfew"), "run", "--", "true"]);
  assert.equal(install(...words).status, 0, "over an older one");
  assert.equal(install("--remove", ...words).status, 0);
  const left = run(["find", destination, "!", "-type", "d"]).trim();
  assert.equal(left, other);
  assert.ok(!existsSync(join(destination, "usr/libexec/curfew")));
});

test("make install: `..` in DESTDIR is where the system says, also behind a link", () => {
  const [inner, beside] = [join(FOLDER, "deep/inner"), join(FOLDER, "deep/beside")];
  mkdirSync(inner, { recursive: true });
  symlinkSync(inner, join(FOLDER, "link"));
  const words = ["--destdir", `${FOLDER}/link/../beside`, "--prefix", "/usr"];
  assert.equal(install(...words).status, 0);
  run([join(beside, "usr/bin/curfew"), "--version"]);
  assert.ok(!existsSync(join(FOLDER, "beside")));
  assert.equal(install("--remove", ...words).status, 0);
  assert.equal(run(["find", beside, "!", "-type", "d"]).trim(), "");
});

test("make install: what the system refuses is one line", () => {
  const file = join(FOLDER, "a file");
  writeFileSync(file, "");
  for (const words of [
    ["--destdir", file, "--prefix", "/usr"],
    ["--prefix", "relative"],
    ["--destdir", FOLDER, "--prefix", "/usr/../../outside"],
  ]) {
    const { status, said } = install(...words);
    assert.equal(status, 1);
    assert.match(said, /^curfew: [^\n]+\n$/);
  }
});

const parser = spawnSync("dpkg-parsechangelog", ["--version"]).status === 0;

test("the changelog is one that Debian's tools read", {
  skip: parser ? false : "no dpkg-parsechangelog here",
}, () => {
  const changes = "## 1.1.0 (2001-02-03)\n\nMore.\n\n## 1.0.0 (2000-12-31)\n\nAll.\n";
  const file = join(FOLDER, "changelog");
  writeFileSync(file, changelogOf(changes, readFileSync(join(ROOT, "LICENSE"), "utf8")));
  const fields = run(["dpkg-parsechangelog", "--all", "-l", file]);
  assert.match(fields, /^Version: 1\.1\.0$/m);
  assert.match(fields, /^Date: Sat, 03 Feb 2001 00:00:00 \+0000$/m);
  assert.match(fields, /^ curfew \(1\.0\.0\) unstable; urgency=medium$/m);
  assert.doesNotMatch(fields, /warning|error/i);
});

const skip = spawnSync("dpkg-deb", ["--version"]).status === 0 ? false : "no dpkg-deb here";

test("the Debian package has all of it below /usr, and no scripts", { skip }, async () => {
  const about = { version: "1.2.3", architecture: "amd64", time: TIME };
  const deb = join(FOLDER, "curfew.deb");
  writeFileSync(deb, await debOf(ENTRIES, about));
  assert.equal(
    run(["dpkg-deb", "--field", deb, "Package", "Version"]),
    "Package: curfew\nVersion: 1.2.3\n",
  );
  assert.deepEqual(run(["dpkg-deb", "--ctrl-tarfile", deb]).length > 0, true);
  const root = join(FOLDER, "root");
  run(["dpkg-deb", "--extract", deb, root]);
  assertWorks(join(root, "usr"));
  assert.ok(existsSync(join(root, "usr/share/man/man1/curfew-run.1.gz")));
  const license = readFileSync(join(ROOT, "LICENSE"), "utf8");
  const documents = join(root, "usr/share/doc/curfew");
  const copyright = readFileSync(join(documents, "copyright"), "utf8");
  const words = copyright.replace(/^ \.?/gm, "").replace(/\s+/g, " ");
  const [, terms = ""] = /^(Permission [\s\S]*)$/m.exec(license) ?? [];
  assert.ok(words.includes(terms.trim().replace(/\s+/g, " ")), copyright);
  assert.match(copyright, /^Format: https:\/\/www\.debian\.org\/.*^License: Expat$/ms);
  const [, holder = ""] = /^Copyright \(c\) \d+ (.+)$/m.exec(license) ?? [];
  assert.equal(run(["dpkg-deb", "--field", deb, "Maintainer"]), `${holder}\n`);
  assert.equal(
    run(["gzip", "-dc", join(documents, "CHANGELOG.md.gz")]),
    readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"),
  );
  const control = join(FOLDER, "control");
  run(["dpkg-deb", "--control", deb, control]);
  assert.ok(!existsSync(join(control, "postinst")));
});
