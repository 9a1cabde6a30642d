// `curfew kill` of what goes on forking, and where it cannot look: no process lives that is said
// to be gone, and no process outside of the tree is signaled.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import { endMarked, endNamed, launch, marked, standing } from "./kill-command.ts";
import { curfew, endOfRun, isOver, run, start, statusOf, until, untilForks } from "./run.ts";

/** Times: what is shown here depends on which process is quicker. */
const TIMES = 5;
const SESSION = surroundings("--session 1");

function kill(binary: Binary, words: readonly (string | number)[], before?: string[]) {
  return curfew(binary, ["kill", ...words.map(String)], before && { before });
}

function forking(binary: Binary): void {
  for (const words of [["40"], ["12", "deep"]]) {
    test(`a server that leads a session and forks for each that ends: ${words}`, async () => {
      for (let times = 0; times < TIMES; times++) {
        const [running, pid] = await standing([...SESSION, child("prefork"), ...words]);
        const end = await kill(binary, ["--kill-after", "10s", pid]).ended;
        assert.deepEqual([end.stdout, endOfRun(end)], [`${pid} graceful_exit\n`, "0"]);
        // No process holds its output any more.
        assert.equal(endOfRun(await running.ended), "SIGTERM");
      }
    });

    test(`the same in the session of others: what lives is named: ${words}`, async () => {
      for (let times = 0; times < TIMES; times++) {
        const mark = `${process.pid}-${binary.name}-${words.join("-")}`;
        const [running, pid] = await standing([child("prefork"), ...words], mark);
        const end = await kill(binary, ["--kill-after", "10s", pid]).ended;
        if (endOfRun(end) !== "0") endNamed(end, mark);
        assert.equal(endOfRun(await running.ended), "SIGTERM");
      }
    });
  }

  for (const kind of ["sessions", "group"]) {
    test(`new ones without end, in ${kind}: back in time, and not said to be gone`, async () => {
      const mark = `${process.pid}-${binary.name}-${kind}`;
      const [, pid] = await standing([...SESSION, child("swarm"), "200", "8", kind], mark);
      const begin = performance.now();
      const end = await kill(binary, ["--kill-after", "100ms", pid]).ended;
      const time = performance.now() - begin;
      // The cold form has its bundle to load, in what the swarm leaves it of the processors.
      assert.ok(time < patiently(5100) || binary.name === "cold", `after ${time} ms`);
      const left = marked(mark);
      assert.ok(endOfRun(end) === "1" || left.length === 0, `${end.stdout} ${left.length} live`);
      await until("the swarm has ended", () => marked(mark).length === 0);
      await untilForks();
    });
  }

  test("bystanders: of its session, of its group, orphans, the rest of a pipeline", async () => {
    // The first of a pipeline leads its group; the shell leads the session.
    const script = `set -m
      sleep 1000 </dev/null >/dev/null 2>&1 & echo own $!
      (sleep 1000 </dev/null >/dev/null 2>&1 & echo orphan $!)
      "$0" 20 | sleep 1000 & echo rest $!
      "$0" 20 & wait`;
    const mark = `${process.pid}-${binary.name}-bystanders`;
    const env = { CURFEW_TEST_MARK: mark };
    const running = start([...SESSION, "bash", "-c", script, child("prefork")], { env });
    const bystanders = [];
    for (const name of ["own", "orphan", "rest"]) {
      const [, pid] = await running.says(new RegExp(`^${name} (\\d+)$`, "m"));
      bystanders.push(Number(pid));
    }
    await running.says(/^ready/m);
    const group = statusOf(bystanders[2] ?? 0, "NSpgid");
    const servers = [group, (await running.says(/^ready (\d+)$/m))[1] ?? ""];
    // In turns: each would name workers of the other that lost their parent, and end its own.
    for (const pid of servers) {
      const { stdout } = await kill(binary, [pid]).ended;
      assert.match(stdout, / graceful_exit$| these may be its descendants: /m);
    }
    for (const pid of bystanders) assert.ok(!isOver(pid), `${pid} lives`);
    endMarked(mark);
    await running.ended;
  });
}

function blind(binary: Binary): void {
  const full = Array.from({ length: 17 }, (_, at) => `--open ${at + 3}`).join(" ");
  const ROWS: readonly (readonly [name: string, before: string, says: string, end: string])[] = [
    ["three descriptors, all in use", "--limit 7=3", "graceful_exit", "0"],
    ["twenty, all in use", `${full} --limit 7=20`, "graceful_exit", "0"],
    ["none at all", "--limit 7=0", "error: cannot look at it: too many open files", "1"],
  ];
  for (const [name, pairs, says, end] of ROWS) {
    test(`${name}: ${says}`, async () => {
      for (const reach of ["--tree", "--group"]) {
        const running = launch([...surroundings("--group 1"), "sleep", "1000"]);
        await until("it sleeps", () => statusOf(running.pid, "Name") === "sleep");
        const ended = await kill(binary, [reach, running.pid], surroundings(pairs)).ended;
        assert.deepEqual(
          [endOfRun(ended), ended.stdout.replace(/members of|its/g, "it")],
          [end, `${running.pid} ${says}\n`],
        );
        assert.equal(isOver(running.pid), end === "0");
        if (end !== "0") running.kill("SIGTERM");
        await running.ended;
      }
    });
  }
}

function lowered(binary: Binary): void {
  test("the limit is lowered meanwhile: SIGKILL comes, and no process is said to be gone", async () => {
    const [running, pid] = await standing([child("stone")]);
    const killing = kill(binary, ["-v", "--kill-after", "2s", pid]);
    await killing.says(/sending signal TERM/, "stderr");
    await run([child("lower-limit"), String(killing.pid), "0"]);
    const end = await killing.ended;
    assert.equal(endOfRun(end), "1");
    assert.match(end.stdout, new RegExp(`^${pid} error: `));
    assert.equal(endOfRun(await running.ended), "SIGKILL");
  });
}

describe("kill: processes that fork, and processes that cannot be seen", () => {
  for (const binary of BINARIES) {
    describe(binary.name, () => {
      // In turns: a process of the same program that loses its parent meanwhile is suspected.
      forking(binary);
      // The cold form has to read its bundle.
      if (binary.name === "frozen") blind(binary);
      lowered(binary);
    });
  }
});
