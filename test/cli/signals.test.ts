// Signals: sent to us, those we came with, many at once.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number, surroundings } from "./children.ts";
import { newPath, readReport } from "./reports.ts";
import {
  childrenOf,
  curfew,
  endOfRun,
  guardianOf,
  isOver,
  OPEN,
  stateOf,
  timeout,
  until,
} from "./run.ts";

const SLEEP = ["sleep", "1000"];
const NOW = "0.01";
const HANDLES = child("handles");
const handles = (...names: readonly string[]) => [HANDLES, ...names.map(number)];
/** Handled after all others: its line proves that what was sent before has been looked at. */
const LAST = "64";
/** Says that it is ready and how it is doing nothing else. */
const WAITS = [HANDLES];

// Not these: KILL cannot be forwarded, ALRM means "time is up", the others do not end a process.
const NOT_FORWARDED = [9, 14, 17, 18, 19, 20, 21, 22, 23, 28];
const FORWARDED = Array.from({ length: 64 }, (_, index) => index + 1).filter(
  (n) => !NOT_FORWARDED.includes(n),
);

type Options = Parameters<typeof curfew>[2];

/** Starts `curfew timeout` and waits until the command is there. */
async function ready(binary: Binary, words: readonly string[], options: Options = {}) {
  const running = curfew(binary, ["timeout", ...words], options);
  const [, pid] = await running.says(/^ready (\d+)$/m);
  return { running, pid: Number(pid) };
}

/** The signals that were caught, in order. */
function caught(stdout: string, who = ""): string[] {
  return [...stdout.matchAll(/^(\w+ )?caught (\d+)$/gm)]
    .filter(([, name = ""]) => name.trim() === who)
    .map(([, , signal = ""]) => signal);
}

function forwarding(binary: Binary): void {
  test("S27, S28: every signal that would end us is forwarded as received", async () => {
    for (const n of FORWARDED) {
      // Seen by wait(2): the runtime of the tests knows no names for real-time signals.
      const argv = ["timeout", "1000", ...WAITS];
      const before = [child("ends"), "2"];
      const running = curfew(binary, argv, { before });
      await running.says(/^ready/m);
      const [ours = 0] = childrenOf(running.pid);
      process.kill(ours, n);
      const { stderr } = await running.ended;
      assert.match(stderr, new RegExp(`^signaled ${n}( core)?\n$`), `signal ${n}`);
    }
  });

  test("a command that catches a forwarded signal and exits 4: 4, with and without -k", async () => {
    for (const more of [[], ["-k", "1000"], ["--foreground"], ["-v"]]) {
      for (const name of ["TERM", "USR1", "PIPE"]) {
        const words = [...more, "1000", HANDLES, "-e", "4", number(name)];
        const { running } = await ready(binary, words);
        running.kill(Number(number(name)));
        const ended = await running.ended;
        assert.deepEqual([endOfRun(ended), caught(ended.stdout)], ["4", [number(name)]]);
      }
    }
  });

  test("S27: only the first of a kind counts; another kind is forwarded", async () => {
    const { running } = await ready(binary, ["1000", ...handles("TERM", "INT", "PWR")]);
    running.kill("SIGTERM");
    await running.says(/caught 15/);
    running.kill("SIGTERM");
    // Signals are taken in the order of their numbers: when PWR has arrived, TERM was looked at.
    running.kill("SIGPWR");
    await running.says(/caught 30/);
    running.kill("SIGINT");
    await running.says(/caught 2$/m);
    running.kill("SIGUSR1");
    const ended = await running.ended;
    assert.deepEqual([endOfRun(ended), caught(ended.stdout)], ["SIGUSR1", ["15", "30", "2"]]);
  });

  test("T28: a forwarded signal arrives exactly once, at the command and at a grandchild", async () => {
    // Real-time signals queue: one that was sent twice arrives twice.
    for (const name of ["RTMIN+3", "TERM"]) {
      const words = ["1000", HANDLES, "-g", number(name), LAST];
      const { running } = await ready(binary, words);
      await running.says(/^grandchild ready/m);
      running.kill(Number(number(name)));
      running.kill(Number(LAST));
      await running.says(/^caught 64/m);
      await running.says(/^grandchild caught 64/m);
      running.kill("SIGUSR1");
      const { stdout } = await running.ended;
      const once = [number(name), LAST];
      assert.deepEqual([caught(stdout), caught(stdout, "grandchild")], [once, once]);
    }
  });

  test("P28: so does the first signal at expiry, and CONT after it", async () => {
    for (const name of ["RTMIN+3", "TERM", "ALRM"]) {
      const words = ["-s", name, "-k", "0.05", "1000", HANDLES, "-g", number(name), number("CONT")];
      const { running } = await ready(binary, words);
      await running.says(/^grandchild ready/m);
      running.kill("SIGALRM");
      // What comes twice would come before KILL.
      const { stdout } = await running.ended;
      const once = [number(name), number("CONT")].sort();
      assert.deepEqual(caught(stdout).sort(), once);
      assert.deepEqual(caught(stdout, "grandchild").sort(), once);
    }
  });

  test("S17: under --foreground a signal goes to the command only", async () => {
    const words = ["-f", "1000", HANDLES, "-g", number("USR1")];
    const { running } = await ready(binary, words, { before: surroundings("--group 1") });
    const [, grandchild] = await running.says(/^grandchild ready (\d+)/m);
    running.kill("SIGUSR1");
    await running.says(/^caught 10/m);
    running.kill("SIGTERM");
    const ended = await running.ended;
    assert.deepEqual([endOfRun(ended), caught(ended.stdout, "grandchild")], ["SIGTERM", []]);
    // TERM asked for the end of the run, and that is the tree's.
    assert.ok(isOver(Number(grandchild)));
  });

  test("S20: the clock of -k starts at a forwarded signal, too", async () => {
    const { running } = await ready(binary, ["-k", NOW, "1000", ...handles("INT")]);
    running.kill("SIGINT");
    assert.equal(endOfRun(await running.ended), "SIGKILL");
  });

  test("SIGALRM means that time is up", async () => {
    const { running } = await ready(binary, ["0", ...WAITS]);
    running.kill("SIGALRM");
    assert.equal(endOfRun(await running.ended), "124");
  });

  test("signals that end no process are not forwarded, and do no harm", async () => {
    const names = ["CHLD", "URG", "WINCH", "TTIN", "TTOU"];
    const { running } = await ready(binary, ["1000", ...handles(...names)]);
    for (const name of names) running.kill(Number(number(name)));
    running.kill("SIGUSR2");
    const ended = await running.ended;
    assert.deepEqual([endOfRun(ended), caught(ended.stdout)], ["SIGUSR2", []]);
  });

  test("P26: a signal at any moment of the start ends us and leaves nothing", async () => {
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        const running = curfew(binary, ["timeout", "1000", ...SLEEP]);
        running.kill("SIGTERM");
        assert.equal(endOfRun(await running.ended), "SIGTERM");
      }),
    );
  });

  test("S31: SIGKILL to us gives the command the first signal", async () => {
    for (const name of ["TERM", "USR2", "RTMIN+1"]) {
      const words = ["-s", name, "1000", HANDLES, "-e", "0", number(name)];
      const { running } = await ready(binary, words);
      running.kill("SIGKILL");
      const ended = await running.ended;
      assert.deepEqual([endOfRun(ended), caught(ended.stdout)], ["SIGKILL", [number(name)]]);
    }
  });

  test("a command that we were told of is continued with the signal we forward", async () => {
    const { running, pid } = await ready(binary, ["1000", ...WAITS]);
    process.kill(pid, "SIGSTOP");
    await until("it is stopped", () => stateOf(pid) === "T");
    running.kill("SIGHUP");
    assert.equal(endOfRun(await running.ended), "SIGHUP");
  });
}

/** Surroundings in which everything has to work as in ordinary ones. */
const STARTS: readonly (readonly [name: string, pairs: string])[] = [
  ["SIGCHLD ignored (P24)", `--ignore ${number("CHLD")}`],
  ["SIGCHLD blocked (S30)", `--block ${number("CHLD")}`],
  ["SIGALRM blocked (S30)", `--block ${number("ALRM")}`],
  ["both blocked, CHLD ignored", `--block 17 --block 14 --ignore 17`],
  ["all blocked", Array.from({ length: 31 }, (_, n) => `--block ${n + 1}`).join(" ")],
  ["SIGPIPE and SIGUSR1 ignored", `--ignore ${number("PIPE")} --ignore ${number("USR1")}`],
  ["TTIN and TTOU ignored", `--ignore ${number("TTIN")} --ignore ${number("TTOU")}`],
  ["a SIGCHLD pending", `--block 17 --receive 17`],
];

function inherited(binary: Binary): void {
  for (const [name, pairs] of STARTS) {
    test(`started with ${name}: code, expiry, kill`, async () => {
      const before = surroundings(pairs);
      const code = await timeout(binary, ["1000", "sh", "-c", "exit 3"], { before });
      assert.equal(endOfRun(code), "3");
      const killed = await timeout(binary, ["-s", "KILL", NOW, ...SLEEP], { before });
      assert.equal(endOfRun(killed), "SIGKILL");
      const words = ["-k", "0.05", NOW, ...SLEEP];
      const expired = endOfRun(await timeout(binary, words, { before }));
      // The command may have TERM blocked as we had it: then it needs KILL.
      assert.equal(expired, name === "all blocked" ? "SIGKILL" : "124");
    });
  }

  for (const name of ["HUP", "INT", "QUIT", "TERM", "USR1", "PIPE", "RTMIN+2"]) {
    test(`S29: ${name} ignored on entry is neither acted on nor propagated`, async () => {
      const before = surroundings(`--ignore ${number(name)}`);
      const { running } = await ready(binary, ["1000", ...handles(name), LAST], { before });
      running.kill(Number(number(name)));
      running.kill(Number(LAST));
      await running.says(/caught 64/);
      running.kill("SIGSYS");
      const ended = await running.ended;
      assert.deepEqual([endOfRun(ended), caught(ended.stdout)], ["SIGSYS", [LAST]]);
    });
  }

  test("S29: nohup works", async () => {
    const { running } = await ready(binary, ["1000", ...WAITS], { before: ["nohup"] });
    running.kill("SIGHUP");
    running.kill("SIGTERM");
    assert.equal(endOfRun(await running.ended), "SIGTERM");
  });

  test("a signal that was pending and blocked when we came is acted on", async () => {
    const alarm = { before: surroundings("--block 14 --receive 14") };
    assert.equal(endOfRun(await timeout(binary, ["1000", ...SLEEP], alarm)), "124");
    const user = { before: surroundings("--block 10 --receive 10") };
    const words = ["-k", NOW, "1000", ...SLEEP];
    assert.equal(endOfRun(await timeout(binary, words, user)), "SIGKILL");
  });
}

/** First signals that must not stop or hang us (S23). */
const ODD = ["STOP", "TSTP", "TTIN", "TTOU", "CHLD", "CONT", "URG", "WINCH", "0"];

function odd(binary: Binary): void {
  for (const name of ODD) {
    for (const more of [[], ["-f"], ["-v"]]) {
      const words = [...more, "-s", name, "-k", NOW, NOW, ...SLEEP];
      test(`S23: ${words.slice(0, -2).join(" ")} ends by KILL`, async () => {
        const end = endOfRun(await timeout(binary, words));
        assert.equal(end, more.includes("-f") ? "137" : "SIGKILL");
      });
    }
    test(`S23: -s ${name} without -k: the command runs on and we wait for it`, async () => {
      const script = "echo ready $$; read end; exit 3";
      const words = ["timeout", "-v", "-s", name, "1000", "sh", "-c", script];
      const running = curfew(binary, words, { input: OPEN });
      const [, pid] = await running.says(/^ready (\d+)/m);
      running.kill("SIGALRM");
      await running.says(/sending signal/, "stderr");
      assert.notEqual(stateOf(running.pid), "T");
      process.kill(Number(pid), "SIGCONT");
      running.write("end\n");
      assert.equal(endOfRun(await running.ended), "124");
    });
  }
}

function nested(binary: Binary): void {
  const inner = (...words: readonly string[]) => [binary.path, "timeout", ...words];
  const env = { ...binary.env };
  test("S32: nested, the command ends when either limit passes", async () => {
    const within = await timeout(binary, [NOW, ...inner("1000", ...SLEEP)], { env });
    const without = await timeout(binary, ["1000", ...inner(NOW, ...SLEEP)], { env });
    assert.deepEqual([endOfRun(within), endOfRun(without)], ["124", "124"]);
    const three = ["1000", ...inner("1000", ...inner("-s", "KILL", NOW, ...SLEEP))];
    assert.equal(endOfRun(await timeout(binary, three, { env })), "SIGKILL");
  });

  const unshare = namespaceTool();
  const skip = unshare.length === 0 && "no PID namespaces here";
  const rows: readonly (readonly [words: readonly string[], end: string])[] = [
    [["1000", "sh", "-c", "exit 3"], "3"],
    [[NOW, ...SLEEP], "124"],
    [["-k", NOW, "-s", "WINCH", NOW, ...SLEEP], "137"],
    [["-s", "KILL", NOW, ...SLEEP], "137"],
    [["1000", "sh", "-c", "kill -TERM $$"], "143"],
    [["1000", "./curfew-has-no-such"], "127"],
    [["-v", NOW, ...SLEEP], "124"],
  ];
  for (const [words, end] of rows) {
    test(`S33: as PID 1: ${words.join(" ")}: ${end}`, { skip }, async () => {
      assert.equal(endOfRun(await timeout(binary, words, { before: unshare })), end);
    });
    test(`S33: as a child of PID 1: ${words.join(" ")}`, { skip }, async () => {
      const script = '"$@"; echo "ended $?"';
      const before = [...unshare, "sh", "-c", script, "sh"];
      // With a report: a curfew that killed itself does not write one.
      const path = newPath("report");
      const { stdout } = await timeout(binary, ["--report", path, ...words], { before });
      assert.equal(stdout, `ended ${end}\n`);
      assert.equal(readReport(readFileSync(path, "utf8")).exit_code, Number(end));
    });
  }

  test("S33: as PID 1, orphans are reaped and signals forwarded", { skip }, async () => {
    const script = "(sh -c 'exit 1' &); (true &) ; exec \"$@\"";
    const words = ["timeout", "1000", "sh", "-c", script, "sh", HANDLES, "-e", "5", "15"];
    const running = curfew(binary, words, { before: unshare });
    await running.says(/^ready/m);
    const [ours = 0] = childrenOf(running.pid);
    const guardian = await guardianOf(ours);
    await until("only the command is left", () => childrenOf(guardian).length === 1);
    assert.deepEqual(childrenOf(ours), [guardian]);
    process.kill(ours, "SIGTERM");
    assert.equal(endOfRun(await running.ended), "5");
  });
}

/** The words that make a PID namespace here; none where that is not allowed. */
function namespaceTool(): readonly string[] {
  const tries = [
    ["unshare", "-pf"],
    ["unshare", "-Upf"],
    ["unshare", "-Urpf"],
  ];
  const works = ([program = "", ...args]: readonly string[]) =>
    spawnSync(program, [...args, "true"]).status === 0;
  return tries.find(works) ?? [];
}

describe("signals", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      forwarding(binary);
      inherited(binary);
      odd(binary);
      nested(binary);
    });
  }
});
