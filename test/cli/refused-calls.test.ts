// Newer system calls are refused here and there: old kernels (ENOSYS), containers (EPERM).
// Under each refusal, one after the other and all at once, the main rows still hold.
import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import type { When } from "./run.ts";
import { curfew, endOfRun, expire, isOver, OPEN, start, timeout } from "./run.ts";

const { ENOSYS, EPERM, EINVAL } = constants.errno;
const deny = (...calls: readonly (readonly [call: string, errno: number])[]) =>
  calls.map(([call, errno]) => `--deny ${call}=${errno}`).join(" ");

/** What is refused: calls, and uses of a call (`waitid_pidfd`, `clone_pidfd`, `clone_vm`). */
const REFUSALS: readonly (readonly [name: string, pairs: string])[] = [
  ["clone3 ENOSYS, as in containers", deny(["clone3", ENOSYS])],
  ["clone3 EPERM", deny(["clone3", EPERM])],
  ["pidfd_open ENOSYS", deny(["pidfd_open", ENOSYS])],
  ["clone3 and pidfds of clone", deny(["clone3", ENOSYS], ["clone_pidfd", EINVAL])],
  [
    "every way to a pidfd",
    deny(["clone3", ENOSYS], ["clone_pidfd", EINVAL], ["pidfd_open", EPERM]),
  ],
  ["pidfd_send_signal ENOSYS", deny(["pidfd_send_signal", ENOSYS])],
  ["pidfd_send_signal EPERM", deny(["pidfd_send_signal", EPERM])],
  ["clone with shared memory EINVAL, as under an emulator", deny(["clone_vm", EINVAL])],
  ["waitid on a pidfd EINVAL", deny(["waitid_pidfd", EINVAL])],
  [
    "all of them",
    deny(
      ["clone3", ENOSYS],
      ["clone_pidfd", EINVAL],
      ["pidfd_open", ENOSYS],
      ["pidfd_send_signal", ENOSYS],
      ["waitid_pidfd", EINVAL],
    ),
  ],
];

const SLEEP = ["sleep", "1000"];
const NOW = "0.01";
const HANDLES = child("handles");

const ROWS: readonly (readonly [words: readonly string[], end: string, when?: When])[] = [
  [["1000", "sh", "-c", "exit 3"], "3"],
  [["1000", "sh", "-c", "kill -SEGV $$"], "SIGSEGV"],
  [[NOW, ...SLEEP], "124"],
  [["-f", NOW, ...SLEEP], "124"],
  [["-p", NOW, ...SLEEP], "143"],
  [["-s", "KILL", NOW, ...SLEEP], "SIGKILL"],
  [["-f", "-s", "KILL", NOW, ...SLEEP], "137"],
  [["-s", "WINCH", "-k", NOW, NOW, ...SLEEP], "SIGKILL"],
  [["-f", "-s", "0", "-k", NOW, NOW, ...SLEEP], "137"],
  [["-f", "1000", "sh", "-c", "echo ready $$; kill -STOP $$"], "124", "stopped"],
  [["1000", child("handles"), "-e", "7", "15"], "124", "ready"],
  [["1000", "curfew-has-no-such"], "127"],
  [["1000", "."], "126"],
  [["-s", "NOTHING", "1", "true"], "125"],
];

/** Calls that nothing can stand in for: one line that names them, 125, and nothing was begun. */
const FOR_ALL = [
  ...["getpid", "getpgid", "clock_gettime", "kill", "ppoll", "openat", "read", "getdents64"],
  ...["newfstatat", "close"],
];
const FOR_RUNS = [
  ...["getppid", "rt_sigprocmask", "rt_sigaction", "signalfd4", "waitid", "rt_sigtimedwait"],
  ...["sendto", "recvfrom"],
];
const RUNS = [["timeout", "1000"], ["run"], ["init"]].map((subcommand) => [
  ...subcommand,
  "echo",
  "started",
]);
/** No process has the number. */
const OTHERS = [["doctor"], ["kill", "4194304"]];

/** Words in front that refuse a call to curfew, and not to what it starts. */
const refuse = (call: string, errno: number) => [child("refuse"), `${call}=${errno}`];

function fatal(binary: Binary): void {
  const rows = [
    ...FOR_ALL.flatMap((call) => [...RUNS, ...OTHERS].map((words) => [call, words] as const)),
    ...FOR_RUNS.flatMap((call) => [...RUNS, ["doctor"]].map((words) => [call, words] as const)),
  ];
  for (const [name, errno, why] of [
    ["EPERM", EPERM, "operation not permitted"],
    ["ENOSYS", ENOSYS, "this kernel does not have it"],
  ] as const) {
    for (const [call, words] of rows) {
      test(`${call} ${name}: ${words[0]}: one line, 125, nothing is started`, async () => {
        const ended = await curfew(binary, words, { before: refuse(call, errno) }).ended;
        assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
        assert.match(ended.stderr, /^[^\n]+\n$/, "one line");
        // Without them an unfrozen program does not even find its bundle.
        if (binary.name === "cold" && ["openat", "read"].includes(call)) return;
        const line = `${words[0]}: the system call ${call} is refused: ${why}\n`;
        assert.ok(ended.stderr.endsWith(line), ended.stderr);
      });
    }
    test(`arch_prctl ${name}: one line and 125, no dump`, {
      skip: process.arch !== "x64" && "x86-64 only",
    }, async () => {
      const before = refuse("arch_prctl", errno);
      const ended = await curfew(binary, ["run", "true"], { before }).ended;
      assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
      assert.equal(ended.stderr, "curfew: the kernel refuses arch_prctl\n");
    });
  }

  test("no clone at all: one line, 125, nothing is started", async () => {
    const before = surroundings(deny(["clone3", EPERM], ["clone", EPERM]));
    const ended = await timeout(binary, ["1000", "echo", "started"], { before });
    assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
    assert.match(ended.stderr, /^[^\n]* timeout: cannot run 'echo': [^\n]*\n$/);
  });

  test("kill needs less than a run", async () => {
    const [, pid] = await start([HANDLES]).says(/^ready (\d+)$/m);
    for (const call of FOR_RUNS) {
      const before = refuse(call, EPERM);
      const ended = await curfew(binary, ["kill", "4194304"], { before }).ended;
      assert.equal(endOfRun(ended), "0", call);
      assert.match(ended.stderr, /^[^\n]*: no process has the PID 4194304\n$/, call);
    }
    const before = refuse("waitid", EPERM);
    const { stdout } = await curfew(binary, ["kill", pid ?? ""], { before }).ended;
    assert.equal(stdout, `${pid} graceful_exit\n`);
  });
}

function refused(binary: Binary, name: string, pairs: string): void {
  const before = surroundings(pairs);
  for (const [words, end, when] of ROWS) {
    test(`${name}: ${words.join(" ").slice(0, 60)}: ${end}`, async () => {
      const running = curfew(binary, ["timeout", ...words], { before });
      assert.equal(endOfRun(await (when ? expire(running, when) : running.ended)), end);
    });
  }

  test(`${name}: signals are forwarded, stops and leftovers told`, async () => {
    const script = 'setsid "$0" & echo "main $$"; kill -STOP $$; read end; exit 5';
    const words = ["timeout", "-v", "1000", "sh", "-c", script, child("handles")];
    const running = curfew(binary, words, { before, input: OPEN });
    const [, daemon] = await running.says(/^ready (\d+)$/m);
    const [, main] = await running.says(/^main (\d+)$/m);
    await running.says(/was stopped by signal STOP/, "stderr");
    process.kill(Number(main), "SIGCONT");
    await running.says(/was continued/, "stderr");
    running.kill("SIGALRM");
    await running.says(/still running: /, "stderr");
    assert.equal(endOfRun(await running.ended), "124");
    assert.ok(isOver(Number(daemon)), "what an expired run left is ended");
    const forwarding = curfew(binary, ["timeout", "1000", child("handles"), "-e", "6", "1"], {
      before,
    });
    await forwarding.says(/^ready/);
    forwarding.kill("SIGHUP");
    assert.equal(endOfRun(await forwarding.ended), "6");
  });
}

describe("refused calls", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      for (const [name, pairs] of REFUSALS) refused(binary, name, pairs);
      fatal(binary);
      test("no shared memory: no number of a descriptor hides that the command did not start", async () => {
        const before = surroundings(deny(["clone_vm", EINVAL]));
        const init = ["init", "--exit-on-error", "--watch", child("handles")];
        for (let fd = 3; fd < 20; fd++) {
          const words = [...init, "--ready", `fd:${fd}`, "--", "curfew-has-no-such"];
          assert.equal(endOfRun(await curfew(binary, words, { before }).ended), "127", `fd:${fd}`);
        }
      });
      test("no process group of our own: the command alone is signalled", async () => {
        const before = surroundings(deny(["setpgid", EPERM]));
        assert.equal(endOfRun(await timeout(binary, [NOW, ...SLEEP], { before })), "124");
      });
    });
  }
});
