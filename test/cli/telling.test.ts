// What run and init say of the ends that they cause, on stderr and elsewhere.
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { patiently } from "../patience.ts";
import { BINARIES, type Binary, nameOf } from "./binary.ts";
import { child, number, script, surroundings } from "./children.ts";
import { newPath, readEvents, reporting, staged } from "./reports.ts";
import { curfew, OPEN, type Spawn, start, until } from "./run.ts";

const shell = (text: string) => ["sh", "-c", text];
const DEAF = surroundings(`--ignore ${number("TERM")}`);
const UNREAD = ["python3", script("unread.py")];
const LIMITS = ["--timeout", "200ms", "-k", "200ms"];

/** Lines of curfew's, whatever the PIDs are and however much of the tree could be seen. */
function plain(text: string): string {
  return text.replace(/^ {2}\D*\d+ .*$/gm, "  (drawn)").replace(/\b\d+(?= ')/g, "N");
}

/** The lines on stderr, without the program's name. */
async function saidBy(
  binary: Binary,
  words: readonly string[],
  options: Spawn = {},
): Promise<string[]> {
  const { stderr } = await curfew(binary, words, options).ended;
  const name = `${nameOf(binary)} ${words[0]}: `;
  const lines = plain(stderr).split("\n").slice(0, -1);
  return lines.map((line) => (line.startsWith(name) ? line.slice(name.length) : line));
}

/** Each kind of end. */
function ends(binary: Binary): void {
  const limit = "time limit of 200ms reached";
  test("time, and a command that obeys", async () => {
    const words = ["run", ...LIMITS, "sleep", "1000"];
    assert.deepEqual(await saidBy(binary, words), [
      `${limit}; sent TERM to sleep`,
      "  (drawn)",
      "sleep is gone",
    ]);
  });

  test("time, and processes that do not obey", async () => {
    const words = ["run", ...LIMITS, ...shell("sleep 1000 & sleep 1000; exit 3")];
    const said = await saidBy(binary, words, { before: DEAF });
    assert.match(said[0] ?? "", /; sent TERM to \S+, 2 more processes are running$/);
    assert.equal(said.at(-1), "all 3 processes are gone, all of them by KILL");
    assert.equal(said.length, 5);
  });

  test("of more processes than are looked at, only a least number is said", async () => {
    const crowd = "i=0; while [ $i -lt 300 ]; do sleep 1000 & echo $((i+=1)); done; wait";
    const said = await saidBy(binary, ["run", "--idle-timeout", "1s", ...shell(crowd)]);
    assert.match(said[0] ?? "", /; sent TERM to sh, there are at least \d+ more processes$/);
    assert.equal(said.at(-1), "all processes are gone");
  });

  test("init says the same without a drawing", async () => {
    const words = ["init", ...LIMITS, "sleep", "1000"];
    assert.deepEqual(await saidBy(binary, words), [
      `${limit}; sent TERM to sleep and its process group`,
      "sleep is gone",
    ]);
  });

  test("the drawing is UTF-8 where the locale is", async () => {
    const words = ["run", ...LIMITS, ...shell("sleep 1000; exit 3")];
    const drawn = async (locale: string) => {
      const { stderr } = await curfew(binary, words, { env: { LC_ALL: locale } }).ended;
      return stderr.split("\n")[2]?.replace(/\d+ .*/, "");
    };
    assert.equal(await drawn("C"), "  `- ");
    assert.equal(await drawn("C.UTF-8"), "  └─ ");
  });

  test("silence, where the command is busy and where it is not", async () => {
    const idle = ["run", "--idle-timeout", "200ms"];
    assert.deepEqual(await saidBy(binary, [...idle, "sleep", "1000"]), [
      "idle limit of 200ms reached; sent TERM to sleep",
      "  (drawn)",
      "sleep is gone",
    ]);
    const busy = ["run", "--idle-timeout", "1s", ...shell("while :; do :; done")];
    assert.match(
      (await saidBy(binary, busy))[0] ?? "",
      /^idle limit of 1s reached, but the command was busy: what it prints may be buffered; sent /,
    );
  });

  test("too much output", async () => {
    const said = await saidBy(binary, ["run", "--max-output", "10", "yes"]);
    assert.equal(
      said[0],
      "output limit of 10 bytes reached, the rest is discarded; sent TERM to yes",
    );
    assert.equal(said.at(-1), "yes is gone");
  });

  test("the parent's end", async () => {
    const log = newPath("log");
    const command = shell("echo up; exec sleep 1000");
    const inner = [binary.path, "run", "--die-with-parent", "--log", log, ...command];
    const parent = start(["sh", "-c", '"$@" & read line', "sh", ...inner], {
      env: binary.env,
      input: OPEN,
    });
    await parent.says(/up/);
    parent.write("\n");
    await parent.ended;
    await until("it is told", () => readFileSync(log, "utf8").includes("gone"));
    assert.match(
      readFileSync(log, "utf8"),
      / that started curfew has exited; sent TERM to sh\n.*: all processes are gone\n$/,
    );
  });

  test("processor time", async () => {
    const said = await saidBy(binary, [
      "run",
      "--cpu-limit",
      "1s",
      ...shell("while :; do :; done"),
    ]);
    assert.deepEqual(said, ["CPU time limit of 1s reached: the kernel sent XCPU to sh"]);
  });

  test("leftovers of a command that failed, and those that did not obey", async () => {
    const left = "sleep 1000 & exit 3";
    assert.deepEqual(await saidBy(binary, ["run", ...shell(left)]), [
      "sh left 1 process behind: N 'sleep'; it is gone",
    ]);
    const deaf = `{ trap '' TERM; sleep 1000; } & exit 0`;
    const said = await saidBy(binary, ["run", "-k", "300ms", ...shell(`${deaf}`)]);
    assert.match(
      said[0] ?? "",
      /^sh left [12] process(es)? behind: .*; (it is|they are) gone, (all of them )?by KILL$/,
    );
    assert.equal(said.length, 1);
  });

  test("nothing is said where all is well, and nothing of an end that was asked for", async () => {
    assert.deepEqual(await saidBy(binary, ["run", ...shell("sleep 1000 & exit 0")]), []);
    assert.deepEqual(await saidBy(binary, ["run", "--timeout", "1000", "true"]), []);
    const running = curfew(binary, ["run", ...shell("echo up; exec sleep 1000")]);
    await running.says(/up/);
    running.kill("SIGTERM");
    const { stderr } = await running.ended;
    assert.equal(stderr, "");
  });

  test("timeout, link names and a program that reads events are told nothing here", async () => {
    assert.deepEqual(await saidBy(binary, ["timeout", "0.1", "sleep", "1000"]), []);
    const linked = curfew(binary, ["0.1", "sleep", "1000"], { argv0: "timeout" });
    assert.equal((await linked.ended).stderr, "");
    const before = ["sh", "-c", 'exec "$@" 5<&0 6>&1', "sh"];
    const words = ["run", "--control", "fd:5", "--events", "fd:6", ...LIMITS, "sleep", "1000"];
    const told = await curfew(binary, words, { before, input: OPEN }).ended;
    assert.equal(told.stderr, "");
    assert.ok(!told.stdout.includes('"event":"message"'));
  });

  const skip = process.getuid?.() === 0 ? false : "only root can make a set-user-ID program";
  test("a signal that the kernel refuses is not said to be sent", { skip }, async () => {
    const helper = newPath("helper");
    copyFileSync(child("set-user-id"), helper);
    chmodSync(helper, 0o4755);
    const outer = newPath("surroundings");
    const [program = "", ...others] = surroundings("--uid 65534");
    copyFileSync(program, outer);
    chmodSync(outer, 0o755);
    const command = ["sh", "-c", 'exec "$0" help full 9>/dev/null', helper];
    // The limit counts from the helper's line, which it writes when it is root's.
    const words = ["run", "--idle-timeout", "300ms", "-k", "100ms", ...command];
    const { stderr } = await curfew(staged(binary), words, { before: [outer, ...others] }).ended;
    const [, left] = /could not be killed: (\d+) /.exec(stderr) ?? [];
    if (left !== undefined) process.kill(Number(left), "SIGKILL");
    assert.match(
      stderr,
      /^\S+ run: idle limit of 300ms reached; cannot send TERM to sh: operation not permitted\n/,
    );
    assert.ok(!stderr.includes("gone"), stderr);
  });
}

/** Names that a terminal would act upon, and secrets. */
function names(binary: Binary): void {
  test("control characters and secrets of command lines do not reach the terminal", async () => {
    const env = { LC_ALL: "C.UTF-8" };
    const evil = "\u001b[31m\u202e\n";
    const cwd = newPath("folder");
    mkdirSync(cwd);
    writeFileSync(join(cwd, evil), "sleep 1000\nexit 3\n");
    const first = await curfew(binary, ["run", ...LIMITS, "sh", evil], { env, cwd }).ended;
    assert.ok(!first.stderr.includes("\u001b") && !first.stderr.includes("\u202e"));
    const secrets = ["--password", "hunter2", "https://u:pw@h/"];
    const words = ["run", ...LIMITS, ...shell("sleep 1000;:"), ...secrets];
    const { stderr } = await curfew(binary, words, { env }).ended;
    assert.ok(!stderr.includes("hunter2") && !stderr.includes(":pw@"), stderr);
    for (const line of `${first.stderr}${stderr}`.split("\n")) {
      assert.ok([...line].length <= 120, line);
      assert.match(line, /^(?:\S*curfew\S* run: | {2}[├└│─\d.]|$)/);
    }
  });

  test("a name of the command's that is no plain word has quotes", async () => {
    const path = `${newPath("a")}\nb`;
    writeFileSync(path, "#!/bin/sh\nexec sleep 1000\n", { mode: 0o755 });
    const [line] = await saidBy(binary, ["init", ...LIMITS, path]);
    assert.ok(line?.includes("\\nb' and its process group"), line);
  });
}

/** --quiet, --log, and GitHub's annotation. */
function places(binary: Binary): void {
  const EXPIRED = [...LIMITS, "sleep", "1000"];

  test("--quiet says nothing of an end, but of mistakes and of what cannot run", async () => {
    assert.deepEqual(await saidBy(binary, ["run", "-q", ...EXPIRED]), []);
    assert.deepEqual(await saidBy(binary, ["init", "--quiet", ...EXPIRED]), []);
    const leak = ["run", "-q", "--leftovers", "fail", ...shell("sleep 1000 & exit 0")];
    assert.deepEqual(await saidBy(binary, leak), []);
    const idle = ["run", "-q", "--idle-timeout", "100ms", "sleep", "1000"];
    assert.deepEqual(await saidBy(binary, idle), []);
    assert.match((await saidBy(binary, ["run", "-q", "/nowhere"]))[0] ?? "", /^cannot run/);
    assert.match((await saidBy(binary, ["run", "-q", "--nope"]))[0] ?? "", /unknown option/);
  });

  test("--log has all lines of curfew's, those of -v included, behind what the file holds", async () => {
    const log = newPath("log");
    writeFileSync(log, "before\n");
    assert.deepEqual(await saidBy(binary, ["run", "-v", "--log", log, ...EXPIRED]), []);
    const lines = plain(readFileSync(log, "utf8")).split("\n");
    const name = `${nameOf(binary)} run: `;
    // A busy machine leaves curfew no time to look at the tree: then it does not know of one.
    if (!lines.includes("  (drawn)")) {
      assert.equal(lines[3], `${name}all processes are gone`);
      lines.splice(3, 1, "  (drawn)", `${name}sleep is gone`);
    }
    assert.deepEqual(lines, [
      "before",
      `${name}sending signal TERM to command 'sleep'`,
      `${name}time limit of 200ms reached; sent TERM to sleep`,
      "  (drawn)",
      `${name}sleep is gone`,
      "",
    ]);
    await saidBy(binary, ["run", "--log", log, "/nowhere"]);
    assert.match(readFileSync(log, "utf8"), / run: cannot run '\/nowhere': .*\n$/);
  });

  test("--log fd:N is a descriptor of the caller's", async () => {
    const before = ["sh", "-c", 'exec "$@" 5>&1', "sh"];
    const { stdout, stderr } = await curfew(binary, ["init", "--log", "fd:5", ...EXPIRED], {
      before,
    }).ended;
    assert.deepEqual([plain(stdout).split("\n").length, stderr], [3, ""]);
  });

  test("a log that cannot be opened: 125, and nothing is started", async () => {
    for (const target of ["/nowhere/log", "fd:77"]) {
      const { code, stdout, stderr } = await curfew(binary, ["run", "--log", target, "echo", "x"])
        .ended;
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(stderr, / run: --log: cannot write to '.*': [^\n]+\n$/);
    }
    const path = newPath("both");
    const both = ["run", "--log", path, "--events", path, "true"];
    assert.match((await curfew(binary, both).ended).stderr, /--log OUTPUT: invalid output/);
  });

  test("a log that takes nothing holds up no end; what was lost is counted there", async () => {
    for (const kind of ["pipe", "socket", "paused"]) {
      const words = ["run", "-v", "--log", "fd:9", "--timeout", "200ms", "-k", "200ms"];
      const before = [...UNREAD, kind, "9", ...DEAF];
      const { ended, report } = await reporting(binary, [...words, "sleep", "1000"], {
        before,
      }).told();
      assert.deepEqual([ended.code, ended.stderr, report.outcome], [124, "", "timed_out"]);
    }
  });

  test("GitHub Actions: one annotation under run, on stderr also with --log", async () => {
    const env = { GITHUB_ACTIONS: "true" };
    const said = await saidBy(binary, ["run", ...EXPIRED], { env });
    assert.deepEqual(said, [
      "time limit of 200ms reached; sent TERM to sleep",
      "  (drawn)",
      "::error title=curfew::time limit of 200ms reached; sent TERM to sleep",
      "sleep is gone",
    ]);
    const log = newPath("log");
    assert.deepEqual(await saidBy(binary, ["run", "--log", log, ...EXPIRED], { env }), [
      "::error title=curfew::time limit of 200ms reached; sent TERM to sleep",
    ]);
    assert.ok(!readFileSync(log, "utf8").includes("::error"));
    assert.deepEqual(await saidBy(binary, ["run", "-q", ...EXPIRED], { env }), []);
    assert.ok(!(await saidBy(binary, ["init", ...EXPIRED], { env })).join().includes("::"));
  });
}

/** What --events has besides. */
function events(binary: Binary): void {
  test("each sending has a line, a deadline has its reason and the tree", async () => {
    const before = ["sh", "-c", 'exec "$@" 5>&1', "sh", ...DEAF];
    const words = ["run", "--events", "fd:5", ...LIMITS, "sleep", "1000"];
    const { stdout } = await curfew(binary, words, { before }).ended;
    const { events, report } = readEvents(stdout);
    const told = events.flatMap((event) => {
      if (event.event === "deadline") return [`deadline ${event.reason}`];
      return event.event === "sent" ? [`sent ${event.signal} ${event.target} ${event.count}`] : [];
    });
    assert.deepEqual(told.slice(0, 2), ["deadline timed_out", "sent SIGTERM child 1"]);
    assert.deepEqual(told.slice(-2), ["deadline kill_after", "sent SIGKILL tree 1"]);
    const sums = new Map<string, number>();
    for (const event of events) {
      if (event.event !== "sent") continue;
      const key = `${event.signal} ${event.target}`;
      sums.set(key, (sums.get(key) ?? 0) + Number(event.count));
    }
    for (const { signal, target, count } of report.signals_sent) {
      assert.equal(sums.get(`${signal} ${target}`), count);
    }
    const [limit] = events.filter(({ event }) => event === "deadline");
    assert.equal((limit?.tree as unknown[] | undefined)?.length, 1);
    assert.equal(limit?.tree_omitted, 0);
  });
}

/** A stderr that takes nothing delays no signal. */
function slow(binary: Binary): void {
  test("the first signal and SIGKILL come in time although stderr takes nothing", async () => {
    const words = ["run", "--timeout", "200ms", "-k", "300ms", "sleep", "1000"];
    for (const kind of ["pipe", "terminal"]) {
      const before = [...UNREAD, kind, "2", ...DEAF];
      const { report } = await reporting(binary, words, { before }).told();
      const at = report.signals_sent.map(({ signal, at_ms }) => [signal, at_ms] as const);
      const [first] = at;
      const last = at.at(-1);
      assert.deepEqual([first?.[0], last?.[0]], ["SIGTERM", "SIGKILL"]);
      // Neither waits for a reader: that would take a second.
      assert.ok((last?.[1] ?? 0) - (first?.[1] ?? 0) < 300 + patiently(500));
    }
  });
}

for (const binary of BINARIES) {
  describe(`ends, ${binary.name}`, () => ends(binary));
  describe(`names, ${binary.name}`, () => names(binary));
  describe(`places, ${binary.name}`, () => places(binary));
  describe(`events, ${binary.name}`, () => events(binary));
  describe(`slow, ${binary.name}`, () => slow(binary));
}
