// The process group of the command of `curfew run`: its own without a terminal, so that a caller
// a caller that signals the group which it started reaches curfew once; the caller's on a terminal.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { plain, play, shows, skip, type } from "./at-terminal.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number } from "./children.ts";
import { curfew, type Running, run, type Spawn, stateOf, until } from "./run.ts";

const HANDLES = child("handles");
/** A session without a terminal, whose process group curfew leads. */
const NO_TERMINAL: Spawn = { before: ["setsid"] };
const SHOW = [
  "sh",
  "-c",
  'read -r _ _ _ _ group session _ </proc/$$/stat; echo "$$ $group $session"',
];

const WHOSE =
  "read -r pid _ _ _ group _ </proc/$$/stat; " +
  '[ $pid = $group ] && echo a "group" of its own. || echo a "group" of the job.';

async function placeOf(running: Running): Promise<string> {
  const [, pid, group, session] = await running.says(/^(\d+) (\d+) (\d+)$/m);
  await running.ended;
  const whose = group === pid ? "own" : group === `${running.pid}` ? "caller" : "other";
  return `${whose} group, ${session === `${running.pid}` ? "our" : "own"} session`;
}

function places(binary: Binary): void {
  const rows: readonly (readonly [place: string, ...options: readonly string[]])[] = [
    ["own group, our session"],
    ["own group, our session", "--process-group", "own"],
    ["caller group, our session", "--process-group", "caller"],
    ["own group, our session", "--containment", "group"],
    ["own group, own session", "--new-session"],
    ["own group, our session", "--new-session", "--process-group=own"],
  ];
  for (const [place, ...options] of rows) {
    test(`without a terminal, ${options.join(" ") || "no option"}: ${place}`, async () => {
      const running = curfew(binary, ["run", ...options, ...SHOW], NO_TERMINAL);
      assert.equal(await placeOf(running), place);
    });
  }

  for (const [option, said] of [
    ["", "of the job"],
    ["--process-group own", "of its own"],
  ] as const) {
    test(`with a terminal, ${option || "no option"}: a group ${said}`, { skip }, async () => {
      const variables = { C: `${plain(binary.path, `${binary.name}-group`)} run ${option}` };
      const subject = { path: binary.path, variables, env: binary.env };
      const steps = [type(`$C sh -c '${WHOSE}'`), shows(`a group ${said}\\.$`)];
      await play(subject, { name: said, steps });
    });
  }

  test("a word that names no group is refused", async () => {
    const ended = await run([binary.path, "run", "--process-group", "mine", "true"], {
      env: binary.env,
    });
    assert.equal(ended.code, 125);
    assert.match(ended.stderr, /--process-group WHOSE: .*'mine'.*own or caller/);
  });
}

/** Signals to all of the group that was started, and how often the command has had each. */
function groups(binary: Binary): void {
  const LAST = 64;
  const heard = async (...signals: readonly number[]) => {
    const words = ["run", HANDLES, ...signals.map(String), String(LAST)];
    const running = curfew(binary, words, NO_TERMINAL);
    await running.says(/^ready/m);
    // A real-time signal is kept as often as it is sent.
    for (const signal of signals) process.kill(-running.pid, signal);
    running.kill(LAST);
    await running.says(/^caught 64$/m);
    process.kill(-running.pid, "SIGKILL");
    const { stdout } = await running.ended;
    return signals.map((signal) => stdout.match(new RegExp(`^caught ${signal}$`, "gm"))?.length);
  };

  test("a caller that signals the group it started is heard once", async () => {
    assert.deepEqual(await heard(10, 40, 50), [1, 1, 1]);
  });

  for (const name of ["TERM", "INT", "HUP", "QUIT"] as const) {
    test(`${name} for the group reaches the command once, and it has its grace`, async () => {
      const words = ["run", HANDLES, number(name), String(LAST)];
      const running = curfew(binary, words, NO_TERMINAL);
      const [, pid] = await running.says(/^ready (\d+)$/m);
      process.kill(-running.pid, `SIG${name}`);
      await running.says(/^caught \d+$/m);
      running.kill(LAST);
      await running.says(/^caught 64$/m);
      process.kill(Number(pid), "SIGKILL");
      assert.equal((await running.ended).stdout.match(/^caught/gm)?.length, 2);
    });
  }

  test("a group that is stopped by TSTP stops the command, and CONT continues it", async () => {
    const running = curfew(binary, ["run", HANDLES, "10"], NO_TERMINAL);
    const [, pid] = await running.says(/^ready (\d+)$/m);
    process.kill(-running.pid, "SIGTSTP");
    await until("it is stopped", () => stateOf(Number(pid)) === "T");
    process.kill(-running.pid, "SIGCONT");
    await until("it goes on", () => stateOf(Number(pid)) === "S");
    running.kill("SIGTERM");
    assert.equal((await running.ended).signal, "SIGTERM");
  });

  test("the first signal goes to the command alone, also where it leads a group", async () => {
    const running = curfew(binary, ["run", HANDLES, "-g", "10", String(LAST)], NO_TERMINAL);
    await running.says(/^grandchild ready/m);
    await running.says(/^ready/m);
    running.kill("SIGUSR1");
    running.kill(LAST);
    await running.says(/^caught 64$/m);
    running.kill("SIGTERM");
    assert.doesNotMatch((await running.ended).stdout, /grandchild caught/);
  });
}

describe("the process group of run's command", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      places(binary);
      groups(binary);
    });
  }
});
