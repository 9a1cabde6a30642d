// What is said on stderr: -v, leftovers, TIMEOUT_METRICS, and by which name.
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BINARIES, type Binary, nameOf } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import type { Ended } from "./run.ts";
import { curfew, endOfRun, expire, isOver, OPEN, run, start, timeout, until } from "./run.ts";

const SLEEP = ["sleep", "1000"];
const NOW = "0.01";
const FOLDER = mkdtempSync(join(tmpdir(), "curfew-verbose-"));
after(() => rmSync(FOLDER, { recursive: true }));

/** The lines of stderr, without our name. */
function linesOf(binary: Binary, { stderr }: Ended): string[] {
  const lines = stderr.split("\n").slice(0, -1);
  const name = `${nameOf(binary)} timeout: `;
  for (const line of lines) assert.ok(line.startsWith(name), line);
  return lines.map((line) => line.slice(name.length));
}

const sending = (signal: string, command = "sleep") =>
  `sending signal ${signal} to command '${command}'`;

const SENT: readonly (readonly [words: readonly string[], lines: readonly string[]])[] = [
  [["-v", NOW, ...SLEEP], [sending("TERM")]],
  [["-v", "-s", "int", NOW, ...SLEEP], [sending("INT")]],
  [["-v", "-s", "29", NOW, ...SLEEP], [sending("POLL")]],
  [["-v", "-s", "34", NOW, ...SLEEP], [sending("RTMIN")]],
  [["-v", "-s", "RTMAX-2", NOW, ...SLEEP], [sending("RTMAX-2")]],
  [["-v", "-s", "33", NOW, ...SLEEP], [sending("33")]],
  [["-v", "-s", "KILL", NOW, ...SLEEP], [sending("KILL")]],
  [["-vf", NOW, ...SLEEP], [sending("TERM")]],
  [
    ["-v", "-s", "WINCH", "-k", NOW, NOW, ...SLEEP],
    [sending("WINCH"), sending("KILL")],
  ],
  [
    ["-v", "-s", "0", "-k", NOW, NOW, ...SLEEP],
    [sending("0"), sending("KILL")],
  ],
  [["-v", "1000", "true"], []],
  [["-v", "0", "true"], []],
  [[NOW, ...SLEEP], []],
  [["-k", NOW, "-s", "WINCH", NOW, ...SLEEP], []],
];

function sentLines(binary: Binary): void {
  for (const [words, lines] of SENT) {
    test(`S25: ${words.join(" ")}: ${lines.join(", ") || "nothing"}`, async () => {
      assert.deepEqual(linesOf(binary, await timeout(binary, words)), lines);
    });
  }

  test("S25: forwarded signals are announced, once each", async () => {
    // A shell takes the long name: a path may have letters that messages in the C locale escape.
    const words = ["timeout", "-v", "1000", "sh", "-c", 'exec "$0" 2 30', child("handles")];
    const running = curfew(binary, words);
    await running.says(/^ready/m);
    running.kill("SIGINT");
    await running.says(/caught 2$/m);
    running.kill("SIGINT");
    running.kill("SIGPWR");
    await running.says(/caught 30/);
    running.kill("SIGTERM");
    const lines = ["INT", "PWR", "TERM"].map((signal) => sending(signal, "sh"));
    assert.deepEqual(linesOf(binary, await running.ended), lines);
  });

  test("the command is named as typed", async () => {
    symlinkSync("/bin/sleep", join(FOLDER, `a b'c-${binary.name}`));
    const ended = await timeout(binary, ["-v", NOW, `./a b'c-${binary.name}`, "1000"], {
      cwd: FOLDER,
    });
    const [line] = linesOf(binary, ended);
    assert.equal(line, `sending signal TERM to command './a b\\'c-${binary.name}'`);
  });
}

const STOPS = ["STOP", "TSTP", "TTIN", "TTOU"];

function stops(binary: Binary): void {
  for (const name of STOPS) {
    test(`-v says that the command was stopped by ${name} and continued`, async () => {
      const script = `echo ready $$; kill -${name} $$; read end; exit 3`;
      const words = ["timeout", "-v", "1000", "sh", "-c", script];
      // A stop by the terminal's signals works only outside an orphaned group.
      const running = curfew(binary, words, { input: OPEN });
      const [, pid] = await running.says(/^ready (\d+)$/m);
      await running.says(new RegExp(`command 'sh' was stopped by signal ${name}\n`), "stderr");
      process.kill(Number(pid), "SIGCONT");
      await running.says(/command 'sh' was continued by signal CONT\n/, "stderr");
      running.write("end\n");
      assert.equal(endOfRun(await running.ended), "3");
    });
  }

  test("a stop and an expiry are told in order", async () => {
    const script = "echo ready $$; kill -STOP $$; read x < /dev/zero";
    const running = curfew(binary, ["timeout", "-v", "1000", "sh", "-c", script]);
    await running.says(/was stopped/, "stderr");
    const ended = await expire(running, "stopped");
    assert.deepEqual(linesOf(binary, ended).slice(0, 2), [
      "command 'sh' was stopped by signal STOP",
      sending("TERM", "sh"),
    ]);
  });

  test("without -v, stops are not told", async () => {
    const running = curfew(binary, ["timeout", "1000", "sh", "-c", "echo ready $$; kill -STOP $$"]);
    assert.equal((await expire(running, "stopped")).stderr, "");
  });
}

/** A command with a daemon in a session of its own, which says its pid. */
const DAEMON = ["sh", "-c", 'setsid "$0" & exec sleep 1000', child("handles")];

function leftovers(binary: Binary): void {
  test("-v names what is left after an expired run", async () => {
    const running = curfew(binary, ["timeout", "-v", "1000", ...DAEMON]);
    const [, daemon] = await running.says(/^ready (\d+)$/m);
    running.kill("SIGALRM");
    const [, left] = await running.says(/: (still running: .*)\n/, "stderr");
    const name = child("handles").replace(/.*\//, "").slice(0, 15);
    assert.equal(left, `still running: ${daemon} '${name}'`);
    const ended = await running.ended;
    assert.ok(isOver(Number(daemon)), "it is ended");
    assert.deepEqual(linesOf(binary, ended), [sending("TERM", "sh"), left]);
    assert.equal(endOfRun(ended), "124");
  });

  test("nothing is said of what is left when the command ended by itself", async () => {
    const script = 'setsid "$0" & read end; exit 2';
    const words = ["timeout", "-v", "1000", "sh", "-c", script, child("handles")];
    const running = curfew(binary, words, { input: OPEN });
    const [, daemon] = await running.says(/^ready (\d+)$/m);
    running.write("end\n");
    await until("curfew has ended", () => isOver(running.pid));
    // It was left alone.
    process.kill(Number(daemon), "SIGKILL");
    const ended = await running.ended;
    assert.deepEqual([endOfRun(ended), ended.stderr], ["2", ""]);
  });

  test("children we came with are no leftovers", async () => {
    const before = [
      "sh",
      "-c",
      'sleep 1000 >/dev/null 2>&1 </dev/null & echo "child $!"; exec "$@"',
      "sh",
    ];
    const running = curfew(binary, ["timeout", "-v", NOW, ...SLEEP], { before });
    const [, inherited] = await running.says(/^child (\d+)$/m);
    const ended = await running.ended;
    process.kill(Number(inherited), "SIGKILL");
    assert.deepEqual(linesOf(binary, ended), [sending("TERM")]);
  });
}

type Metrics = Readonly<Record<string, unknown>>;

async function metrics(binary: Binary, words: readonly string[], value = "1"): Promise<Metrics> {
  const env = { TIMEOUT_METRICS: value };
  const { stderr } = await timeout(binary, words, { env });
  const last = stderr.trimEnd().split("\n").at(-1) ?? "";
  assert.ok(last.startsWith("{"), stderr);
  assert.equal(stderr.match(/^\{/gm)?.length, 1);
  return JSON.parse(last) as Metrics;
}

const KEYS = ["command", "duration_ms", "timed_out", "exit_code", "signal_sent", "elapsed_ms"];

const METRICS: readonly (readonly [words: readonly string[], wanted: Metrics])[] = [
  [
    ["1000", "sh", "-c", "exit 3"],
    {
      command: "sh -c exit 3",
      duration_ms: 1_000_000,
      timed_out: false,
      exit_code: 3,
      signal_sent: null,
    },
  ],
  [
    [NOW, ...SLEEP],
    {
      command: "sleep 1000",
      duration_ms: 10,
      timed_out: true,
      exit_code: 124,
      signal_sent: "SIGTERM",
    },
  ],
  [["-p", NOW, ...SLEEP], { timed_out: true, exit_code: 143, signal_sent: "SIGTERM" }],
  [["-s", "KILL", NOW, ...SLEEP], { timed_out: true, exit_code: 137, signal_sent: "SIGKILL" }],
  [["-s", "WINCH", "-k", NOW, NOW, ...SLEEP], { exit_code: 137, signal_sent: "SIGKILL" }],
  [["0", "true"], { duration_ms: 0, timed_out: false, exit_code: 0 }],
  [["1000", "sh", "-c", "kill -HUP $$"], { timed_out: false, exit_code: 129, signal_sent: null }],
  [["1000", "curfew-has-no-such"], { timed_out: false, exit_code: 127, signal_sent: null }],
];

function metricsLines(binary: Binary): void {
  for (const [words, wanted] of METRICS) {
    test(`TIMEOUT_METRICS: ${words.join(" ")}`, async () => {
      const told = await metrics(binary, words);
      assert.deepEqual(Object.keys(told), KEYS);
      for (const [key, value] of Object.entries(wanted)) assert.deepEqual(told[key], value, key);
      const { elapsed_ms: elapsed } = told;
      assert.ok(typeof elapsed === "number" && elapsed >= 0);
      if (told.timed_out === true) assert.ok(elapsed > Number(told.duration_ms));
    });
  }

  test("TIMEOUT_METRICS counts when set to anything, and not when unset", async () => {
    for (const value of ["", "0", "no"]) assert.ok(await metrics(binary, ["1000", "true"], value));
    assert.equal((await timeout(binary, ["1000", "true"])).stderr, "");
  });

  test("TIMEOUT_METRICS is the last line, after all others", async () => {
    const env = { TIMEOUT_METRICS: "1" };
    const { stderr } = await timeout(binary, ["-v", NOW, ...SLEEP], { env });
    assert.match(stderr, /: sending signal TERM to command 'sleep'\n\{.*\}\n$/);
  });

  test("TIMEOUT_METRICS is one line of valid JSON whatever the command's words", async () => {
    const env = { ...binary.env, TIMEOUT_METRICS: "1" };
    const script = '"$0" timeout 1000 true "$(printf \'a\\377b\\nc"\\\\\\t\\033\')"';
    const { stderr } = await run(["sh", "-c", script, binary.path], { env });
    assert.equal(stderr.split("\n").length, 2);
    assert.equal((JSON.parse(stderr) as Metrics).command, 'true a\ufffdb\nc"\\\t\u001b');
  });

  test("a stderr that is closed or full costs the command nothing", async () => {
    for (const pairs of ["--close 2", "--open 2=/dev/full"]) {
      const options = { env: { TIMEOUT_METRICS: "1" }, before: surroundings(pairs) };
      assert.equal(endOfRun(await timeout(binary, ["-v", NOW, ...SLEEP], options)), "124");
      assert.equal(endOfRun(await timeout(binary, ["1000", "sh", "-c", "exit 4"], options)), "4");
    }
  });
}

function names(binary: Binary): void {
  const link = join(FOLDER, `link-${binary.name}`, "timeout");
  const copy = join(FOLDER, `copy-${binary.name}`, "timeout");
  const made = run(["mkdir", join(link, ".."), join(copy, "..")]).then(() => {
    symlinkSync(binary.path, link);
    copyFileSync(binary.path, copy);
    chmodSync(copy, 0o755);
  });
  const spoken: readonly (readonly [program: string, argv0: string | undefined, name: string])[] = [
    [link, undefined, link],
    [copy, undefined, copy],
    [link, "timeout", "timeout"],
    [copy, "./timeout", "./timeout"],
    [binary.path, "timeout", "timeout"],
    [binary.path, "/x/y/timeout", "/x/y/timeout"],
  ];
  for (const [index, [program, argv0, name]] of spoken.entries()) {
    test(`S7: called as timeout, messages carry argv[0] (${index})`, async () => {
      await made;
      const options = { env: binary.env, ...(argv0 !== undefined && { argv0 }) };
      const sent = await start([program, "-v", NOW, ...SLEEP], options).ended;
      assert.deepEqual([endOfRun(sent), sent.stderr], ["124", `${name}: ${sending("TERM")}\n`]);
      const wrong = await start([program], options).ended;
      assert.ok(wrong.stderr.startsWith(`${name}: `));
      assert.match(wrong.stderr, /Try '.*timeout --help' for more information\.\n$/);
      const help = await start([program, "--help"], options).ended;
      assert.ok(help.stdout.startsWith(`Usage: ${name} [OPTION]... DURATION COMMAND`));
      const version = await start([program, "--version"], options).ended;
      assert.ok(version.stdout.startsWith(`${name} (curfew) `));
    });
  }

  test("S7: a strange argv[0] reaches no terminal as it is, whatever is printed", async () => {
    const argv0 = "/x\n\u009b31m\u202e/timeout";
    const name = "/x\\n\\302\\23331m\\342\\200\\256/timeout";
    const options = { env: { ...binary.env, LC_ALL: "C.UTF-8" }, argv0 };
    for (const words of [["--help"], ["--version"], ["-z"], ["-v", NOW, ...SLEEP]]) {
      const { stdout, stderr } = await start([binary.path, ...words], options).ended;
      const printed = stdout + stderr;
      assert.ok(printed.includes(name), printed);
      assert.doesNotMatch(printed.replaceAll("\n", ""), /[\p{Cc}\p{Bidi_Control}]/u);
    }
  });

  test("an existing script that uses timeout runs unchanged", async () => {
    await made;
    const script = "timeout 0.01 sleep 1000; echo $?; if timeout 1000 true; then echo ok; fi";
    const PATH = `${join(link, "..")}:${process.env.PATH}`;
    const { stdout } = await run(["sh", "-c", script], { env: { ...binary.env, PATH } });
    assert.equal(stdout, "124\nok\n");
  });

  const LOCALES: readonly (readonly [env: Readonly<Record<string, string>>, shown: string])[] = [
    [{ LC_ALL: "C" }, "\\303\\251"],
    [{ LC_ALL: "POSIX" }, "\\303\\251"],
    [{ LC_ALL: "", LANG: "en_US.UTF-8" }, "é"],
    [{ LC_ALL: "C.UTF-8" }, "é"],
    [{ LC_ALL: "de_DE.utf8" }, "é"],
    [{ LC_ALL: "", LC_CTYPE: "C.UTF-8", LANG: "C" }, "é"],
    [{ LC_ALL: "", LC_CTYPE: "C", LANG: "C.UTF-8" }, "\\303\\251"],
  ];
  for (const [env, shown] of LOCALES) {
    test(`S7: quotes in ${JSON.stringify(env)} are plain ones, é is ${shown}`, async () => {
      const empty = { LC_CTYPE: "", LANG: "", ...env };
      const { stderr } = await timeout(binary, ["-v", NOW, ...SLEEP], { env: empty });
      assert.ok(stderr.endsWith(": sending signal TERM to command 'sleep'\n"), stderr);
      const refused = await timeout(binary, ["-s", "é", NOW, ...SLEEP], { env: empty });
      assert.ok(refused.stderr.includes(`invalid signal '${shown}'`), refused.stderr);
      assert.match(refused.stderr, /\nTry '[^\n]* --help' for more information\.\n$/);
    });
  }
}

describe("what is said", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      sentLines(binary);
      stops(binary);
      leftovers(binary);
      metricsLines(binary);
      names(binary);
    });
  }
});
