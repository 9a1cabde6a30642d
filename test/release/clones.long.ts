// Two clones in other folders, with another umask, time zone, locale and user, make the same bytes.
// And a packager's build: from vendored crates, with an installed Node, without a network.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT } from "../cli/binary.ts";
import { run } from "./tools.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-clones-"));
after(() => rmSync(FOLDER, { recursive: true }));

/** The tracked files as they are now, in a folder without anything that was built. */
function clone(name: string): string {
  const to = join(FOLDER, name);
  const words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", words, { cwd: ROOT, encoding: "utf8" }).split("\0");
  for (const file of files.filter(Boolean)) cpSync(join(ROOT, file), join(to, file));
  return to;
}

/** A caller is told another user ID. */
const OTHER = ["unshare", "--map-user=12345"];
const OTHER_USER = spawnSync("unshare", [...OTHER.slice(1), "true"]).status === 0 ? OTHER : [];

const FIRST = clone("first");
const SECOND = clone("second clone, ünd a blank");

before(() => {
  run(["npm", "run", "release"], {
    cwd: FIRST,
    env: { TZ: "Pacific/Kiritimati", LC_ALL: "C" },
  });
  const script = 'umask 077; exec npm run release --cache "$PWD/of-its-own"';
  const env = { TZ: "America/Adak", LC_ALL: "C.UTF-8", USER: "other" };
  run([...OTHER_USER, "sh", "-c", script], { cwd: SECOND, env });
});

test("two clones make the same files with the same sums", () => {
  const [one, other] = [FIRST, SECOND].map((root) => {
    const folder = join(root, "dist/release");
    return { names: readdirSync(folder), sums: readFileSync(join(folder, "SHA256SUMS"), "utf8") };
  });
  assert.deepEqual(one, other);
  assert.ok((one?.names.length ?? 0) >= 4, one?.names.join());
});

test("the sums are those of the files", () => {
  run(["sha256sum", "--check", "--strict", "SHA256SUMS"], { cwd: join(FIRST, "dist/release") });
});

/** A network namespace of its own has no route, and no interface that is up. */
const OFFLINE = ["unshare", "--net", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"])];
const skip =
  spawnSync("unshare", [...OFFLINE.slice(1), "true"]).status === 0 ? false : "no unshare";

test("a packager builds and installs without a network", { skip }, () => {
  const root = clone("packager");
  // What a packager does while there is a network: docs/how-to/install.md has the same lines.
  run(["npm", "ci", "--ignore-scripts"], { cwd: root });
  mkdirSync(join(root, ".cargo"));
  const vendor = "cargo vendor --locked --manifest-path native/Cargo.toml > .cargo/config.toml";
  run(["sh", "-c", vendor], { cwd: root });
  const env = { CURFEW_TOOLS: "installed", CARGO_HOME: join(FOLDER, "empty") };
  const to = join(FOLDER, "destination");
  // The Node of the system: the one that runs this test is recent enough.
  const make = ["make", "install", `DESTDIR=${to}`, "PREFIX=/usr", `NODE=${process.execPath}`];
  run([...OFFLINE, ...make], { cwd: root, env });
  assert.match(run([join(to, "usr/bin/curfew"), "--version"], { cwd: FOLDER }), /\(curfew\) \d/);
  run([join(to, "usr/libexec/curfew/timeout"), "10", "true"], { cwd: FOLDER });
  assert.ok(readdirSync(join(to, "usr/share/man/man1")).includes("curfew-run.1"));
});
