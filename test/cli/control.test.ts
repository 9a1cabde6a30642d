// --control and --chdir: what a program that starts curfew asks for by lines, and learns by events.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Duplex } from "node:stream";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { timeout, until } from "./run.ts";

const CONTROL = 3;
const EVENTS = 4;
const LIMIT_MS = 30_000;

type Line = { readonly event?: string; readonly [key: string]: unknown };
/** The answer to a question about the output. */
type Answer = Line & {
  readonly stdout: {
    readonly bytes: number;
    readonly passed: number;
    readonly omitted: number;
    readonly tail: string;
  };
};
type Told = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly Line[];
  readonly report: Line;
};

/** A run whose control lines and events this process holds the other ends of. */
function controlled(
  binary: Binary,
  words: readonly string[],
  command: readonly string[],
  reads: "at once" | "late" = "at once",
) {
  const fds = ["--control", `fd:${CONTROL}`, "--events", `fd:${EVENTS}`];
  const child = spawn(binary.path, ["run", ...fds, ...words, "--", ...command], {
    env: { ...process.env, ...binary.env, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "", told: "" };
  const control = child.stdio[CONTROL] as Duplex;
  control.on("error", () => undefined);
  child.stdout?.on("data", (chunk) => (texts.stdout += chunk));
  child.stderr?.on("data", (chunk) => (texts.stderr += chunk));
  const events = child.stdio[EVENTS] as Duplex;
  const read = () => void events.on("data", (chunk) => (texts.told += chunk));
  if (reads === "at once") read();
  const lines = () =>
    texts.told
      .split("\n")
      .slice(0, -1)
      .map((line): Line => JSON.parse(line));
  const ended = new Promise<Told>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`still running: ${words.join(" ")} ${command.join(" ")}`));
    }, patiently(LIMIT_MS));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const all = lines();
      const [report = {}] = all.slice(-1);
      const { stdout, stderr } = texts;
      resolve({ code, signal, stdout, stderr, events: all.slice(0, -1), report });
    });
  });
  return {
    write: (text: string | Uint8Array) => void control.write(text),
    close: () => void control.end(),
    read,
    said: () => texts.stdout,
    told: (event: string) => lines().filter((line) => line.event === event),
    tells: (event: string) => until(event, () => lines().some((line) => line.event === event)),
    prints: (text: string) => until(text, () => texts.stdout.includes(text)),
    ended,
  };
}

const named = (events: readonly Line[]) => events.map(({ event }) => event);
const SLEEP = ["sleep", "1000"];
const SAYS = [
  "sh",
  "-c",
  "trap 'echo usr1' USR1; trap 'echo term; exit 3' TERM; echo ready; " +
    "while :; do sleep 0.01; done",
];

for (const binary of BINARIES) {
  describe(binary.name, () => {
    test("the start has the PID and the time; a plain end needs no control line", async () => {
      const before = Date.now();
      const run = controlled(binary, [], ["sh", "-c", "echo $$"]);
      const { code, stdout, stderr, events, report } = await run.ended;
      assert.deepEqual([code, stderr, named(events)], [0, "", ["spawned", "exited"]]);
      assert.equal(events[0]?.pid, Number(stdout));
      const startedAt = Date.parse(String(events[0]?.started_at));
      assert.ok(startedAt >= before - 1 && startedAt <= Date.now(), `${startedAt}`);
      assert.equal(report.reason, null);
    });

    test("a cancel that is there before the spawn: nothing is started, and a report says so", async () => {
      const run = controlled(binary, [], ["sh", "-c", "echo started"]);
      run.write('{"control":"cancel","reason":{"why":"\u00fc"}}\n');
      const { stdout, stderr, signal, report } = await run.ended;
      // The line may also come after the start.
      assert.equal(stderr, "");
      if (report.child !== null) assert.match(String(report.outcome), /^(cancelled|exited)$/);
      if (report.child !== null) return;
      assert.deepEqual([stdout, signal, report.error], ["", "SIGTERM", null]);
      assert.deepEqual([report.outcome, report.reason], ["cancelled", { why: "ü" }]);
    });

    test("a cancel ends the tree, and the report has its reason", async () => {
      const run = controlled(
        binary,
        ["--kill-after", "60"],
        ["sh", "-c", "sleep 1000 & sleep 1000"],
      );
      await run.tells("spawned");
      run.write('{"control":"cancel","reason":["a",1]}\n{"control":"cancel"}\n');
      const { signal, report } = await run.ended;
      assert.deepEqual(
        [signal, report.outcome, report.reason, report.tree_gone],
        ["SIGTERM", "cancelled", ["a", 1], true],
      );
    });

    test("the end of the descriptor is the end of the caller", async () => {
      const run = controlled(binary, [], SLEEP);
      await run.tells("spawned");
      run.close();
      const { events, report } = await run.ended;
      assert.deepEqual([report.outcome, report.tree_gone], ["parent_died", true]);
      assert.ok(named(events).includes("caller-gone"));
    });

    test("a signal goes to the command alone; lines that mean nothing are skipped and told", async () => {
      const run = controlled(binary, [], SAYS);
      await run.prints("ready");
      run.write('{"control":"kill","signal":"USR1"}\n');
      await run.prints("usr1");
      const bytes = Buffer.from('{"control":"kill","signal":"TERM","ü€":1}\n');
      run.write('no line\n{"control":"kill","signal":"FOO"}\n');
      run.write("x".repeat(200_000));
      run.write("\n");
      // A character that is cut in two.
      run.write(bytes.subarray(0, 35));
      run.write(bytes.subarray(35));
      const { code, stdout, events, report } = await run.ended;
      assert.deepEqual([code, stdout, report.outcome], [3, "ready\nusr1\nterm\n", "exited"]);
      assert.deepEqual(
        events.flatMap(({ why }) => why ?? []),
        [
          "it is no JSON object",
          "`signal` must be a name such as TERM or a number from 1 to 64",
          "it is longer than 65536 characters",
        ],
      );
    });

    test("the limit is moved", async () => {
      const run = controlled(binary, ["--timeout", "1000s"], SLEEP);
      await run.tells("spawned");
      run.write('{"control":"extend","ms":5000}\n{"control":"extend","ms":-1}\n');
      await run.tells("control-refused");
      run.write('{"control":"cancel"}\n');
      const { events, report } = await run.ended;
      assert.equal(events.find(({ event }) => event === "control-extend")?.by_ms, 5000);
      assert.equal(report.outcome, "cancelled");
    });

    test("what cannot be started is told by events and the report, never on stderr", async () => {
      const rows: [words: string[], command: string[], code: number, error: object][] = [
        [[], ["./nowhere"], 127, { code: "not_found", errno: "ENOENT", detail: null }],
        [[], ["/"], 126, { code: "not_executable", errno: "EACCES", detail: "a directory" }],
        [
          ["--chdir", "nowhere"],
          ["true"],
          125,
          { code: "bad_cwd", errno: "ENOENT", detail: "nowhere" },
        ],
        [
          ["--chdir", "/dev/null"],
          ["true"],
          125,
          { code: "bad_cwd", errno: "ENOTDIR", detail: "/dev/null" },
        ],
      ];
      for (const [words, command, code, error] of rows) {
        const told = await controlled(binary, words, command).ended;
        const { stderr, events, report } = told;
        assert.deepEqual([told.code, stderr, report.error], [code, "", error]);
        assert.deepEqual(named(events), ["spawn-failed", "message"]);
        assert.match(String(events[1]?.text), /^[\w-]+ run: cannot run '/);
      }
    });

    test("the command runs in the folder that was asked for; PWD is left alone", async () => {
      const folder = tmpdir();
      const run = controlled(binary, ["--chdir", folder], ["sh", "-c", "readlink /proc/$$/cwd"]);
      assert.equal((await run.ended).stdout, `${folder}\n`);
    });

    test("neither the command nor the guardian has the descriptor", async () => {
      const run = controlled(
        binary,
        [],
        ["sh", "-c", "echo $$ $PPID; ls /proc/self/fd; sleep 1000"],
      );
      await run.prints("\n");
      await run.tells("spawned");
      await run.prints("3\n");
      run.close();
      const { stdout } = await run.ended;
      const [, ...fds] = stdout.trim().split("\n");
      // `ls` has one for the folder that it reads; a high one may come from far above.
      assert.deepEqual(
        fds.filter((fd) => Number(fd) < 10),
        ["0", "1", "2", "3"],
      );
    });

    test("a descriptor that cannot be read is refused, and nothing is started", async () => {
      for (const fd of ["fd:99", "fd:1000000"]) {
        const child = spawn(binary.path, ["run", "--control", fd, "echo", "started"], {
          env: { ...process.env, ...binary.env, LC_ALL: "C" },
        });
        let said = "";
        child.stdout.on("data", (chunk) => (said += chunk));
        child.stderr.on("data", (chunk) => (said += chunk));
        const code = await new Promise((resolve) => child.on("close", resolve));
        assert.equal(code, 125);
        assert.match(said, /^[\w-]+ run: --control: cannot read 'fd:\d+': bad file descriptor\n$/);
      }
    });

    test("a program that reads late gets the report, however much was dropped before", async () => {
      const run = controlled(binary, [], ["sh", "-c", "echo $$; exec sleep 1000"], "late");
      await run.prints("\n");
      const command = Number(run.said());
      run.write('{"control":"kill","signal":"URG"}\n'.repeat(20_000));
      run.write('{"control":"cancel"}\n');
      await until("the command has ended", () => !existsSync(`/proc/${command}`));
      // Longer than curfew waits for a reader that is no program.
      await timeout(binary, ["1.5", "sleep", "1000"]);
      run.read();
      const { report } = await run.ended;
      assert.equal(report.outcome, "cancelled");
    });

    test("it is asked what was written: the end is there before the end of the run", async () => {
      const words = ["--keep-output", "4,70000"];
      // One byte that is no UTF-8, then more than is shown of the end.
      const command = "printf 'abcdef\\377'; head -c 40000 /dev/zero; printf end; sleep 1000";
      const run = controlled(binary, words, ["sh", "-c", command]);
      await run.prints("abcd");
      const answers = async () => {
        const before = run.told("control-output").length;
        run.write('{"control":"output"}\n');
        await until("an answer", () => run.told("control-output").length > before);
        return run.told("control-output").at(-1) as Answer;
      };
      let answer = await answers();
      while (answer.stdout?.bytes !== 40_010) answer = await answers();
      const { stdout, stderr, idle_ms } = answer;
      const tail = Buffer.from(stdout.tail, "base64");
      assert.deepEqual([stdout.passed, stdout.omitted, tail.length], [4, 7238, 32_768]);
      assert.equal(tail.toString("latin1").slice(-5), "\0\0end");
      assert.deepEqual(stderr, { bytes: 0, passed: 0, omitted: 0, tail: "" });
      assert.ok(typeof idle_ms === "number" && idle_ms >= 0);
      run.write('{"control":"cancel"}\n');
      const { stdout: all, report } = await run.ended;
      // Nothing was taken away by the look.
      assert.equal(all.length, 40_010);
      assert.equal(report.outcome, "cancelled");
    });

    test("it is asked about the tree; what is not passed on is not known", async () => {
      const run = controlled(binary, [], ["sh", "-c", "sleep 1000 & wait"]);
      await run.tells("spawned");
      run.write('{"control":"output"}\n{"control":"inspect"}\n');
      await run.tells("control-inspect");
      const [output] = run.told("control-output");
      assert.deepEqual([output?.stdout, output?.stderr, output?.idle_ms], [null, null, null]);
      const [inspect] = run.told("control-inspect");
      const [first] = (inspect?.tree ?? []) as readonly Line[];
      assert.equal(first?.pid, run.told("spawned")[0]?.pid);
      assert.deepEqual([inspect?.tree_omitted, inspect?.waiting_for_input], [0, false]);
      run.write('{"control":"cancel"}\n');
      await run.ended;
    });

    test("an output that is read no more is closed: the next write means SIGPIPE", async () => {
      const waits = "trap go=1 USR1; echo ready; until [ $go ]; do sleep 0.01; done";
      const run = controlled(binary, [], ["sh", "-c", `${waits}; echo more`]);
      await run.prints("ready");
      run.write('{"control":"close","stream":"stdout"}\n');
      await run.tells("control-close");
      run.write('{"control":"kill","signal":"USR1"}\n');
      const { stdout } = await run.ended;
      assert.equal(run.told("exited")[0]?.signal, "SIGPIPE");
      assert.equal(stdout, "ready\n");
    });

    test("any lines: curfew goes on, and ends when it is told to", async () => {
      const run = controlled(binary, [], SLEEP);
      await run.tells("spawned");
      // The same bytes in every run: a linear congruence.
      let state = 1;
      const bytes = Uint8Array.from({ length: 100_000 }, () => {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        return state >> 16;
      });
      run.write(bytes);
      run.write('\n{"control":"cancel"}\n');
      const { report } = await run.ended;
      assert.equal(report.outcome, "cancelled");
    });
  });
}

test("one socket for control lines and events; its end is the end of the caller", async () => {
  for (const binary of BINARIES) {
    const child = spawn(binary.path, ["run", "--control=fd:3", "--events=fd:3", "--", ...SLEEP], {
      env: { ...process.env, ...binary.env },
      stdio: ["ignore", "ignore", "inherit", "pipe"],
    });
    const talk = child.stdio[CONTROL] as Duplex;
    let told = "";
    talk.on("data", (chunk) => (told += chunk));
    await until("spawned", () => told.includes('"spawned"'));
    talk.write('{"control":"extend","ms":1}\n');
    await until("control-extend", () => told.includes('"control-extend"'));
    // Nothing more comes from here, but the report is still read.
    talk.end();
    await new Promise((resolve) => talk.on("close", resolve));
    const report = JSON.parse(told.trim().split("\n").at(-1) ?? "");
    assert.equal(report.outcome, "parent_died", binary.name);
  }
});

test("a descriptor of this process that a run had is closed again", async () => {
  const open = () =>
    readdirSync("/proc/self/fd").flatMap((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:") ? [fd] : [];
      } catch {
        return [];
      }
    }).length;
  const [binary] = BINARIES;
  assert.ok(binary !== undefined);
  const before = open();
  for (let count = 0; count < 5; count += 1) await controlled(binary, [], ["true"]).ended;
  await until("all are closed", () => open() <= before);
});
