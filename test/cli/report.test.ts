// --report: what is written, where to, and what it costs the command if it cannot.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, test } from "node:test";
import { BINARIES, type Binary, nameOf } from "./binary.ts";
import { child, number, surroundings } from "./children.ts";
import { FOLDER, newPath, readEvents, readReport, reporting, sentOf, staged } from "./reports.ts";
import { curfew, endOfRun, OPEN, run, type Spawn } from "./run.ts";

const NOW = "10ms";
const SLEEP = ["sleep", "1000"];
const HANDLES = child("handles");
const isRoot = process.getuid?.() === 0;

type Row = {
  readonly words: readonly string[];
  readonly end: string;
  readonly outcome: string;
  readonly child?: readonly [exit_code: number | null, signal: string | null];
  readonly sent?: readonly string[];
  readonly before?: readonly string[];
  /** Why it was not started. */
  readonly error?: object;
};

const DEAF = surroundings(`--ignore ${number("TERM")}`);

const ROWS: readonly Row[] = [
  { words: ["run", "sh", "-c", "exit 5"], end: "5", outcome: "exited", child: [5, null] },
  { words: ["timeout", "9", "true"], end: "0", outcome: "exited", child: [0, null] },
  {
    words: ["run", "sh", "-c", "kill -HUP $$"],
    end: "SIGHUP",
    outcome: "signaled",
    child: [null, "SIGHUP"],
  },
  {
    words: ["run", "--timeout", NOW, ...SLEEP],
    end: "124",
    outcome: "timed_out",
    child: [null, "SIGTERM"],
    sent: ["SIGTERM child 1"],
  },
  {
    words: ["timeout", "0.01", ...SLEEP],
    end: "124",
    outcome: "timed_out",
    child: [null, "SIGTERM"],
    sent: ["SIGTERM group 1"],
  },
  {
    words: ["run", "--timeout", NOW, "-k", NOW, ...SLEEP],
    end: "124",
    outcome: "timed_out",
    child: [null, "SIGKILL"],
    before: DEAF,
  },
  {
    words: ["run", "--timeout", NOW, "-s", "KILL", ...SLEEP],
    end: "124",
    outcome: "timed_out",
    child: [null, "SIGKILL"],
    sent: ["SIGKILL tree 1"],
  },
  {
    words: ["run", "curfew-has-no-such"],
    end: "127",
    outcome: "spawn_failed",
    error: { code: "not_found", errno: "ENOENT", detail: null },
  },
  {
    words: ["timeout", "9", "."],
    end: "126",
    outcome: "spawn_failed",
    error: { code: "not_executable", errno: "EACCES", detail: "a directory" },
  },
];

function contents(binary: Binary): void {
  for (const { words, end, outcome, child: main, sent = [], before = [], error } of ROWS) {
    test(`${words.join(" ")}: ${outcome}`, async () => {
      const { ended, report } = await reporting(binary, words, { before }).told();
      assert.deepEqual([endOfRun(ended), report.outcome], [end, outcome]);
      const isOurs = !end.startsWith("SIG");
      if (isOurs) assert.equal(String(report.exit_code), end);
      const { child: told } = report;
      assert.deepEqual(told && [told.exit_code, told.signal], main ?? null);
      assert.deepEqual(report.error, error ?? null);
      const isHard = before.length > 0;
      assert.equal(report.escalated, isHard);
      if (!isHard) assert.deepEqual(sentOf(report), sent);
      if (told === null) return;
      assert.deepEqual([report.tree_gone, report.proof], [true, "echild"]);
      assert.deepEqual([report.containment, report.limits], ["subreaper", {}]);
    });
  }

  test("the command's words, and their bytes where they are not UTF-8", async () => {
    const path = newPath();
    const words = `"$0" run --report "$1" true "é€𐀀" "a\nb" "$(printf '\\377\\300x')"`;
    const argv = ["sh", "-c", words, binary.path, path];
    assert.equal(endOfRun(await run(argv, { env: binary.env })), "0");
    const { command, command_base64 = [] } = readReport(readFileSync(path, "utf8"));
    assert.deepEqual(command, ["true", "é€𐀀", "a\nb", "\ufffd\ufffdx"]);
    const bytes = command_base64.map((word) => Buffer.from(word, "base64").toString("latin1"));
    assert.equal(bytes.at(-1), "\xff\xc0x");
    assert.equal(Buffer.from(bytes[1] ?? "", "latin1").toString(), "é€𐀀");
    const { report } = await reporting(binary, ["run", "true", "é"]).told();
    assert.equal("command_base64" in report, false);
  });
}

function places(binary: Binary): void {
  test("a new file has mode 0600, whatever the umask; one that is there is emptied", async () => {
    const path = newPath();
    const before = surroundings("--umask 0");
    const words = ["run", "--report", path, "true"];
    assert.equal(endOfRun(await curfew(binary, words, { before }).ended), "0");
    assert.equal(statSync(path).mode & 0o7777, 0o600);
    writeFileSync(path, "x".repeat(100_000));
    assert.equal(endOfRun(await curfew(binary, words, { before }).ended), "0");
    readReport(readFileSync(path, "utf8"));
  });

  test("fd:N: the descriptor as it is given, and the command does not see it", async () => {
    const path = newPath();
    writeFileSync(path, "before\n");
    const script = `exec 7>>"$1" 8>>"$1.8"; exec "$0" run --report fd:7 --events fd:8 \
      sh -c 'for n in 3 4 5 6 7 8 9; do
        [ -e /proc/$$/fd/$n ] && echo "sees $n"; done; echo looked'`;
    const { stdout } = await run(["sh", "-c", script, binary.path, path], { env: binary.env });
    assert.equal(stdout, "looked\n");
    const [first, ...rest] = readFileSync(path, "utf8").split("\n");
    assert.equal(first, "before");
    readReport(rest.join("\n"));
    readEvents(readFileSync(`${path}.8`, "utf8"));
  });

  test("a path is no descriptor of the command's either", async () => {
    const list = ["sh", "-c", "ls /proc/self/fd"];
    const { stdout } = await run(list);
    const path = newPath();
    const words = ["run", "--report", path, "--events", `${path}.events`, ...list];
    assert.equal((await curfew(binary, words).ended).stdout, stdout);
  });

  test("an earlier report stays until there is a new one", async () => {
    const path = newPath("report");
    writeFileSync(path, "earlier\n");
    const running = curfew(binary, ["run", "--report", path, HANDLES]);
    await running.says(/^ready/);
    assert.equal(readFileSync(path, "utf8"), "earlier\n");
    running.kill("SIGTERM");
    await running.ended;
    readReport(readFileSync(path, "utf8"));
  });

  test("earlier events stay until there is a new line", async () => {
    const path = newPath("events");
    writeFileSync(path, "earlier\n".repeat(1000));
    const missing = join(FOLDER, "missing", "report");
    const words = ["run", "--events", path, "--report", missing, "true"];
    assert.equal(endOfRun(await curfew(binary, words).ended), "125");
    assert.match(readFileSync(path, "utf8"), /^(earlier\n){1000}$/);
    assert.equal(endOfRun(await curfew(binary, ["run", "--events", path, "true"]).ended), "0");
    readEvents(readFileSync(path, "utf8"));
  });

  test("one file under two names is refused, and stays as it was", async () => {
    const path = newPath("report");
    writeFileSync(path, "earlier\n");
    const [soft, hard, folder] = [`${path}.soft`, `${path}.hard`, `${FOLDER}.other`];
    symlinkSync(path, soft);
    linkSync(path, hard);
    symlinkSync(FOLDER, folder);
    const name = basename(path);
    const names = [`./${name}`, `../${basename(FOLDER)}/${name}`, `${folder}/${name}`, soft, hard];
    for (const other of [...names, "fd:9", "/dev/fd/9"]) {
      for (const [report, events] of [
        [path, other],
        [other, path],
      ] as const) {
        const before = ["sh", "-c", 'exec "$@" 9>>"$0"', path];
        const words = ["run", "--report", report, "--events", events, "echo", "started"];
        const ended = await curfew(binary, words, { before, cwd: FOLDER }).ended;
        assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""], other);
        assert.match(
          ended.stderr,
          /^[^\n]* run: --events OUTPUT: invalid output [^\n]*\nTry [^\n]*\n$/,
        );
        assert.equal(readFileSync(path, "utf8"), "earlier\n");
      }
    }
    rmSync(folder);
  });

  test("a file whose name looks like a descriptor", async () => {
    const words = ["run", "--report", "./fd:3", "true"];
    assert.equal(endOfRun(await curfew(binary, words, { cwd: FOLDER }).ended), "0");
    readReport(readFileSync(join(FOLDER, "fd:3"), "utf8"));
  });
}

const DIRECTORY = join(FOLDER, "directory");
mkdirSync(DIRECTORY);

/** Places that cannot be opened. */
const REFUSED: readonly (readonly [name: string, place: string, before?: readonly string[]])[] = [
  ["a directory that is missing", join(FOLDER, "missing", "report")],
  ["a directory", DIRECTORY],
  ["an empty name", ""],
  ["a FIFO without a reader", fifo()],
  ["a descriptor that is read-only", "fd:7", ["sh", "-c", 'exec "$@" 7</dev/null', "sh"]],
  ["a descriptor that is closed", "fd:7", surroundings("--close 7")],
  ["a descriptor that is closed, whose number is our next", "fd:3", surroundings("--close 3")],
  ["a descriptor that cannot be", "fd:99999"],
];

function fifo(): string {
  const path = newPath("fifo");
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  return path;
}

function refusals(binary: Binary): void {
  for (const option of ["--report", "--events"]) {
    for (const [name, place, before = []] of REFUSED) {
      test(`${option} to ${name}: 125, one line, nothing is started`, async () => {
        for (const subcommand of [["run"], ["timeout", "9"]]) {
          const [first = "", ...rest] = subcommand;
          const words = [first, option, place, ...rest, "echo", "started"];
          const ended = await curfew(binary, words, { before }).ended;
          assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
          const [line = "", more = ""] = ended.stderr.split("\n");
          assert.ok(line.startsWith(`${nameOf(binary)} ${first}: ${option}`), ended.stderr);
          assert.ok(more === "" || more.startsWith("Try "), ended.stderr);
        }
      });
    }
  }

  test("a place that only another user may write to", {
    skip: !isRoot && "needs root",
  }, async () => {
    const path = newPath();
    writeFileSync(path, "kept");
    const before = ["setpriv", "--reuid", "12345", "--clear-groups", "--"];
    const words = ["run", "--report", path, "echo", "started"];
    const ended = await curfew(staged(binary), words, { before }).ended;
    assert.deepEqual([endOfRun(ended), ended.stdout], ["125", ""]);
    assert.match(ended.stderr, /--report: cannot write to .*: permission denied\n$/);
    assert.equal(readFileSync(path, "utf8"), "kept");
  });
}

/** Runs to the end once the reader of a FIFO is gone. */
async function withoutReader(binary: Binary, option: string, options: Spawn = {}) {
  const path = fifo();
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const words = ["run", option, path, "sh", "-c", "echo ready; read end; exit 5"];
  const running = curfew(binary, words, { ...options, input: OPEN });
  await running.says(/^ready/);
  closeSync(reader);
  running.write("end\n");
  return { ended: await running.ended, path };
}

function later(binary: Binary): void {
  for (const option of ["--report", "--events"]) {
    test(`${option} to a full disk: one warning, and the command's own end`, async () => {
      for (const [command, end] of [
        [["sh", "-c", "exit 5"], "5"],
        [["sh", "-c", "kill -TERM $$"], "SIGTERM"],
      ] as const) {
        const ended = await curfew(binary, ["run", option, "/dev/full", ...command]).ended;
        assert.equal(endOfRun(ended), end);
        const line = `${option}: cannot write to '/dev/full': no space left on device`;
        assert.equal(ended.stderr, `${nameOf(binary)} run: ${line}\n`);
      }
    });

    test(`${option} to a reader that is gone: one warning, and the command's own end`, async () => {
      const { ended, path } = await withoutReader(binary, option);
      assert.equal(endOfRun(ended), "5");
      const line = `${option}: cannot write to '${path}': it has no reader`;
      assert.equal(ended.stderr, `${nameOf(binary)} run: ${line}\n`);
      // Nor by a signal that our caller did not ignore.
      const before = surroundings(`--block ${number("USR1")}`);
      assert.equal(endOfRun((await withoutReader(binary, option, { before })).ended), "5");
    });
  }

  test("a signal to us while it runs: the report is written all the same", async () => {
    const running = reporting(binary, ["run", HANDLES]);
    await running.says(/^ready/);
    running.kill("SIGINT");
    const { ended, report } = await running.told();
    assert.deepEqual([endOfRun(ended), report.outcome], ["SIGINT", "cancelled"]);
  });
}

describe("report", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      contents(binary);
      places(binary);
      refusals(binary);
      later(binary);
    });
  }
});
