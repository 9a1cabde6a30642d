// Nothing that is written to holds curfew: a terminal, a pipe, a socket or a file that takes
// nothing costs what was to be written, and neither the signals nor our own end.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { BINARIES, type Binary, nameOf } from "./binary.ts";
import { child, number, script, surroundings } from "./children.ts";
import { newPath, readEvents, readReport } from "./reports.ts";
import { curfew, endOfRun, run, until } from "./run.ts";

const LIMITS = ["--timeout", "50ms", "-k", "50ms"];
const SLEEP = ["sleep", "1000"];
const DEAF = surroundings(`--ignore ${number("TERM")}`);
const UNREAD = ["python3", script("unread.py")];
const STUCK = child("stuck");
/** A command whose name and words make what is said of it longer than a terminal's room. */
const LONG = [`/bin/${"./".repeat(1500)}sh`, "-c", "exec sleep 1000", "x".repeat(100_000)];

const CANNOT = spawnSync(STUCK, ["9", "true"]).status === 0 ? false : "needs seccomp's listeners";

/** The run came to its end. On a busy machine the first signal may be the guardian's. */
function assertWhole(report: string): void {
  const { outcome, signals_sent: sent } = readReport(readFileSync(report, "utf8"));
  assert.equal(outcome, "timed_out");
  assert.equal(sent.at(-1)?.signal, "SIGKILL");
}

function takers(binary: Binary): void {
  for (const kind of ["terminal", "paused", "pipe", "socket", "datagrams"]) {
    test(`messages to a ${kind} that takes nothing hold nothing`, async () => {
      const report = newPath("report");
      const before = [...UNREAD, kind, "2", ...DEAF];
      const words = ["run", "-v", "--report", report, ...LIMITS, ...LONG];
      const { code, stderr } = await curfew(binary, words, { before }).ended;
      assert.deepEqual([code, stderr], [124, ""]);
      assertWhole(report);
    });

    test(`events and a report to a ${kind} that takes nothing hold nothing`, async () => {
      for (const [option, other] of [
        ["--events", "--report"],
        ["--report", "--events"],
      ] as const) {
        const path = newPath("told");
        const before = [...UNREAD, kind, "9", ...DEAF];
        const words = ["run", "-q", option, "fd:9", other, path, ...LIMITS, ...LONG];
        const { code, stderr } = await curfew(binary, words, { before }).ended;
        assert.equal(code, 124, stderr);
        assert.match(stderr, new RegExp(`^[^\n]*${option}: cannot write to 'fd:9': [^\n]*\n$`));
        if (other === "--report") assertWhole(path);
        else assert.equal(readEvents(readFileSync(path, "utf8")).report.outcome, "timed_out");
      }
    });
  }
}

/** Files to which no write comes back. */
function files(binary: Binary): void {
  const onFile = (fd: string) => ["sh", "-c", `exec "$@" ${fd}>>"$0"`, newPath("stuck")];

  test("messages to a file that is stuck hold nothing", { skip: CANNOT }, async () => {
    const report = newPath("report");
    const before = [...onFile("2"), STUCK, "2", ...DEAF];
    const words = ["run", "-v", "--report", report, ...LIMITS, ...SLEEP];
    assert.equal((await curfew(binary, words, { before }).ended).code, 124);
    assertWhole(report);
  });

  test("events and a report to a file that is stuck hold nothing", { skip: CANNOT }, async () => {
    for (const [option, other] of [
      ["--events", "--report"],
      ["--report", "--events"],
    ] as const) {
      const path = newPath("told");
      const before = [...onFile("9"), STUCK, "9", ...DEAF];
      const words = ["run", "-q", option, "fd:9", other, path, ...LIMITS, ...SLEEP];
      const { code, stderr } = await curfew(binary, words, { before }).ended;
      assert.equal(code, 124, stderr);
      const reason = "resource temporarily unavailable";
      assert.equal(stderr, `${nameOf(binary)} run: ${option}: cannot write to 'fd:9': ${reason}\n`);
      if (other === "--report") assertWhole(path);
      else assert.equal(readEvents(readFileSync(path, "utf8")).report.outcome, "timed_out");
    }
  });

  test("the answer of kill to what takes nothing holds nothing", { skip: CANNOT }, async () => {
    for (const before of [
      [...UNREAD, "pipe", "1"],
      [...UNREAD, "paused", "1"],
      [...onFile("1"), STUCK, "1"],
    ]) {
      const victim = curfew(binary, ["run", ...SLEEP]);
      await until("it runs", () => victim.pid > 0);
      const { code, stderr } = await curfew(binary, ["kill", String(victim.pid)], { before }).ended;
      await victim.ended;
      assert.equal(code, 125);
      assert.match(stderr, /^[^\n]* kill: cannot write to standard output: [^\n]*\n$/);
    }
  });

  test("a file system that is frozen holds nothing", { skip: WHY_NO_MOUNT }, async () => {
    await onFrozen(async (folder, freeze) => {
      const [events, report] = [join(folder, "events"), newPath("report")];
      const before = DEAF;
      const words = [
        "timeout",
        "--events",
        events,
        "--report",
        report,
        "-k",
        "0.05",
        "1000",
        ...SLEEP,
      ];
      const running = curfew(binary, words, { before });
      const hasBegun = () => readFileSync(events, "utf8").includes("spawned");
      await until("it has begun", () => tried(hasBegun));
      freeze();
      running.kill("SIGALRM");
      const ended = await running.ended;
      const { stderr } = ended;
      assert.equal(endOfRun(ended), "SIGKILL");
      assert.match(stderr, /^[^\n]*--events: cannot write to [^\n]*\n$/);
      assert.equal(readReport(readFileSync(report, "utf8")).outcome, "timed_out");
    });
  });
}

function tried(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return false;
  }
}

/** Why there can be no file system of our own to freeze. */
const WHY_NO_MOUNT = whyNoMount();

function whyNoMount(): string | false {
  if (process.getuid?.() !== 0) return "needs root";
  const made = mount(newPath("try"));
  if (made === undefined) return "needs a loop device, mkfs.ext4 and fsfreeze";
  spawnSync("umount", [made]);
  return false;
}

/** A small file system at a folder; undefined where it cannot be made. */
function mount(folder: string): string | undefined {
  const image = `${folder}.image`;
  writeFileSync(image, "");
  mkdirSync(folder);
  const steps = [
    ["truncate", "-s", "4M", image],
    ["mkfs.ext4", "-q", "-F", image],
    ["mount", "-o", "loop", image, folder],
    ["fsfreeze", "-f", folder],
    ["fsfreeze", "-u", folder],
  ];
  const isMade = steps.every(([program = "", ...words]) => {
    return spawnSync(program, words).status === 0;
  });
  return isMade ? folder : undefined;
}

async function onFrozen(body: (folder: string, freeze: () => void) => Promise<void>) {
  const folder = mount(newPath("frozen"));
  assert.ok(folder !== undefined);
  try {
    await body(folder, () => assert.equal(spawnSync("fsfreeze", ["-f", folder]).status, 0));
  } finally {
    spawnSync("fsfreeze", ["-u", folder]);
    await until("it is free", () => spawnSync("umount", [folder]).status === 0);
  }
}

/** What is wrong with a place is said as the kernel says it, also where a part was written. */
function reasons(binary: Binary): void {
  // In units of 512 or 1,024 bytes, as the shell likes: less than a report, and more than nothing.
  const small = ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh"];

  test("a report that is cut off names the reason", async () => {
    const path = newPath("report");
    writeFileSync(path, "x".repeat(900));
    const long = "y".repeat(2000);
    const words = ["run", "--report", path, "sh", "-c", "exit 5", long];
    const { code, stderr } = await curfew(binary, words, { before: small }).ended;
    assert.equal(code, 5);
    const line = `--report: cannot write to '${path}': the file would be too large`;
    assert.equal(stderr, `${nameOf(binary)} run: ${line}\n`);
  });

  test("lines of events that are cut off name the reason", async () => {
    const path = newPath("events");
    const script = `"$0" run --events "$1" sh -c 'exit 5' ${"y".repeat(2000)}; echo $?`;
    const argv = [...small, "sh", "-c", script, binary.path, path];
    const { stdout, stderr } = await run(argv, { env: binary.env });
    assert.equal(stdout, "5\n");
    assert.match(stderr, /--events: cannot write to [^\n]*: the file would be too large\n$/);
  });
}

describe("what takes nothing", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 3 }, () => {
      takers(binary);
      files(binary);
      reasons(binary);
    });
  }
});
