// What is a change, on the kernel's own files. It tells of an event before the call returns that
// made it, so nothing here has to wait.
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
import { chanceOf } from "../../sim/chance.ts";
import { openWindow, skip, type Window } from "../asking.ts";
import { LIVES } from "./rows/watch.ts";

/** In memory, where there is such a place: thousands of files are made here. */
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

async function watching(cwd: string, paths: string, ignore: readonly string[] = []) {
  const full = paths.split(" ").map((path) => (path.startsWith("/") ? path : join(cwd, path)));
  assert.equal(await window.call("openWatch", full, ignore), undefined);
  assert.equal(await window.call("warning"), undefined);
}

/** What is told of a script's doing, from a directory. */
async function told(cwd: string, script: string): Promise<string[]> {
  shell(cwd, script);
  const changes = await window.call("changes");
  return changes.map((path) => (path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path));
}

for (const { name, given, paths, ignore, steps } of LIVES) {
  test(name, { skip }, async () => {
    const cwd = folder();
    shell(cwd, given);
    await watching(cwd, paths, ignore);
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

test("a directory on the way is removed while somebody still has it open", {
  skip,
}, async () => {
  const cwd = folder();
  shell(cwd, "mkdir -p p/t; echo 1 > p/t/f");
  await watching(cwd, "p/t");
  assert.deepEqual(await told(cwd, "rm -r p/t"), ["p/t/f"]);
  // The kernel does not tell of its end before it is closed.
  const open = openSync(join(cwd, "p"), "r");
  assert.deepEqual(await told(cwd, "rmdir p"), []);
  assert.deepEqual(await told(cwd, "mkdir -p p/t; echo 2 > p/t/f"), ["p/t"]);
  assert.deepEqual(await told(cwd, "echo 3 > p/t/f"), ["p/t/f"]);
  closeSync(open);
  await window.call("closeWatch");
});

test("what others do beside a path does not wake us", { skip }, async () => {
  const cwd = folder();
  shell(cwd, "mkdir -p a/b/c; echo 1 > a/b/c/f");
  await watching(cwd, "a/b/c a/b/c/f");
  shell(cwd, "touch x a/x; mkdir y a/y; rm -r x y a/x a/y; echo 2 > a/z");
  assert.equal(await window.call("hasEvents"), 0);
  shell(cwd, "cat a/b/c/f; ls a/b/c; chmod 600 a/b/c/f; echo 3 >> a/b/c/f & wait");
  assert.equal(await window.call("hasEvents"), 1);
  await window.call("closeWatch");
});

test("more events than the kernel keeps are one look at everything, and nothing is lost after", {
  skip,
}, async () => {
  const cwd = folder();
  await watching(cwd, ".");
  const before = (await window.call("watches")) ?? 0;
  const write = (from: number, to: number) => {
    for (let n = from; n < to; n += 1) writeFileSync(join(cwd, `f${n}`), "");
  };
  write(0, 20_000);
  // What is made while nobody is told any more.
  shell(cwd, "mkdir -p late/a; echo 1 > late/a/f");
  const changes = await window.call("changes");
  assert.ok(changes.length > 1);
  assert.deepEqual(await told(cwd, "echo 2 > late/a/f"), ["late/a/f"]);
  assert.equal(await window.call("watches"), before + 2);
  await window.call("closeWatch");
});

test("a large tree is watched by its directories, and given back", { skip }, async () => {
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

test("whatever was moved and removed, every directory that is left is watched once", {
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
    // Now and then the kernel's events of several rounds are read together.
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

test("what cannot be watched is told", { skip }, async () => {
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
    const answer = await window.call("openWatch", [cwd, given], []);
    assert.deepEqual(answer, { kind: "unwatched", given, errno });
  }
  assert.deepEqual(await window.call("openWatch", [""], []), {
    kind: "unwatched",
    given: "",
    errno: "ENOENT",
  });
});
