// The tools that we stand in for, where we are called by their names: what each row says must hold
// of ours, and of the real one where it is installed; `theirs` is where that differs by choice
// (docs/init.md, "Drop-in names"). The words themselves: test/core/cli/rows/tool-argv.ts.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BINARIES } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import type { Ended } from "./run.ts";
import { endOfRun, start } from "./run.ts";

type Row = {
  /** A fact of docs/facts.md, the tool's README, or `ours`: a choice of curfew. */
  readonly cites: string;
  readonly words: readonly string[];
  /** An exit code, or the signal that it dies of. */
  readonly end: string;
  /** The tool's own end, where ours differs by choice. */
  readonly theirs?: string;
  /** All lines of stdout, sorted; the number of a process is `N`. */
  readonly lines?: readonly string[];
  /** What must be on stderr, of both; where nothing is said, nothing may be. */
  readonly says?: RegExp;
  /** The same of the tool where its words differ, and where it says them. */
  readonly theySay?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
  /** What is sent when all of the command is ready: one after the other. */
  readonly sends?: readonly NodeJS.Signals[];
  /** Words in front of the program. */
  readonly before?: readonly string[];
  /** Why the real one is not run. */
  readonly alone?: string;
};

const EXITS = (code: number) => ["sh", "-c", `exit ${code}`];
const DIES = ["sh", "-c", "kill $$"];
/** Says which of these it caught, and exits with 5 at the first. */
const catches = (...numbers: readonly number[]) => [
  child("handles"),
  "-e",
  "5",
  ...numbers.map(String),
];
/** The same with a child of its own. */
const bothCatch = (number: number) => [child("handles"), "-e", "5", "-g", String(number)];
const READY = "ready N";
/** Ends when an orphan that it made has been reaped. One that ends at once may have a parent. */
const ORPHAN = ["sh", "-c", "p=$( (sleep 0.1 >&- & echo $!) ); while [ -e /proc/$p ]; do :; done"];
/** HUP, INT and TERM ignored, USR1 and a real-time signal blocked. */
const CHANGED = surroundings("--ignore 1 --ignore 2 --ignore 15 --block 10 --block 40");
const LOOK = ["grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status"];
/** What it leads. */
const LEADS = [
  "sh",
  "-c",
  "read -r pid _ _ _ group session _ </proc/$$/stat; " +
    "[ $pid = $session ] && echo session; [ $pid = $group ] && echo group; true",
];
const BOTH = ["caught 15", "grandchild caught 15", "grandchild ready N", READY];

/** Started by a shell that is killed as soon as the command is ready. */
const ORPHANED = {
  before: ["sh", "-c", '"$@" & wait', "sh"],
  sends: ["SIGKILL"],
  end: "SIGKILL",
} as const;

const mistakes = (cites: string, rows: readonly (readonly string[])[]): Row[] =>
  rows.map((words) => ({ cites, words, end: "1", lines: [], says: /./ }));

const TINI: readonly Row[] = [
  { cites: "S46", words: ["-s", "--", ...EXITS(7)], end: "7", lines: [] },
  { cites: "S46", words: ["-s", "--", ...DIES], end: "143" },
  {
    cites: "S46",
    words: ["-s", "--", ...catches(15)],
    sends: ["SIGTERM"],
    end: "5",
    lines: ["caught 15", READY],
  },
  {
    cites: "S44",
    words: ["-s", "--", ...LOOK],
    before: CHANGED,
    end: "0",
    lines: ["SigBlk:\t0000008000000200", "SigIgn:\t0000000000004003"],
  },
  ...(["SIGHUP", "SIGINT", "SIGTERM"] as const).map(
    (signal): Row => ({
      cites: "S45",
      words: ["-s", "--", ...catches(1, 2, 15)],
      before: CHANGED,
      sends: [signal],
      end: "5",
    }),
  ),
  {
    cites: "S45",
    words: ["-s", "--", ...catches(21, 22, 30)],
    sends: ["SIGTTIN", "SIGTTOU", "SIGPWR"],
    end: "5",
    lines: ["caught 30", READY],
  },
  { cites: "S37", words: ["-s", "-e", "143", "--", ...DIES], end: "0" },
  { cites: "S37", words: ["-se7", "-e", "9", "--", ...EXITS(7)], end: "0" },
  { cites: "S37", words: ["-s", "-e", "", "--", ...EXITS(7)], end: "7" },
  { cites: "S37", words: ["-s", "-e", " +7", "--", ...EXITS(7)], end: "0" },
  { cites: "S38", words: ["-s", "-p", "SIGTERM", "--", ...EXITS(7)], end: "7" },
  {
    cites: "S38",
    words: ["-s", "-p", "SIGUSR1", "--", ...catches(10, 15)],
    ...ORPHANED,
    lines: ["caught 10", READY],
  },
  {
    cites: "S38",
    words: ["-s", "-p", "SIGKILL", "--", ...catches(10, 15)],
    ...ORPHANED,
    lines: ["caught 15", READY],
    alone: "it leaves the command running",
  },
  { cites: "S40", words: ["-s", "--", ...EXITS(7)], env: { TINI_SUBREAPER: "0" }, end: "7" },
  {
    cites: "S40",
    words: ["-s", "--", ...bothCatch(15)],
    env: { TINI_KILL_PROCESS_GROUP: "0" },
    sends: ["SIGTERM"],
    end: "5",
    lines: BOTH,
  },
  {
    cites: "S46",
    words: ["-sg", "--", ...bothCatch(15)],
    sends: ["SIGTERM"],
    end: "5",
    lines: BOTH,
  },
  { cites: "S39", words: ["-sv", "--", ...EXITS(7)], end: "7", says: /./, theySay: /^\[INFO/m },
  {
    cites: "S39",
    words: ["-s", "--", ...EXITS(7)],
    env: { TINI_VERBOSITY: "2" },
    end: "7",
    says: /./,
    theySay: /^\[INFO/m,
  },
  {
    cites: "S39",
    words: ["-svvv", "--", ...EXITS(7)],
    env: { TINI_VERBOSITY: "1" },
    end: "7",
    lines: [],
  },
  {
    cites: "S41",
    words: ["true"],
    end: "0",
    lines: [],
    theySay: /not running as PID 1/,
  },
  { cites: "S42", words: ["-h"], end: "0" },
  { cites: "S42", words: ["--version"], end: "0" },
  { cites: "S42", words: ["-sl"], end: "0" },
  { cites: "S42", words: ["--help"], end: "0", theirs: "1", theySay: /invalid option/ },
  ...mistakes("S37", [
    ["-s", "-e", "256", "--", ...EXITS(7)],
    ["-s", "-e", "-1", "--", ...EXITS(7)],
    ["-s", "-e", "7 ", "--", ...EXITS(7)],
    ["-s", "-e", "0x7", "--", ...EXITS(7)],
    ["-e"],
  ]),
  ...mistakes("S38", [
    ["-s", "-p", "KILL", "--", ...EXITS(7)],
    ["-s", "-p", "9", "--", ...EXITS(7)],
    ["-s", "-p", "sigkill", "--", ...EXITS(7)],
    ["-s", "-p", "SIGRTMIN", "--", ...EXITS(7)],
  ]),
  ...mistakes("S42", [[], ["-s"], ["--"], ["-x"], ["--version", "x"], ["-s", "--version"]]),
  // What stands behind the command is the command's.
  { cites: "S43", words: ["-s", ...EXITS(7)], end: "7", theirs: "1", theySay: /invalid option/ },
  {
    cites: "S49",
    words: ["-sw", "--", ...ORPHAN],
    end: "0",
    lines: [],
    says: /[Rr]eaped .*\d/,
  },
  { cites: "S49", words: ["-s", "--", ...ORPHAN], end: "0", lines: [] },
  {
    cites: "S49",
    words: ["-sw", "--", ...ORPHAN],
    env: { TINI_VERBOSITY: "0" },
    end: "0",
    lines: [],
  },
  { cites: "S47", words: ["-s", "--", "./missing"], end: "127", says: /missing/ },
  { cites: "S47", words: ["-s", "--", "./plain"], end: "126", says: /plain/ },
  { cites: "S47", words: ["-s", "--", "./loop"], end: "126", theirs: "1", says: /loop/ },
];

const DUMB_INIT: readonly Row[] = [
  { cites: "S52", words: EXITS(7), end: "7", lines: [] },
  { cites: "S52", words: ["--", ...DIES], end: "143" },
  { cites: "S52", words: bothCatch(15), sends: ["SIGTERM"], end: "5", lines: BOTH },
  {
    cites: "S51",
    words: ["-r", "15:2", ...catches(2, 15)],
    sends: ["SIGTERM"],
    end: "5",
    lines: ["caught 2", READY],
  },
  {
    cites: "S51",
    words: ["--rew=15:0x", ...catches(2, 15)],
    sends: ["SIGTERM", "SIGINT"],
    end: "5",
    lines: ["caught 2", READY],
  },
  {
    cites: "S51",
    words: ["-r15:2", "-r", " 2:10", ...catches(2, 10, 15)],
    sends: ["SIGTERM"],
    end: "5",
    lines: ["caught 2", READY],
  },
  {
    cites: "S51",
    words: ["-r", "15:9", ...catches(15)],
    sends: ["SIGTERM"],
    end: "137",
    lines: [READY],
  },
  {
    cites: "S53",
    words: ["-c", ...catches(15)],
    sends: ["SIGTERM"],
    end: "5",
    lines: ["caught 15", READY],
  },
  {
    cites: "S53",
    words: catches(15),
    env: { DUMB_INIT_SETSID: "0" },
    sends: ["SIGTERM"],
    end: "5",
    lines: ["caught 15", READY],
  },
  { cites: "S53", words: EXITS(7), env: { DUMB_INIT_DEBUG: "1" }, end: "7", lines: [], says: /./ },
  { cites: "S53", words: EXITS(7), env: { DUMB_INIT_DEBUG: "2" }, end: "7", lines: [] },
  { cites: "S53", words: ["--verb", ...EXITS(7)], end: "7", lines: [], says: /./ },
  { cites: "S55", words: ["-V"], end: "0", lines: [], says: /dumb-init/ },
  { cites: "S55", words: ["--version"], end: "0", lines: [], says: /dumb-init/ },
  { cites: "S55", words: ["-h"], end: "0", lines: [], says: /--single-child/ },
  { cites: "S55", words: [...EXITS(7), "-V"], end: "7", lines: [] },
  ...mistakes("S51", [
    ["-r", "TERM:INT", "true"],
    ["-r", "15", "true"],
    ["-r", "32:2", "true"],
    ["-r", "15:32", "true"],
    ["-r", "15 :2", "true"],
    ["-r"],
  ]),
  ...mistakes("S55", [[], ["-c"], ["--"], ["-x", "true"], ["--ver"], ["--single-child=1", "true"]]),
  { cites: "S55", words: ["./missing"], end: "127", theirs: "2", says: /missing/ },
  { cites: "S55", words: ["./plain"], end: "126", theirs: "2", says: /plain/ },
  {
    cites: "S56",
    words: ["sh", "-c", "kill -HUP $$; exit 7"],
    before: ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh"],
    end: "129",
  },
  ...[[], ["-c"]].map(
    (options): Row => ({
      cites: "S56",
      words: [...options, ...LOOK],
      before: CHANGED,
      end: "0",
      lines: ["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"],
    }),
  ),
  ...(["SIGHUP", "SIGINT", "SIGTERM"] as const).map(
    (signal): Row => ({
      cites: "S52",
      words: catches(1, 2, 15),
      before: CHANGED,
      sends: [signal],
      end: "5",
    }),
  ),
  { cites: "S52", words: LEADS, end: "0", lines: ["group", "session"] },
  { cites: "S53", words: ["-c", ...LEADS], end: "0", lines: [] },
];

const SCINIT: readonly Row[] = [
  { cites: "S83", words: EXITS(7), end: "7", lines: [] },
  { cites: "S83", words: ["--", ...DIES], end: "143" },
  {
    cites: "S81",
    words: LOOK,
    before: CHANGED,
    end: "0",
    lines: ["SigBlk:\t0000000000000000", "SigIgn:\t0000000000004003"],
  },
  { cites: "S82", words: bothCatch(15), sends: ["SIGTERM"], end: "5", lines: BOTH },
  {
    cites: "S78",
    words: ["--ports", "0,0", "sh", "-c", "echo $LISTEN_FDS $SCINIT_INHERITED_FDS"],
    end: "0",
    lines: ["1 3"],
  },
  { cites: "S84", words: [], end: "2", lines: [], says: /COMMAND/ },
  {
    cites: "S84",
    words: ["--ports", "x", "true"],
    end: "2",
    lines: [],
    says: /--ports PORTS.*'x'/,
  },
  { cites: "S84", words: ["./missing"], end: "127", says: /missing/ },
];

const CATATONIT: readonly Row[] = [
  { cites: "S61", words: ["--", ...EXITS(7)], end: "7", lines: [] },
  { cites: "S61", words: ["--", ...DIES], end: "143" },
  { cites: "S59", words: ["--", ...ORPHAN], end: "0", lines: [] },
  {
    cites: "S59",
    words: ["--", ...catches(15)],
    sends: ["SIGTERM"],
    end: "5",
    lines: ["caught 15", READY],
  },
  {
    cites: "S59",
    words: ["-g", "--", ...bothCatch(15)],
    sends: ["SIGTERM"],
    end: "5",
    lines: BOTH,
  },
  // What stands behind the command is the command's.
  {
    cites: "S60",
    words: EXITS(7),
    end: "7",
    lines: [],
    theirs: "1",
    theySay: /invalid option -- 'c'/,
  },
  {
    cites: "S61",
    words: ["./missing"],
    end: "127",
    theirs: "1",
    says: /missing/,
    theySay: /failed to exec pid1: No such file/,
  },
  {
    cites: "S61",
    words: ["./plain"],
    end: "126",
    theirs: "1",
    says: /plain/,
    theySay: /failed to exec pid1: Permission denied/,
  },
  ...["--version", "-V", "-L", "-h"].map(
    (word): Row => ({ cites: "README", words: [word], end: "0" }),
  ),
  ...mistakes("README", [[], ["-g"], ["--"]]),
  {
    cites: "README",
    words: ["-x"],
    end: "1",
    lines: [],
    says: /invalid option -- 'x'\nusage: catat/,
  },
  {
    cites: "ours",
    words: ["--timeout", "0.01", "--", "sleep", "1000"],
    end: "124",
    lines: [],
    theirs: "1",
    theySay: /unrecognized option '--timeout'/,
  },
];

/** What Docker and Podman call: `--` and the command. */
const MOUNTED: readonly Row[] = [{ cites: "S43", words: ["--", ...EXITS(7)], end: "7", lines: [] }];

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  tini: TINI,
  "dumb-init": DUMB_INIT,
  catatonit: CATATONIT,
  scinit: SCINIT,
  "tini-static": MOUNTED,
  "docker-init": MOUNTED,
  "podman-init": MOUNTED,
};

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-names-"));
after(() => rmSync(FOLDER, { recursive: true }));
writeFileSync(join(FOLDER, "plain"), "true\n");
symlinkSync("loop", join(FOLDER, "loop"));
for (const { name, path } of BINARIES) {
  mkdirSync(join(FOLDER, name));
  for (const tool of Object.keys(TABLES)) symlinkSync(path, join(FOLDER, name, tool));
}

/** The real tool, if it is installed. */
function pathOf(tool: string): string | undefined {
  const found = spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim();
  if (found === "") return undefined;
  const { stdout, stderr } = spawnSync(found, ["--version"], { encoding: "utf8" });
  return /^(tini version \d\S*|dumb-init v\S+)$/m.test(stdout + stderr) ? found : undefined;
}

async function runRow(program: string, row: Row, env: Row["env"] = {}): Promise<Ended> {
  const { before = [], words, sends = [] } = row;
  const running = start([...before, program, ...words], {
    cwd: FOLDER,
    env: { ...row.env, ...env },
  });
  if (sends.length > 0) {
    await running.says(/^ready/m);
    if (row.lines?.includes("grandchild ready N")) await running.says(/^grandchild ready/m);
  }
  for (const signal of sends) running.kill(signal);
  return running.ended;
}

function linesOf({ stdout }: Ended): string[] {
  return stdout
    .replace(/ready \d+/g, READY)
    .split("\n")
    .filter(Boolean)
    .sort();
}

function assertOurs(ended: Ended, { end, lines, says, theirs, words }: Row): void {
  assert.equal(endOfRun(ended), end, ended.stderr);
  if (lines !== undefined) assert.deepEqual(linesOf(ended), [...lines].sort());
  if (says !== undefined) assert.match(ended.stderr, says);
  const isSilent = says === undefined && theirs === undefined && !words.includes("-h");
  if (isSilent) assert.equal(ended.stderr, "");
}

function assertTheirs(ended: Ended, { end, theirs = end, lines, says, theySay }: Row): void {
  assert.equal(endOfRun(ended), theirs, ended.stderr);
  const isAlike = theySay === undefined;
  if (!isAlike) assert.match(ended.stdout + ended.stderr, theySay);
  if (isAlike && lines !== undefined) assert.deepEqual(linesOf(ended), [...lines].sort());
  if (isAlike && says !== undefined) assert.match(ended.stderr, says);
}

const titleOf = ({ cites, words, end }: Row) =>
  `${cites}: ${words.map((word) => word.replace(/^.*\/handles-\w+$/, "handles")).join(" ")}: ${end}`;

describe("drop-in names", () => {
  for (const [tool, rows] of Object.entries(TABLES)) {
    const real = pathOf(tool);
    const skip = real === undefined ? `no ${tool} here` : false;
    describe(`the real ${tool}`, { concurrency: 4 }, () => {
      for (const row of rows) {
        test(titleOf(row), { skip: skip || row.alone }, async () => {
          assertTheirs(await runRow(real ?? "", row), row);
        });
      }
    });
    for (const binary of BINARIES) {
      describe(`${tool}, ${binary.name}`, { concurrency: 4 }, () => {
        for (const row of rows) {
          test(titleOf(row), async () => {
            const link = join(FOLDER, binary.name, tool);
            assertOurs(await runRow(link, row, binary.env), row);
          });
        }
      });
    }
  }
});
