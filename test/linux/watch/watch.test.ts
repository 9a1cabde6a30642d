// What counts as a change, on real files. The kernel queues an event before the call returns that
// caused it, so nothing here has to wait.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { IgnoreSpec } from "../../../src/linux/watch/ignores.ts";
import { chanceOf } from "../../sim/chance.ts";
import { openWindow, skip, type Window } from "../asking.ts";
import { IGNORED_LIVES } from "./rows/ignores.ts";
import { LIVES } from "./rows/watch.ts";

/** A file system in memory, where there is one: the tests make thousands of files. */
const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const top = mkdtempSync(join(place, "curfew-watch-"));
after(() => rmSync(top, { recursive: true }));

let window: Window;
before(async () => {
  window = await openWindow();
});
after(() => window.close());

let folders = 0;
/** An empty directory. */
function folder(): string {
  folders += 1;
  const path = join(top, String(folders));
  mkdirSync(path);
  return path;
}

function shell(cwd: string, script: string): void {
  execFileSync("sh", ["-euc", script], { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

async function watching(cwd: string, paths: string, ignores: Partial<IgnoreSpec> = {}) {
  const full = paths.split(" ").map((path) => (path.startsWith("/") ? path : join(cwd, path)));
  assert.equal(await window.call("openWatch", full, ignores), undefined);
  assert.equal(await window.call("warning"), undefined);
}

/** The changes that a script makes which runs in a directory. */
async function told(cwd: string, script: string): Promise<string[]> {
  shell(cwd, script);
  const changes = await window.call("changes");
  return changes.map((path) => (path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path));
}

for (const { name, given, paths, ignores, steps } of [...LIVES, ...IGNORED_LIVES]) {
  test(name, { skip }, async () => {
    const cwd = folder();
    shell(cwd, given);
    await watching(cwd, paths, ignores);
    for (const [script, expected] of steps) {
      const last = (await told(cwd, script.replaceAll("@", cwd))).at(-1) ?? "";
      assert.equal(last, expected, script);
    }
    await window.call("closeWatch");
  });
}

test("a file in a directory that has just been made is seen, every time", { skip }, async () => {
  const cwd = folder();
  await watching(cwd, ".");
  for (let n = 0; n < 10; n += 1) {
    const [first = ""] = await told(cwd, `mkdir -p n${n}/b/c && touch n${n}/b/c/f`);
    assert.match(first, new RegExp(`^n${n}`));
    assert.deepEqual(await told(cwd, `echo 1 > n${n}/b/c/f`), [`n${n}/b/c/f`]);
  }
  await window.call("closeWatch");
});

test("a directory on the path is removed while a process still has it open", {
  skip,
}, async () => {
  const cwd = folder();
  shell(cwd, "mkdir -p p/t; echo 1 > p/t/f");
  await watching(cwd, "p/t");
  assert.deepEqual(await told(cwd, "rm -r p/t"), ["p/t/f"]);
  // The kernel sends the event when the directory is closed.
  const open = openSync(join(cwd, "p"), "r");
  assert.deepEqual(await told(cwd, "rmdir p"), []);
  assert.deepEqual(await told(cwd, "mkdir -p p/t; echo 2 > p/t/f"), ["p/t"]);
  assert.deepEqual(await told(cwd, "echo 3 > p/t/f"), ["p/t/f"]);
  closeSync(open);
  await window.call("closeWatch");
});

test("what other processes do beside a path does not wake curfew", { skip }, async () => {
  const cwd = folder();
  shell(cwd, "mkdir -p a/b/c; echo 1 > a/b/c/f");
  await watching(cwd, "a/b/c a/b/c/f");
  shell(cwd, "touch x a/x; mkdir y a/y; rm -r x y a/x a/y; echo 2 > a/z");
  assert.equal(await window.call("hasEvents"), 0);
  shell(cwd, "cat a/b/c/f; ls a/b/c; chmod 600 a/b/c/f; echo 3 >> a/b/c/f & wait");
  assert.equal(await window.call("hasEvents"), 1);
  await window.call("closeWatch");
});

test("more events than the kernel queues cause one scan of everything, and later ones are seen", {
  skip,
}, async () => {
  const cwd = folder();
  await watching(cwd, ".");
  const before = (await window.call("watches")) ?? 0;
  const write = (from: number, to: number) => {
    for (let n = from; n < to; n += 1) writeFileSync(join(cwd, `f${n}`), "");
  };
  write(0, 20_000);
  // These files are made while the queue is full.
  shell(cwd, "mkdir -p late/a; echo 1 > late/a/f");
  const changes = await window.call("changes");
  assert.ok(changes.length > 1);
  assert.deepEqual(await told(cwd, "echo 2 > late/a/f"), ["late/a/f"]);
  assert.equal(await window.call("watches"), before + 2);
  await window.call("closeWatch");
});

test("a large tree is watched by its directories, and all watches are removed at the end", {
  skip,
}, async () => {
  const cwd = folder();
  for (let n = 0; n < 200; n += 1) {
    mkdirSync(join(cwd, `tree/d${n}`), { recursive: true });
    for (let file = 0; file < 100; file += 1) writeFileSync(join(cwd, `tree/d${n}/${file}`), "");
  }
  await watching(cwd, "tree");
  const before = (await window.call("watches")) ?? 0;
  assert.deepEqual(await told(cwd, "echo 1 > tree/d150/50"), ["tree/d150/50"]);
  await told(cwd, "mv tree/d150 .");
  assert.equal(await window.call("watches"), before - 1);
  assert.deepEqual(await told(cwd, "echo 1 > d150/50"), []);
  await told(cwd, "rm -r tree/*");
  assert.equal(await window.call("watches"), before - 200);
  await window.call("closeWatch");
});

test("after any moves and removals every remaining directory is watched once", {
  skip,
}, async (t) => {
  const seed = Number(process.env.CURFEW_SEED ?? 1);
  t.diagnostic(`CURFEW_SEED=${seed}`);
  const { below, pick } = chanceOf(seed);
  const cwd = folder();
  shell(cwd, "mkdir t out");
  await watching(cwd, "t");
  const alone = (await window.call("watches")) ?? 0;
  const name = () => Array.from({ length: 1 + below(3) }, () => pick([..."abc"])).join("/");
  const act = () => {
    const [one, other] = [name(), name()];
    return pick([
      `mkdir -p t/${one}; touch t/${one}/f`,
      `rm -r t/${one}`,
      `mv t/${one} t/${other}`,
      `mv -T t/${one} t/${other}`,
      `mv t/${one} out/${one.replaceAll("/", "")}`,
      `mv out/${other.replaceAll("/", "")} t/${one}`,
      "mv t u; mkdir t; touch t/f; mv u/* t; rm -r u",
    ]);
  };
  for (let round = 0; round < 40; round += 1) {
    const script = Array.from({ length: 1 + below(8) }, act).join("\n");
    execFileSync("sh", ["-c", `${script}\ntrue`], { cwd, stdio: "ignore" });
    // Now and then the events of several rounds are read together.
    if (below(3) === 0) continue;
    await window.call("changes");
    const left = globSync("t/**/", { cwd }).map((path) => path.replace(/\/$/, ""));
    assert.equal(await window.call("watches"), alone + left.length - 1, script);
    for (const path of left) {
      assert.deepEqual(await told(cwd, `echo 1 > ${path}/g; rm ${path}/g`), [], script);
      assert.deepEqual(await told(cwd, `echo 1 > ${path}/f`), [`${path}/f`], script);
    }
  }
  await window.call("closeWatch");
});

test("a path that cannot be watched is reported", { skip }, async () => {
  const cwd = folder();
  shell(cwd, "touch f; ln -s g h; ln -s loop loop; mkfifo p");
  for (const [path, errno] of [
    ["no", "ENOENT"],
    ["f/x", "ENOTDIR"],
    ["h", "ENOENT"],
    ["loop", "ELOOP"],
    ["p", "EINVAL"],
    ["/dev/null", "EINVAL"],
  ] as const) {
    const given = path.startsWith("/") ? path : join(cwd, path);
    const answer = await window.call("openWatch", [cwd, given], {});
    assert.deepEqual(answer, { kind: "cannot-watch", given, errno });
  }
  assert.deepEqual(await window.call("openWatch", [""], {}), {
    kind: "cannot-watch",
    given: "",
    errno: "ENOENT",
  });
});
