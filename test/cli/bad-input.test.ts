// Bad input gets one clear line, the right exit code, and nothing keeps running: a run is over only
// when no process holds its output any more.
import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BINARIES, type Binary, BUNDLE, nameOf } from "./binary.ts";
import { surroundings } from "./children.ts";
import type { Ended } from "./run.ts";
import { curfew, endOfRun, run, timeout } from "./run.ts";

/** What is wrong, the words, the exit code, and what the line has to say beyond our name. */
type Row = readonly [name: string, words: readonly string[], code: number, says: RegExp];

const SLEEP = ["sleep", "1000"];

/** Mistakes of the user's: the line, and one that says where help is. */
const USAGE: readonly Row[] = [
  ["no operands", [], 125, /missing operand/],
  ["one operand", ["1"], 125, /missing operand/],
  ["only --", ["--"], 125, /missing operand/],
  ["unknown long option", ["--bogus", "1", ...SLEEP], 125, /option '--bogus'/],
  ["unknown long option with a value", ["--bogus=1", "1", ...SLEEP], 125, /option '--bogus=1'/],
  ["unknown short option", ["-x", "1", ...SLEEP], 125, /option '-x'/],
  ["unknown short option in a bundle", ["-vx", "1", ...SLEEP], 125, /option '-x'/],
  ["a number as an option", ["-5", ...SLEEP], 125, /option '-5'/],
  ["ambiguous prefix", ["--v", "1", ...SLEEP], 125, /ambiguous option '--v'/],
  ["longer ambiguous prefix", ["--ver", "1", ...SLEEP], 125, /ambiguous option '--ver'/],
  ["missing value, short", ["-k"], 125, /-k DURATION: missing value/],
  ["missing value, long", ["--signal"], 125, /--signal SIGNAL: missing value/],
  ["a value where none is taken", ["--foreground=1", "1", ...SLEEP], 125, /--foreground.*'1'/],
  ["malformed DURATION", ["1x", ...SLEEP], 125, /DURATION: invalid time interval '1x'/],
  ["empty DURATION", ["", ...SLEEP], 125, /DURATION: invalid time interval ''/],
  ["negative DURATION", ["--", "-1", ...SLEEP], 125, /DURATION: invalid time interval '-1'/],
  ["malformed -k", ["-k", "1w", "1", ...SLEEP], 125, /-k DURATION: invalid time interval '1w'/],
  ["malformed SIGNAL", ["-s", "FOO", "1", ...SLEEP], 125, /-s SIGNAL: invalid signal 'FOO'/],
  ["empty SIGNAL", ["--signal=", "1", ...SLEEP], 125, /--signal SIGNAL: invalid signal ''/],
  ["S5: the signal first", ["-s", "FOO", "1x", ...SLEEP], 125, /invalid signal 'FOO'/],
  ["S5: no command is not 127", ["-s", "FOO", "1"], 125, /invalid signal 'FOO'/],
  ["S5: DURATION before the command", ["1x", "curfew-has-no-such"], 125, /interval '1x'/],
  ["a line end in the input", ["-s", "a\nb", "1", ...SLEEP], 125, /invalid signal 'a\\nb'/],
  ["64 KB of nonsense", ["-s", "y".repeat(65536), "1", ...SLEEP], 125, /invalid signal 'yyy/],
];

/** The same of `init`. */
const INIT_USAGE: readonly Row[] = [
  ["no operands", [], 125, /COMMAND: missing operand/],
  ["only options", ["-v", "--"], 125, /COMMAND: missing operand/],
  ["unknown option", ["--watchdog", ...SLEEP], 125, /option '--watchdog': did you mean --watch/],
  ["unknown signal", ["--rewrite", "TERM:FOO", ...SLEEP], 125, /--rewrite .* 'TERM:FOO'/],
  ["signal 0 rewritten", ["--rewrite=0:TERM", ...SLEEP], 125, /--rewrite .* '0:TERM'/],
  ["no stop signals", ["--stop-signals=", ...SLEEP], 125, /--stop-signals SIGNALS: .* ''/],
  ["an exit code too large", ["--expect-exit", "256", ...SLEEP], 125, /--expect-exit .* '256'/],
  ["no time to end", ["--kill-after", "0", ...SLEEP], 125, /--kill-after .* '0': .* --signal KILL/],
  ["a reload signal that cannot be caught", ["--reload-signal=KILL", ...SLEEP], 125, /be caught/],
  ["a reload that is the end", ["--reload-signal=TERM", ...SLEEP], 125, /among --stop-signals/],
  ["ready on stderr", ["--ready", "fd:2", ...SLEEP], 125, /--ready HOW: .* 'fd:2'/],
  ["ready on a socket", ["--ready=fd:3", "--ports=0", ...SLEEP], 125, /'fd:3': expected fd:4/],
  ["no address", ["--listen", "web", ...SLEEP], 125, /--listen ADDRESS: .* 'web'/],
  ["no port", ["--ports", "80,x", ...SLEEP], 125, /--ports PORTS: .* '80,x'/],
  ["an empty path", ["--watch=", ...SLEEP], 125, /--watch PATH: .* ''/],
  ["an empty pattern", ["--spare=", ...SLEEP], 125, /--spare GLOB: invalid pattern '': .*'git gc/],
  ["nothing to look at", ["--poll", ...SLEEP], 125, /--poll: no effect alone: expected --watch /],
  ["nothing to wait for", ["--debounce=1", ...SLEEP], 125, /--debounce: .* --watch PATH/],
  ["nothing to ignore", ["--ignore=x", ...SLEEP], 125, /--ignore: .* --watch PATH/],
  ["no next one", ["--exit-on-error", ...SLEEP], 125, /--exit-on-error: .* or --reload-signal/],
  ["two writers", ["--report=r", "--events=./r", ...SLEEP], 125, /--events OUTPUT: .* '\.\/r'/],
];

/** What the world refuses: one line. */
const NO_INTERPRETER =
  /cannot run '\.\/no-interpreter': its interpreter '\/nowhere\/sh' does not exist$/m;

const WORLD: readonly Row[] = [
  ["not found", ["1000", "curfew-has-no-such"], 127, /'curfew-has-no-such': no such file/],
  ["not found, a path", ["1000", "./none"], 127, /'\.\/none': no such file/],
  ["an empty name", ["1000", ""], 127, /'': no such file/],
  ["a missing interpreter", ["1000", "./no-interpreter"], 127, NO_INTERPRETER],
  ["a directory", ["1000", "."], 126, /'\.': it is a directory$/m],
  ["no permission", ["1000", "./plain"], 126, /'\.\/plain': permission denied/],
  ["a file as a directory", ["1000", "./plain/x"], 126, /'\.\/plain\/x': /],
  ["a loop of links", ["1000", "./loop"], 126, /'\.\/loop': too many symbolic links/],
  ["a name too long", ["1000", `./${"x".repeat(300)}`], 126, /': file name too long/],
];

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-bad-input-"));
chmodSync(FOLDER, 0o755);
after(() => rmSync(FOLDER, { recursive: true }));
const MADE = run(
  [
    "sh",
    "-c",
    `
  printf '#!/nowhere/sh\\n' > no-interpreter; chmod +x no-interpreter
  printf '\\177ELF garbage \\001\\002\\003\\n' > garbage; chmod +x garbage
  echo true > plain; ln -s loop loop
`,
  ],
  { cwd: FOLDER },
);

// getrlimit(2): the numbers of the resources, the same on x86-64 and arm64.
const DATA = 2;
const STACK = 3;
const PROCESSES = 6;
const DESCRIPTORS = 7;
const ADDRESSES = 9;

const MEGABYTE = 1 << 20;

/** The environment shares the room of the arguments. */
const EMPTY = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));

describe("bad input", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      rows(binary);
      names(binary);
      outputs(binary);
      resources(binary);
      memory(binary);
    });
  }
});

function rows(binary: Binary): void {
  for (const [name, words, code, says] of USAGE) {
    test(`usage: ${name}`, async () => {
      const end = await timeout(binary, words);
      assertLines(binary, end, code, says, 2);
      assert.match(end.stderr, /\nTry '.* timeout --help' for more information\.\n$/);
    });
  }
  for (const [name, words, code, says] of INIT_USAGE) {
    test(`usage of init: ${name}`, async () => {
      const end = await curfew(binary, ["init", ...words]).ended;
      assertLines(binary, end, code, says, 2, "init");
      assert.match(end.stderr, /\nTry '.* init --help' for more information\.\n$/);
    });
  }
  for (const [name, words, code, says] of WORLD) {
    test(`spawn: ${name}`, async () => {
      await MADE;
      assertLines(binary, await timeout(binary, words, { cwd: FOLDER }), code, says, 1);
    });
  }
  for (const subcommand of ["run", "init"]) {
    test(`spawn: a missing interpreter, ${subcommand}`, async () => {
      await MADE;
      const end = await curfew(binary, [subcommand, "./no-interpreter"], { cwd: FOLDER }).ended;
      assertLines(binary, end, 127, NO_INTERPRETER, 1, subcommand);
    });
  }
  for (const words of [["bogus"], ["--bogus"], [""]]) {
    test(`no subcommand: curfew ${words.join(" ")}`, async () => {
      const { code, stdout, stderr } = await curfew(binary, words).ended;
      assert.deepEqual([code, stdout, linesOf(stderr).length], [125, "", 2]);
    });
  }
}

/** Exactly these many lines, the first in our name; nothing on stdout. */
function assertLines(
  binary: Binary,
  { code, signal, stdout, stderr }: Ended,
  wanted: number,
  says: RegExp,
  count: number,
  subcommand = "timeout",
): void {
  assert.deepEqual([code, signal, stdout], [wanted, null, ""], stderr.slice(0, 300));
  const [first = ""] = linesOf(stderr);
  assert.ok(first.startsWith(`${nameOf(binary)} ${subcommand}: `), first);
  assert.match(first, says);
  assert.equal(linesOf(stderr).length, count, stderr.slice(0, 300));
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

function names(binary: Binary): void {
  test("garbage with an execute bit goes to sh, whose word and code it is", async () => {
    await MADE;
    const end = await timeout(binary, ["1000", "./garbage"], { cwd: FOLDER });
    const shell = await run(["sh", "./garbage"], { cwd: FOLDER });
    assert.deepEqual(
      [end.code, linesOf(end.stderr).length],
      [shell.code, linesOf(shell.stderr).length],
    );
    assert.doesNotMatch(end.stderr, /curfew/);
  });

  test("a name that is not UTF-8 is shown byte for byte", async () => {
    const words = '"$0" timeout 1000 "$(printf \'no\\377such\')"; exit $?';
    const { code, stderr } = await run(["sh", "-c", words, binary.path], { env: binary.env });
    assert.deepEqual([code, linesOf(stderr).length], [127, 1]);
    assert.match(stderr, /cannot run 'no\\377such': no such file/);
  });

  test("values that are not UTF-8 are refused like others", async () => {
    const words = '"$0" timeout -s "$(printf \'\\377\')" 1 true; exit $?';
    const { code, stderr } = await run(["sh", "-c", words, binary.path], { env: binary.env });
    assert.deepEqual([code, linesOf(stderr).length], [125, 2]);
    assert.match(stderr, /invalid signal '\\377'/);
  });

  test("argv of almost 2 MB reaches the command whole, in few words and in many", async () => {
    for (const [count, word] of [
      [14, "a".repeat(130_000)],
      [80_000, "b".repeat(10)],
    ] as const) {
      const words = Array<string>(count).fill(word);
      const options = { env: { ...EMPTY }, before: [] };
      const script = 'echo $# $(printf %s "$@" | wc -c)';
      const { code, stdout } = await timeout(
        binary,
        ["1000", "/bin/sh", "-c", script, "sh", ...words],
        options,
      );
      assert.deepEqual([code, stdout], [0, `${count} ${count * word.length}\n`]);
    }
  });
}

function outputs(binary: Binary): void {
  const closed = { before: surroundings("--close 2") };
  const rowsOfClosed: readonly [words: readonly string[], end: string][] = [
    [["-v", "0.01", ...SLEEP], "124"],
    [["-vs", "WINCH", "-k", "0.01", "0.01", ...SLEEP], "SIGKILL"],
    [["-v", "1000", "sh", "-c", "exit 7"], "7"],
    [["1000", "./none"], "127"],
    [["--bogus"], "125"],
  ];
  for (const [words, end] of rowsOfClosed) {
    test(`S34: stderr closed: ${words.slice(0, 3).join(" ")} is ${end}`, async () => {
      assert.equal(endOfRun(await timeout(binary, words, closed)), end);
    });
    // A usage error is written as any program writes one: where its reader is gone, SIGPIPE ends
    // us.
    if (end !== "125")
      test(`S34: stderr has no reader: ${words.slice(0, 3).join(" ")} is ${end}`, async () => {
        // The reader is gone before we start: a write would be answered with SIGPIPE.
        assert.equal(endOfRun(await timeout(binary, words, { before: deaf() })), end);
      });
    test(`stderr is a full device: ${words.slice(0, 3).join(" ")} is ${end}`, async () => {
      const before = surroundings("--open 2=/dev/full");
      assert.equal(endOfRun(await timeout(binary, words, { before })), end);
    });
  }
  for (const words of [
    ["timeout", "--help"],
    ["timeout", "--version"],
    ["--help"],
    ["--version"],
  ]) {
    test(`S6: ${words.join(" ")} prints on stdout; 125 where it cannot`, async () => {
      const printed = await curfew(binary, words).ended;
      assert.deepEqual([printed.code, printed.stderr], [0, ""]);
      assert.match(printed.stdout, /curfew/);
      const full = await curfew(binary, words, { before: surroundings("--open 1=/dev/full") })
        .ended;
      assert.equal(full.code, 125);
      assert.equal(linesOf(full.stderr).length, 1);
      assert.match(full.stderr, /: no space left on device\n$/);
      const shut = await curfew(binary, words, { before: surroundings("--close 1") }).ended;
      assert.deepEqual([shut.code, linesOf(shut.stderr).length], [125, 1]);
    });
  }
}

/** Words in front of a program: its stderr is a pipe whose reader is gone. */
function deaf(): string[] {
  return ["sh", "-c", 'mkfifo "$0"; exec 3<>"$0" 2>"$0" 3<&-; rm "$0"; exec "$@"', fifo()];
}

let fifos = 0;
function fifo(): string {
  fifos += 1;
  return join(FOLDER, `fifo-${fifos}`);
}

function resources(binary: Binary): void {
  test("EMFILE: one line, 125, and the command is not started", async () => {
    // Cold, the bundle cannot even be opened, and there is nothing yet that could say so.
    for (const count of binary.name === "frozen" ? [0, 1, 2, 3] : []) {
      const before = surroundings(`--limit ${DESCRIPTORS}=${count}`);
      const end = await timeout(binary, ["1000", "echo", "started"], { before });
      assertLines(
        binary,
        end,
        125,
        /cannot run 'echo': too many open files \(RLIMIT_NOFILE, ulimit -n\)$/m,
        1,
      );
    }
  });

  test("room for one descriptor more is enough", async () => {
    const before = surroundings(`--limit ${DESCRIPTORS}=4`);
    assert.equal((await timeout(binary, ["1000", "true"], { before })).code, 0);
    assert.equal((await timeout(binary, ["0.01", ...SLEEP], { before })).code, 124);
  });

  test("EAGAIN: one line, 125", async () => {
    const user = process.getuid?.() === 0 ? "--uid 65534 " : "";
    const open = copyForOthers(binary);
    const before = surroundings(`${user}--limit ${PROCESSES}=1`);
    const helper = join(FOLDER, "surroundings");
    cpSync(before[0] ?? "", helper);
    chmodSync(helper, 0o755);
    const end = await timeout(open, ["1000", "echo", "x"], {
      before: [helper, ...before.slice(1)],
    });
    assertLines(open, end, 125, /cannot run 'echo': resource temporarily unavailable$/m, 1);
  });

  test("a stack of 64 KB is enough, and is the command's too", async () => {
    const before = surroundings(`--limit ${STACK}=65536`);
    const words = ["1000", "sh", "-c", "ulimit -s"];
    assert.equal((await timeout(binary, words, { before })).stdout, "64\n");
    assert.equal((await timeout(binary, ["0.01", ...SLEEP], { before })).code, 124);
  });
}

/** Where other users may read it. */
function copyForOthers(binary: Binary): Binary {
  const path = join(FOLDER, `curfew-${binary.name}`);
  const bundle = join(FOLDER, "bundle.js");
  cpSync(binary.path, path);
  cpSync(BUNDLE, bundle);
  chmodSync(path, 0o755);
  chmodSync(bundle, 0o644);
  return { ...binary, path, env: binary.name === "cold" ? { CURFEW_BUNDLE: bundle } : {} };
}

function memory(binary: Binary): void {
  // Cold, everything is loaded anew; that needs more, and is no product of ours.
  const enough = binary.name === "frozen" ? 6 : 4400;
  for (const [name, resource] of [
    ["ulimit -v", ADDRESSES],
    ["ulimit -d", DATA],
  ] as const) {
    test(`${name} low: it works`, async () => {
      const before = surroundings(`--limit ${resource}=${enough * MEGABYTE}`);
      assert.equal((await timeout(binary, ["1000", "true"], { before })).code, 0);
      assert.equal((await timeout(binary, ["0.01", ...SLEEP], { before })).code, 124);
    });
  }

  if (binary.name === "cold") return;
  const ARGUMENTS = {
    "no arguments": [],
    "few long arguments": Array<string>(15).fill("x".repeat(100_000)),
    "many short arguments": Array<string>(15_000).fill("y".repeat(90)),
  } as const;
  for (const [name, words] of Object.entries(ARGUMENTS)) {
    test(`memory for ${name}: one line that says so, or it works; never a dump`, async () => {
      const ends = await endsBySize(binary, words);
      assertMemory(ends);
      // Without arguments the kernel's own limit may be less than a step below ours.
      assert.ok(words.length === 0 || ends.some((end) => end.startsWith("125: ")), "too small");
    });
  }
}

const STEP = 64 << 10;

/** How a run ends with each size of the address space, from too small for the kernel to enough. */
async function endsBySize(binary: Binary, words: readonly string[]): Promise<readonly string[]> {
  const ends: string[] = [];
  for (let size = 3 * MEGABYTE; size <= 12 * MEGABYTE; size += STEP) {
    const before = surroundings(`--limit ${ADDRESSES}=${size}`);
    const end = await timeout(binary, ["1000", "true", ...words], { before });
    ends.push(`${endOfRun(end)}: ${end.stderr.slice(0, 200)}`);
    // A megabyte more than the first size that is enough: it stays enough.
    if (ends.length > 16 && ends.slice(-16).every((seen) => seen === "0: ")) break;
  }
  return ends;
}

/** The kernel cannot even load the program (it kills with SIGSEGV), then one line, then success. */
function assertMemory(ends: readonly string[]): void {
  const started = ends.slice(ends.findIndex((end) => !end.startsWith("SIGSEGV: ")));
  for (const end of started) assert.match(end, /^(0: |125: [^\n]*not enough memory[^\n]*\n)$/);
  assert.equal(ends.at(-1), "0: ");
}
