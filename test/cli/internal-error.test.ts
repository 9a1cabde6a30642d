// A failure of our own is one line and 125, and the command does not run on. The failures are made:
// bundles in which one function of the core throws, cold and frozen.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, test } from "node:test";
import { build, type Plugin } from "esbuild";
import { WITHOUT_DATES } from "../../scripts/build/without-dates.ts";
import { type Binary, HOST, ROOT } from "./binary.ts";
import { child, script } from "./children.ts";
import { curfew, endOfRun, run, timeout } from "./run.ts";

type Failure = {
  readonly name: string;
  /** The function that fails, in a file of the core. */
  readonly where: readonly [file: string, name: string];
  /** What it does instead of its work. */
  readonly instead: string;
  readonly reason: RegExp;
  /** The words of a run, and the signal that reaches the fault once the command is there. */
  readonly words: readonly string[];
  readonly signal?: NodeJS.Signals;
};

/** With a daemon: the guardian has to end what no group and no parent-death signal reaches. */
const WAITS = ["1000", "sh", "-c", 'setsid "$0" & exec "$0"', child("handles")];
const THROWS = 'throw new Error("broken on purpose");';
const BROKEN = /Error: broken on purpose/;

const FAILURES: readonly Failure[] = [
  {
    name: "in the command line",
    where: ["cli/argv.ts", "parseTimeout"],
    instead: THROWS,
    reason: BROKEN,
    words: WAITS,
  },
  {
    name: "in the first step",
    where: ["run/step.ts", "start"],
    instead: THROWS,
    reason: BROKEN,
    words: WAITS,
  },
  {
    name: "by a function that this build leaves out",
    where: ["run/starting.ts", "stepStarting"],
    instead: "Math.sin(1);",
    reason: /Math\.sin/,
    words: WAITS,
  },
  {
    name: "after the spawn, at once",
    where: ["run/starting.ts", "stepStarting"],
    instead: THROWS,
    reason: BROKEN,
    words: WAITS,
  },
  {
    name: "at a signal",
    where: ["run/stopping.ts", "forwardWhileRunning"],
    instead: THROWS,
    reason: BROKEN,
    words: WAITS,
    signal: "SIGTERM",
  },
  {
    name: "at expiry",
    where: ["run/stopping.ts", "stopCommand"],
    instead: THROWS,
    reason: BROKEN,
    words: WAITS,
    signal: "SIGALRM",
  },
  {
    name: "in a message",
    where: ["messages/messages.ts", "formatMessage"],
    instead: THROWS,
    reason: BROKEN,
    words: ["-v", ...WAITS],
    signal: "SIGINT",
  },
  {
    name: "a value that is no error, of several lines",
    where: ["run/stopping.ts", "stopCommand"],
    instead: 'throw "first line\\nsecond line";',
    reason: /first line/,
    words: WAITS,
    signal: "SIGALRM",
  },
  {
    name: "recursion without end",
    where: ["run/stopping.ts", "stopCommand"],
    instead: "const again = (n: number): number => 1 + again(n + 1); again(0);",
    reason: /[Ss]tack/,
    words: WAITS,
    signal: "SIGALRM",
  },
  {
    name: "an undefined that is called",
    where: ["run/stopping.ts", "stopCommand"],
    instead: "(undefined as unknown as () => void)();",
    reason: /TypeError/,
    words: WAITS,
    signal: "SIGALRM",
  },
];

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-internal-error-"));
after(() => rmSync(FOLDER, { recursive: true }));

/** Puts a statement at the beginning of a function. */
function breaks({ where: [file, name], instead }: Failure): Plugin {
  let isBroken = false;
  const setup: Plugin["setup"] = ({ onLoad, onEnd }) => {
    onEnd(() => assert.ok(isBroken, `the bundle has no ${file}`));
    onLoad({ filter: new RegExp(`core/${file}$`) }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const head = new RegExp(`(?<=\\bfunction ${name}\\b[^{]*?(?:\\{[^}]*\\}[^{]*?)?\\{)(?=\\n)`);
      assert.match(text, head, `${name} in ${basename(path)}`);
      isBroken = true;
      return { contents: text.replace(head, `\n  ${instead}`), loader: "ts" };
    });
  };
  return { name: "breaks", setup };
}

async function bundle(failure: Failure, outfile: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/linux/main.ts"],
    outfile,
    bundle: true,
    format: "iife",
    globalName: "curfew",
    platform: "neutral",
    target: "es2023",
    define: { __VERSION__: '"0.0.0"', __BUILD__: '"a build"' },
    logLevel: "silent",
    plugins: [breaks(failure), WITHOUT_DATES],
  });
}

/** The program with a fault, loaded anew and frozen. */
async function broken(failure: Failure, index: number): Promise<readonly Binary[]> {
  const bundled = join(FOLDER, `bundle-${index}.js`);
  const frozen = join(FOLDER, `frozen-${index}`);
  await bundle(failure, bundled);
  await freeze({ CURFEW_BUNDLE: bundled, CURFEW_FREEZE: frozen });
  return [
    { name: "cold", path: HOST, env: { CURFEW_BUNDLE: bundled } },
    { name: "frozen", path: frozen, env: {} },
  ];
}

/** As scripts/build/freeze.ts does; a trial run in between would only show the fault. */
async function freeze(env: Binary["env"], attempts = 3): Promise<void> {
  const { code, stderr } = await run([HOST], { env });
  if (code !== 0 && attempts > 1) return freeze(env, attempts - 1);
  assert.deepEqual([code, stderr], [0, ""]);
}

async function assertFailure(binary: Binary, { words, signal, reason }: Failure): Promise<void> {
  const running = curfew(binary, ["timeout", ...words]);
  if (signal !== undefined) {
    await running.says(/^ready[\s\S]*^ready/m);
    running.kill(signal);
  }
  // Its output ends with it: the command and its daemon are gone, too.
  const ended = await running.ended;
  assert.equal(endOfRun(ended), "125");
  assert.match(ended.stderr, /^curfew: internal error: [^\n]+\n$/);
  assert.match(ended.stderr, reason);
}

describe("internal errors", { concurrency: 2 }, () => {
  for (const [index, failure] of FAILURES.entries()) {
    test(failure.name, async () => {
      for (const binary of await broken(failure, index)) await assertFailure(binary, failure);
    });
  }

  test("what is said to a reader that takes nothing holds nothing", async () => {
    const failure = FAILURES.find(({ name }) => name === "after the spawn, at once");
    assert.ok(failure !== undefined);
    const binaries: readonly Binary[] = await broken(failure, FAILURES.length);
    for (const kind of ["pipe", "paused"]) {
      const before = ["python3", script("unread.py"), kind, "2"];
      for (const binary of binaries) {
        const ended = await curfew(binary, ["timeout", ...WAITS], { before }).ended;
        assert.equal(endOfRun(ended), "125");
      }
    }
  });

  test("a bundle that does not load: one line, and no command", async () => {
    const bad = join(FOLDER, "bad.js");
    for (const text of ["syntax error here", 'throw new Error("at the top")']) {
      writeFileSync(bad, text);
      const binary: Binary = { name: "cold", path: HOST, env: { CURFEW_BUNDLE: bad } };
      const { code, stdout, stderr } = await timeout(binary, ["1000", "echo", "started"]);
      assert.ok(code !== 0 && code !== null, `code ${code}`);
      assert.deepEqual([stdout, stderr.split("\n").length], ["", 2], stderr);
    }
  });
});
