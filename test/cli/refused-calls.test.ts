// Newer system calls are refused here and there: old kernels (ENOSYS), containers (EPERM).
// Under each refusal, one after the other and all at once, the main rows still hold.
import assert from "node:assert/strict";
import { constants } from "node:os";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import type { When } from "./run.ts";
import { curfew, endOfRun, expire, isOver, OPEN, timeout } from "./run.ts";

const { ENOSYS, EPERM, EINVAL } = constants.errno;
const deny = (...calls: readonly (readonly [call: string, errno: number])[]) =>
  calls.map(([call, errno]) => `--deny ${call}=${errno}`).join(" ");

/** What is refused. `waitid_pidfd` and `clone_pidfd` are uses of a call, not the whole of it. */
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

/** Calls that nothing can stand in for: one line, 125, and the command was not started. */
const FATAL: readonly (readonly [name: string, pairs: string])[] = [
  ["no signalfd", deny(["signalfd4", ENOSYS])],
  ["no clone at all", deny(["clone3", EPERM], ["clone", EPERM])],
];

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
      for (const [name, pairs] of FATAL) {
        test(`${name}: one line, 125, nothing is started`, async () => {
          const before = surroundings(pairs);
          const ended = await timeout(binary, ["1000", "echo", "started"], { before });
          assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
          assert.match(ended.stderr, /^[^\n]* timeout: cannot run 'echo': [^\n]*\n$/);
        });
      }
      test("no process group of our own: the command alone is signalled", async () => {
        const before = surroundings(deny(["setpgid", EPERM]));
        assert.equal(endOfRun(await timeout(binary, [NOW, ...SLEEP], { before })), "124");
      });
    });
  }
});
