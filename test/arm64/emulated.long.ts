// `npm run test:arm64`: the program for arm64, under an emulator of programs (qemu-user). It runs
// our instructions, and passes each system call on to this machine's own kernel. So it shows that
// the program is built, frozen and started for arm64, and that TypeScript and native code agree
// there.
// It cannot show:
// - an arm64 kernel: its numbers, structures, page sizes and /proc;
// - descendants outside of the command's process group: it refuses to make a subreaper;
// - PID namespaces, and memory that curfew's processes share: it refuses these kinds of clone(2);
// - anything about time, or about what /proc says of curfew: there, the emulator runs.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { buildFor } from "../../scripts/build/build.ts";
import { hostProgram } from "../../scripts/build/cargo.ts";
import { crossTarget, productFor } from "../../scripts/build/target.ts";
import { BUNDLE, ROOT } from "../cli/binary.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-arm64-"));
after(() => rmSync(FOLDER, { recursive: true }));
const TARGET = await crossTarget("arm64");
if ("missing" in TARGET) throw new Error(`arm64 cannot be built here: ${TARGET.missing}`);
const { runner } = TARGET;
await buildFor(TARGET);

/** The words that start a program under a name, and what it needs in its environment. */
type Form = { readonly program: string; readonly env: NodeJS.ProcessEnv };
const FORMS: Readonly<Record<string, Form>> = {
  frozen: { program: productFor("arm64"), env: {} },
  cold: { program: hostProgram(TARGET), env: { CURFEW_BUNDLE: BUNDLE } },
};

function words({ program }: Form, name: string, args: readonly string[]): readonly string[] {
  return [...runner, "-0", name, program, ...args];
}

function run(form: Form, name: string, args: readonly string[]): ReturnType<typeof spawnSync> {
  const [emulator = "", ...rest] = words(form, name, args);
  const env = { ...process.env, ...form.env };
  return spawnSync(emulator, rest, { encoding: "utf8", env, cwd: ROOT });
}

/** How it ended, and what it must have written to stdout or stderr. */
type Row = readonly [name: string, args: readonly string[], end: number | string, says?: RegExp];

const IGNORES = 'trap "" TERM; while :; do sleep 0.05; done';
const SLEEP = ["sleep", "1000"];
const ROWS: readonly Row[] = [
  ["curfew", ["--version"], 0, /\(curfew\) \d/],
  ["curfew", ["timeout", "10", "sh", "-c", "exit 7"], 7],
  ["curfew", ["timeout", "10", "sh", "-c", "echo out; echo err >&2"], 0, /out\nerr\n/],
  ["curfew", ["timeout", "0.1", ...SLEEP], 124],
  ["curfew", ["timeout", "-k", "0.1", "0.1", "sh", "-c", IGNORES], "SIGKILL"],
  ["curfew", ["timeout", "-f", "-k", "0.1", "0.1", "sh", "-c", IGNORES], 137],
  ["curfew", ["timeout", "10", "curfew-has-no-such"], 127, /no such file or directory/],
  ["curfew", ["timeout", "10", "/"], 126, /it is a directory/],
  ["curfew", ["timeout", "soon", "true"], 125, /invalid time interval 'soon'/],
  ["curfew", ["run", "--tiemout", "1", "true"], 125, /--timeout/],
  ["curfew", ["run", "--timeout", "0.1", ...SLEEP], 124],
  ["curfew", ["run", "--", "sh", "-c", "kill -TERM $$"], "SIGTERM"],
  ["curfew", ["run", "--events", "fd:1", "--timeout", "0.1", ...SLEEP], 124, /"event":"spawned"/],
  ["curfew", ["init", "--", "sh", "-c", "exit 3"], 3],
  ["curfew", ["doctor"], 0, /^Containment/],
  ["timeout", ["0.1", ...SLEEP], 124],
  ["tini", ["--", "sh", "-c", "exit 4"], 4],
  ["dumb-init", ["sh", "-c", "exit 5"], 5],
];

for (const [form, made] of Object.entries(FORMS)) {
  describe(form, () => {
    for (const [name, args, end, says] of ROWS) {
      test(`${name} ${args.join(" ")}: ${end}`, () => {
        const { status, signal, stdout, stderr } = run(made, name, args);
        assert.equal(status ?? signal, end, `${stdout}${stderr}`);
        if (says !== undefined) assert.match(`${stdout}${stderr}`, says);
      });
    }

    test("a report is whole, and says what the emulator takes away", () => {
      const path = join(FOLDER, `${form}.json`);
      const args = ["run", "--report", path, "--timeout", "0.2", "sh", "-c", "sleep 1000 & wait"];
      assert.equal(run(made, "curfew", args).status, 124);
      const report = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
      const said = [report.outcome, report.timed_out, report.exit_code, report.containment];
      assert.deepEqual(said, ["timed_out", true, 124, "group"]);
      assert.deepEqual([report.tree_gone, report.survivors], [null, []]);
    });

    test("kill ends a process, and says how", async () => {
      const sleeps = spawn("sleep", ["1000"]);
      const ended = new Promise((resolve) => sleeps.on("exit", (_, signal) => resolve(signal)));
      const { stdout, status } = run(made, "curfew", ["kill", `${sleeps.pid}`]);
      assert.deepEqual([stdout, status], [`${sleeps.pid} graceful_exit\n`, 0]);
      assert.equal(await ended, "SIGTERM");
    });

    test("init restarts a command whose file has changed, and obeys TERM", async () => {
      const file = join(FOLDER, `${form}.sh`);
      writeFileSync(file, 'echo "generation $CURFEW_GENERATION"; exec sleep 1000\n');
      const args = ["init", "--watch", file, "--", "sh", file];
      const [emulator = "", ...rest] = words(made, "curfew", args);
      const init = spawn(emulator, rest, { env: { ...process.env, ...made.env } });
      const end = new Promise((resolve) =>
        init.on("exit", (code, signal) => resolve(code ?? signal)),
      );
      let seen = "";
      for await (const chunk of init.stdout.setEncoding("utf8")) {
        seen += chunk;
        if (seen === "generation 1\n") appendFileSync(file, "# changed\n");
        if (seen.endsWith("generation 2\n")) init.kill("SIGTERM");
      }
      assert.equal(await end, 143);
    });
  });
}
