// What was frozen works after thawing, in the very same way as unfrozen; and what must not be
// frozen is refused.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { hostProgram } from "../scripts/build/cargo.ts";
import { freeze } from "../scripts/build/freeze.ts";
import { ownTarget } from "../scripts/build/target.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-freeze-"));
after(() => rmSync(FOLDER, { recursive: true }));
const HOST = hostProgram(await ownTarget());

type Result = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** A bundle that defines `before` at its top level and answers with what `body` returns. */
function bundleOf({ before = "", body, onDemand }: Row): string {
  const first = `var curfew = (() => { const sys = __sys; ${before}
    const print = (value) => sys.write(1, JSON.stringify(value) + "\\n");
    function main() { ${body} }
    return { main, lastWords: "curfew: internal error: ", noMemory: "none", failureCode: 125 };
  })();`;
  return onDemand === undefined ? first : `${first}\0${onDemand}`;
}

/** `onDemand`: a second script, which is not run before it is asked for. */
type Row = { readonly before?: string; readonly body: string; readonly onDemand?: string };

/** Runs a bundle unfrozen and frozen. */
async function runBoth(name: string, row: Row): Promise<readonly Result[]> {
  const bundle = join(FOLDER, `${name}.js`);
  const frozen = join(FOLDER, name);
  writeFileSync(bundle, bundleOf(row));
  await freeze({ host: HOST, bundle, to: frozen });
  rmSync(bundle);
  const warm = execute(frozen, {});
  writeFileSync(bundle, bundleOf(row));
  return [execute(HOST, { CURFEW_BUNDLE: bundle }), warm];
}

function execute(program: string, env: NodeJS.ProcessEnv): Result {
  return spawnSync(program, [], { env, encoding: "utf8" });
}

const WORKS: Readonly<Record<string, Row & { readonly prints: unknown }>> = {
  "a map filled before finds its keys": {
    before: `const key = {}; const map = new Map([["a", 1], [2, 2], [key, 3], ["\\u{1F600}", 4]]);
      const set = new Set(["x"]);`,
    body: `print([map.get("a"), map.get(2), map.get(key), map.get("\\u{1F600}"), set.has("x"),
      map.set("new", 5).get("new"), map.delete("a"), map.size]); return 0;`,
    prints: [1, 2, 3, 4, true, 5, true, 4],
  },
  "expressions, texts, symbols, numbers and closures": {
    before: `const re = /^(\\d+)([smhd]?)$/; let count = 0; const next = () => ++count; next();
      const symbol = Symbol("s"); const object = { [symbol]: 1, deep: { list: [1, 2, 3] } };`,
    body: `object.deep.list.push(4); object.added = "x".repeat(3);
      print([re.exec("12m").slice(1), next(), object[symbol], object.deep.list, object.added,
        (0.1 + 0.2).toFixed(3), parseInt("ff", 16),
        [3, 1, 2].sort(), "A".toLowerCase(), Number("0x1f")]); return 0;`,
    prints: [["12", "m"], 2, 1, [1, 2, 3, 4], "xxx", "0.300", 255, [1, 2, 3], "a", 31],
  },
  "an exception is caught": {
    before: `const thrower = () => { throw new TypeError("frozen"); };`,
    body: `try { thrower(); } catch (error) { print([error instanceof TypeError, error.message]); }
      const deep = () => deep() + 1;
      try { deep(); } catch (error) { print(error instanceof RangeError); } return 0;`,
    prints: [true, "frozen"],
  },
  "a second script runs when it is asked for": {
    before: `const shared = new Map([["a", 1]]); globalThis.shared = shared;`,
    onDemand: `const own = [1, 2]; globalThis.late = (n) => [own.length + n, shared.get("a")];`,
    body: `const isThere = () => globalThis.late !== undefined; const before = isThere();
      sys.loadOnDemand(); print([before, isThere(), late(2)]); return 0;`,
    prints: [false, true, [4, 1]],
  },
  "a bundle without a second script has none to run": {
    body: `try { sys.loadOnDemand(); } catch (error) { print(error instanceof Error); } return 0;`,
    prints: true,
  },
  "a full arena goes on in fresh memory": {
    body: `const kept = []; for (let i = 0; i < 4000; i++) kept.push("x".repeat(1000) + i);
      print([kept.length, kept[3999].slice(-5), kept.reduce((sum, text) => sum + text.length, 0)]);
      return 0;`,
    prints: [4000, "x3999", 4_014_890],
  },
  "garbage with cycles is collected, what was frozen stays": {
    before: `const frozen = []; for (let i = 0; i < 1000; i++) frozen.push({ i });
      for (const item of frozen) item.all = frozen;`,
    body: `for (let i = 0; i < 300000; i++) { const a = {}; a.b = { a, pad: [1, 2, 3] }; }
      frozen.length = 500; print([frozen[499].i, frozen[0].all === frozen]); return 0;`,
    prints: [499, true],
  },
};

for (const [name, row] of Object.entries(WORKS)) {
  test(`cold and frozen: ${name}`, async () => {
    for (const { status, stdout, stderr } of await runBoth(name.replaceAll(" ", "-"), row)) {
      assert.equal(stderr, "");
      assert.deepEqual(JSON.parse(stdout.split("\n")[0] ?? ""), row.prints);
      assert.equal(status, 0);
    }
  });
}

test("cold and frozen: an uncaught exception is one line and 125", async () => {
  // The build's trial run has arguments, and must end well.
  const body = `if (sys.argv().length > 1) return 0; throw new Error("first line\\nsecond line");`;
  for (const { status, stdout, stderr } of await runBoth("throws", { body })) {
    assert.deepEqual([status, stdout], [125, ""]);
    assert.equal(stderr, "curfew: internal error: Error: first line\n");
  }
});

test("a bundle without main is refused", () => {
  const bundle = join(FOLDER, "empty.js");
  writeFileSync(bundle, "var curfew = {};");
  const { status, stdout, stderr } = execute(HOST, { CURFEW_BUNDLE: bundle });
  assert.deepEqual([status, stdout, stderr], [1, "", "the bundle has no main\n"]);
});

test("two freezes of one bundle are equal, byte for byte", async () => {
  const bundle = join(FOLDER, "equal.js");
  writeFileSync(bundle, bundleOf({ before: "const at = Math.random();", body: "return 0;" }));
  const programs = ["one", "two"].map((name) => join(FOLDER, name));
  for (const to of programs) await freeze({ host: HOST, bundle, to });
  const [one, two] = programs.map((path) => readFileSync(path));
  assert.ok(one && two?.equals(one));
});

// With random addresses off, the stack ends at the same address in every process; a number with
// these bits in the engine's memory is what a forgotten pointer would look like.
const FIXED = `import ctypes, os, sys
if ctypes.CDLL(None).personality(0x0040000) == -1: sys.exit(77)
os.execve(sys.argv[1], sys.argv[1:], dict(os.environ))`;

function executeFixed(argv: readonly string[], env: NodeJS.ProcessEnv): Result {
  const all = { PATH: process.env.PATH, ...env };
  return spawnSync("python3", ["-c", FIXED, ...argv], { env: all, encoding: "utf8" });
}

test("an address of the freezing process's stack is refused, and nothing is written", (t) => {
  const maps = executeFixed(["/bin/cat", "/proc/self/maps"], {});
  const end = /^[0-9a-f]+-([0-9a-f]+) .*\[stack\]$/m.exec(maps.stdout)?.[1];
  if (end === undefined) return t.skip("random addresses cannot be turned off here");
  const bundle = join(FOLDER, "leak.js");
  const image = join(FOLDER, "leak");
  const before = `globalThis.leak = [${Number.parseInt(end, 16) - 64} * ${Number.MIN_VALUE}];`;
  writeFileSync(bundle, bundleOf({ before, body: "return 0;" }));
  const env = { CURFEW_BUNDLE: bundle, CURFEW_FREEZE: image };
  const { status, stderr } = executeFixed([HOST], env);
  assert.equal(status, 125);
  assert.match(stderr, /^the image at 0x[0-9a-f]+ holds 0x[0-9a-f]+, an address in .*\n$/);
  assert.throws(() => readFileSync(image), { code: "ENOENT" });
});
