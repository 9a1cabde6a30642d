// GNU timeout's facts, one row each, beside the real one where it is installed: what it shows there
// and what we show must both be what the row says. Rows of a later version are ours alone.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BINARIES } from "./binary.ts";
import { child } from "./children.ts";
import type { Ended, When } from "./run.ts";
import { endOfRun, expire, run, start } from "./run.ts";

type Row = {
  /** A fact of docs/facts.md; `ours` is a choice of curfew. */
  readonly cites: string;
  readonly words: readonly string[];
  /** An exit code, or the signal we die of. */
  readonly end: string;
  /** GNU's end, where ours differs by choice. */
  readonly gnu?: string;
  readonly stdout?: string;
  /** Lines that both must say alike, without the name in front. */
  readonly lines?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The limit passes then, and not by the clock. */
  readonly when?: When;
  /** The version from which GNU shows it. */
  readonly since?: string;
};

const SLEEP = ["sleep", "1000"];
const NOW = "0.01";
/** With this as the first signal, KILL is needed whatever the command does. */
const HARMLESS = ["-s", "WINCH", "-k", NOW, NOW];
const TRAPS_7 = ["1000", child("handles"), "-e", "7", "15"];
const SAYS = "echo ready $$; exec sleep 1000";
const STOPS = ["1000", "sh", "-c", "echo ready $$; kill -STOP $$"];

function each(cites: string, end: string, list: readonly (readonly string[])[]): Row[] {
  return list.map((words) => ({ cites, words, end }));
}

function when(moment: When, rows: readonly Row[]): Row[] {
  return rows.map((row) => ({ ...row, when: moment }));
}

function since(version: string, rows: readonly Row[]): Row[] {
  return rows.map((row) => ({ ...row, since: version }));
}

const durations = (
  end: string,
  cites: string,
  command: readonly string[],
  list: readonly string[],
) =>
  each(
    cites,
    end,
    list.map((duration) => ["--", duration, ...command]),
  );

const DURATIONS: readonly Row[] = [
  ...durations(
    "0",
    "S8",
    ["true"],
    [
      "1000",
      "+1000",
      " 1000",
      "\t1000",
      "1000.",
      "1000.5",
      "1e3",
      "1E3",
      "1e+3",
      "2.34e+5d",
      "0x1000",
      "0X1000",
      "0x100.8",
      "0x1.8p9",
      "0x1p0d",
      "0xfffs",
      "inf",
      "INF",
      "Inf",
      "infinity",
      "InFiNiTy",
      "infd",
      "infs",
      "99999999999999999999d",
      "1e400",
      "1000s",
      "1000m",
      "1000h",
      "1000d",
      "007000",
      "18446744073709551616",
      "9223372036854775807",
      "106751991167300d",
      "0xfd",
      "0x1d",
    ],
  ),
  ...durations(
    "0",
    "S9",
    ["sh", "-c", ":"],
    ["0", "0s", "0.0", "-0", "0e5", "0x0p0", "0d", "-0.0m"],
  ),
  ...durations("124", "S13", SLEEP, [
    "0.01",
    ".01",
    "1e-2",
    "1e-10",
    "0.000000001",
    "0x0.01",
    "0x1p-8",
    ".0001m",
    "1e-7d",
    "+.01",
    " 0.01s",
    "0.00000001h",
  ]),
  ...since("9.7", durations("124", "S13", SLEEP, ["1e-5000", "1e-400", `0.${"0".repeat(400)}1`])),
  ...durations("125", "S11", SLEEP, [
    "",
    ".",
    "+",
    "-",
    "-1",
    "1 ",
    "1S",
    "1D",
    "1ms",
    "1us",
    "1ns",
    "1w",
    "1sm",
    "1 s",
    "1_0",
    "1.5.5",
    "1e",
    "10e",
    "1e+",
    "0x",
    "0xp1",
    "nan",
    "NaN",
    "nan(1)",
    "\u0661",
    "-0.1",
    " -1",
    "1,5",
    "x",
    "s",
    "1d1",
    "++1",
    "+-1",
    "--1",
    "inff1",
    "infin",
    "1M",
    "1H",
    "0x1g",
    "1.e",
    "\u{ff11}",
    "-inf",
    " ",
    "1\n",
  ]),
  ...each("S8", "0", [
    ["-k", "1e3", "1000", "true"],
    ["-kinf", "1000", "true"],
  ]),
  ...each("S11", "125", [
    ["-k", "1ms", "1000", "true"],
    ["-k", "", "1000", "true"],
    ["-k", "-1", "1000", "true"],
    ["--kill-after=1w", "1000", "true"],
  ]),
];

const signals = (end: string, cites: string, list: readonly string[]) =>
  each(
    cites,
    end,
    list.map((signal) => [`--signal=${signal}`, "1000", "true"]),
  );

const SIGNALS: readonly Row[] = [
  ...signals("0", "S14", [
    "TERM",
    "SIGTERM",
    "term",
    "sigterm",
    "SigTerm",
    "15",
    "015",
    "0015",
    "0",
    "EXIT",
    "exit",
    "SIG15",
    "IOT",
    "CLD",
    "POLL",
    "IO",
    "STKFLT",
    "PWR",
    "RTMIN",
    "RTMAX",
    "rtmin",
    "RtMax",
    "RTMIN+0",
    "RTMIN+30",
    "RTMAX-0",
    "RTMAX-30",
    "rtmin+5",
    "SIGRTMIN+1",
    "34",
    "50",
    "64",
    "129",
    "137",
    "143",
    "128",
    "256",
    "HUP",
    "KILL",
    "STOP",
    "CONT",
    "9",
    "19",
  ]),
  ...since("9.5", signals("0", "S15", ["32", "33"])),
  ...signals("125", "S15", [
    "",
    "SIG",
    " TERM",
    "TERM ",
    "+15",
    "0x0f",
    "15x",
    "-1",
    "65",
    "255",
    "RTMIN-1",
    "RTMIN+31",
    "RTMIN+",
    "RTMAX+1",
    "ERR",
    "DEBUG",
    "LOST",
    "UNUSED",
    "EMT",
    "INFO",
    "SIGSIGTERM",
    "T ERM",
    "1.5",
    "TERM\n",
    "\u0131NT",
    "K\u0130LL",
  ]),
  ...each("S14", "124", [
    ["--signal=INT", NOW, ...SLEEP],
    ["--signal=34", NOW, ...SLEEP],
    ["--signal=RTMAX", NOW, ...SLEEP],
    ["--signal=143", NOW, ...SLEEP],
    ["--signal=POLL", NOW, ...SLEEP],
  ]),
];

const OPTIONS: readonly Row[] = [
  ...each("S1", "125", [[], ["5"], ["--"], ["-v"], ["--", "5"], ["-s", "INT", "5"]]),
  { cites: "S2", words: ["1000", "echo", "-n", "x"], end: "0", stdout: "x" },
  { cites: "S2", words: ["--", "1000", "echo", "a"], end: "0", stdout: "a\n" },
  { cites: "S2", words: ["1000", "/bin/echo", "--", "a"], end: "0", stdout: "-- a\n" },
  { cites: "S2", words: ["1000", "/bin/echo", "-v", "-k1"], end: "0", stdout: "-v -k1\n" },
  { cites: "S2", words: ["-s", "INT", "--", "1000", "echo", "a"], end: "0", stdout: "a\n" },
  ...each("S3", "124", [
    ["--sig=INT", NOW, ...SLEEP],
    ["--k=1000", NOW, ...SLEEP],
    ["--kill=1000", NOW, ...SLEEP],
    ["--fore", NOW, ...SLEEP],
    ["--f", NOW, ...SLEEP],
    ["--verb", NOW, ...SLEEP],
    ["--s", "INT", NOW, ...SLEEP],
  ]),
  ...each("S3", "143", [
    ["--pres", NOW, ...SLEEP],
    ["--p", NOW, ...SLEEP],
  ]),
  ...each("S3", "0", [["--h"], ["--vers"], ["--help"], ["--version"]]),
  ...each("S3", "125", [
    ["--v", "1", "true"],
    ["--ver", "1", "true"],
    ["--foreground=1", "1", "true"],
    ["--preserve-status=", "1", "true"],
    ["--help=x"],
    ["-5", "true"],
    ["-x", "1", "true"],
    ["--nothing", "1", "true"],
    ["--signal"],
    ["-k"],
    ["-vz", "1", "true"],
  ]),
  ...each("S4", "124", [
    ["-vsINT", NOW, ...SLEEP],
    ["-vs", "INT", NOW, ...SLEEP],
    ["-vk1000", NOW, ...SLEEP],
    ["-s", "KILL", "-s", "TERM", NOW, ...SLEEP],
    ["-v", "-v", NOW, ...SLEEP],
    ["--foreground", "--foreground", NOW, ...SLEEP],
    ["-k", NOW, "-k", "1000", NOW, ...SLEEP],
  ]),
  ...each("S4", "SIGKILL", [["-s", "TERM", "-s", "KILL", NOW, ...SLEEP]]),
  ...each("S5", "125", [
    ["-s", "FOO", "1x", "true"],
    ["-s", "FOO", "1"],
    ["-k", "1x", "-s", "TERM", "1", "true"],
    ["1x", "curfew-has-no-such"],
  ]),
  ...since(
    "9.10",
    each("S4", "124", [
      ["-f", NOW, ...SLEEP],
      ["-fv", NOW, ...SLEEP],
    ]),
  ),
  ...since(
    "9.10",
    each("S4", "143", [
      ["-p", NOW, ...SLEEP],
      ["-pf", NOW, ...SLEEP],
    ]),
  ),
];

const ENDS: readonly Row[] = [
  ...["0", "1", "2", "42", "124", "125", "126", "127", "128", "137", "255"].map(
    (code): Row => ({ cites: "table", words: ["1000", "sh", "-c", `exit ${code}`], end: code }),
  ),
  ...[
    "HUP",
    "INT",
    "QUIT",
    "ABRT",
    "KILL",
    "USR1",
    "SEGV",
    "PIPE",
    "ALRM",
    "TERM",
    "XCPU",
    "SYS",
  ].map(
    (name): Row => ({
      cites: "table",
      words: ["1000", "sh", "-c", `kill -${name} $$`],
      end: `SIG${name}`,
    }),
  ),
  ...each("table", "SIGKILL", [
    ["-s", "KILL", NOW, ...SLEEP],
    ["--preserve-status", "-s", "KILL", NOW, ...SLEEP],
    [...HARMLESS, ...SLEEP],
    ["--preserve-status", ...HARMLESS, ...SLEEP],
  ]),
  ...each("table", "137", [
    ["--foreground", "-s", "KILL", NOW, ...SLEEP],
    ["--foreground", ...HARMLESS, ...SLEEP],
    ["--foreground", "--preserve-status", "-s", "KILL", NOW, ...SLEEP],
  ]),
  ...each("table", "124", [
    ["-k", "1000", NOW, ...SLEEP],
    ["-k", "0", NOW, ...SLEEP],
  ]),
  ...when("ready", [
    ...each("table", "7", [["--preserve-status", ...TRAPS_7]]),
    ...each("table", "124", [TRAPS_7, ["-k", "1000", ...TRAPS_7]]),
    ...each("table", "SIGKILL", [["-k", NOW, "1000", child("handles"), "15"]]),
    ...each("table", "137", [["--foreground", "-k", NOW, "1000", child("handles"), "15"]]),
  ]),
  ...each("table", "143", [["--preserve-status", NOW, ...SLEEP]]),
  ...each("table", "126", [
    ["1", "./plain"],
    ["1", "."],
    ["1", "./plain/x"],
    ["1", "./loop"],
  ]),
  ...each("table", "126", [["1", `./${"x".repeat(300)}`]]),
  ...each("table", "127", [
    ["1", "./missing"],
    ["1", ""],
    ["1", "./no-interpreter"],
    ["1", "a/b"],
  ]),
  ...each("table", "3", [["1000", "./no-first-line"]]),
  ...when("stopped", each("S22", "124", [STOPS])),
  // A command that we saw stop is continued, so that it can act on the first signal.
  {
    cites: "S22",
    words: ["--foreground", "-k", "1", ...STOPS],
    end: "124",
    gnu: "137",
    when: "stopped",
  },
  ...each("S32", "124", [["1000", "timeout", NOW, ...SLEEP]]),
  // A first signal that comes while GNU's inner timeout starts `sleep` leaves `sleep` running.
  ...when("ready", each("S32", "124", [["1000", "timeout", "1000", "sh", "-c", SAYS]])),
];

const path = (
  PATH: string | undefined,
  words: readonly string[],
  end: string,
  stdout = "",
): Row => ({
  cites: "S24",
  words: ["1000", ...words],
  end,
  stdout,
  env: { PATH },
});

const SEARCH: readonly Row[] = [
  path("deny:run", ["tool"], "0", "run\n"),
  path("run:deny", ["tool"], "0", "run\n"),
  path("deny", ["tool"], "126"),
  path("missing:deny", ["tool"], "126"),
  path("deny:missing", ["tool"], "126"),
  path("missing", ["tool"], "127"),
  path("folder:run", ["tool"], "0", "run\n"),
  path("folder", ["tool"], "126"),
  path("plain:run", ["tool"], "0", "run\n"),
  path("plain", ["tool"], "126"),
  path("", ["here"], "0", "here\n"),
  path(":missing", ["here"], "0", "here\n"),
  path("missing:", ["here"], "0", "here\n"),
  path("missing::deny", ["here"], "0", "here\n"),
  path("missing", ["here"], "127"),
  path(undefined, ["sh", "-c", "echo found"], "0", "found\n"),
  path("run", ["./here"], "0", "here\n"),
  path("broken:run", ["tool"], "0", "run\n"),
  path("broken", ["tool"], "127"),
];

const LINES: readonly Row[] = [
  said(["TERM"], [NOW, ...SLEEP], "124"),
  said(["INT"], ["-s", "INT", NOW, ...SLEEP], "124"),
  said(["KILL"], ["-s", "KILL", NOW, ...SLEEP], "SIGKILL"),
  said(["WINCH", "KILL"], [...HARMLESS, ...SLEEP], "SIGKILL"),
  said(["TERM"], ["--foreground", NOW, ...SLEEP], "124"),
  said(["POLL"], ["-s", "29", NOW, ...SLEEP], "124"),
  said(["RTMIN"], ["-s", "34", NOW, ...SLEEP], "124"),
  said(["HUP"], ["-s", "sighup", NOW, ...SLEEP], "124"),
  said([], ["1000", "true"], "0"),
  { ...said(["0", "KILL"], ["-s", "0", "-k", NOW, NOW, ...SLEEP], "SIGKILL"), since: "9.10" },
  ...since("9.1", [quoted()]),
];

/** A run under -v, and the signals that are announced. */
function said(names: readonly string[], words: readonly string[], end: string): Row {
  const lines = names.map((name) => `sending signal ${name} to command 'sleep'`);
  return { cites: "S25", words: ["-v", ...words], end, lines };
}

/** In the C locale, where GNU's quotes are the plain ones, too. */
function quoted(): Row {
  const lines = ["sending signal TERM to command './a\\nb'"];
  return { cites: "S7", words: ["-v", NOW, "./a\nb"], end: "124", lines, env: { LC_ALL: "C" } };
}

const TABLES = { DURATIONS, SIGNALS, OPTIONS, ENDS, SEARCH, LINES };

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-parity-"));
after(() => rmSync(FOLDER, { recursive: true }));
const MADE = run(
  [
    "sh",
    "-c",
    `
  mkdir deny run folder folder/tool broken
  echo 'echo denied' > deny/tool; printf '#!/bin/sh\\necho run\\n' > run/tool; chmod +x run/tool
  printf '#!/nowhere/sh\\n' > broken/tool; cp broken/tool no-interpreter; chmod +x broken/tool no-interpreter
  printf '#!/bin/sh\\necho here\\n' > here; echo 'exit 3' > no-first-line; chmod +x here no-first-line
  printf '#!/bin/sh\\nexec sleep 1000\\n' > 'a
b'; chmod +x 'a
b'; echo > plain; ln -s loop loop
`,
  ],
  { cwd: FOLDER },
);

const GNU = gnuVersion();

function gnuVersion(): string | undefined {
  const { stdout } = spawnSync("timeout", ["--version"], { encoding: "utf8" });
  return /^timeout \(GNU coreutils\) (\d+\.\d+)/.exec(stdout ?? "")?.[1];
}

function isShown({ since = "8.0" }: Row): boolean {
  const [wantedMajor = 0, wantedMinor = 0] = since.split(".").map(Number);
  const [major = 0, minor = 0] = (GNU ?? "0.0").split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

const nameOf = (words: readonly string[]) => {
  const text = words.map((word) => (/^[\w.,:/+=-]+$/.test(word) ? word : JSON.stringify(word)));
  return text.join(" ").slice(0, 100);
};

/** Runs a row's words by the name of `timeout`, whichever program that is. */
async function runRow(program: string, row: Row, env: Row["env"] = {}): Promise<Ended> {
  await MADE;
  const options = { argv0: "timeout", cwd: FOLDER, env: { ...row.env, ...env } };
  const running = start([program, ...row.words], options);
  return row.when === undefined ? running.ended : expire(running, row.when);
}

function assertRow(ended: Ended, row: Row): void {
  assert.equal(endOfRun(ended), row.end, ended.stderr);
  if (row.stdout !== undefined) assert.equal(ended.stdout, row.stdout);
  if (row.lines !== undefined) assert.deepEqual(announcements(ended), row.lines);
  const isOurs = ["125", "126", "127"].includes(row.end) && !row.words.includes("sh");
  assert.equal(ended.stderr !== "", isOurs || announcements(ended).length > 0, ended.stderr);
}

/**
 * GNU timeout sends SIGKILL to its own group, too. It dies of it, or sees the end of the command
 * first: seen 4 times in 600 on a busy machine.
 */
function gnuEnd({ gnu, end, words }: Row, seen: string): string {
  const isCoin = end === "SIGKILL" && words.includes("-k") && seen === "124";
  return isCoin ? seen : (gnu ?? end);
}

function announcements({ stderr }: Ended): string[] {
  return [...stderr.matchAll(/^timeout: (sending signal .*)$/gm)].map(([, line = ""]) => line);
}

describe("parity", () => {
  describe("GNU timeout", { concurrency: 4 }, () => {
    const program = spawnSync("sh", ["-c", "command -v timeout"], {
      encoding: "utf8",
    }).stdout.trim();
    for (const [table, rows] of Object.entries(TABLES)) {
      for (const row of rows) {
        const skip =
          GNU === undefined ? "no GNU timeout here" : !isShown(row) && `GNU ${GNU} is older`;
        test(`${table} ${row.cites}: ${nameOf(row.words)}: ${row.end}`, { skip }, async () => {
          const ended = await runRow(program, row);
          assertRow(ended, { ...row, end: gnuEnd(row, endOfRun(ended)) });
        });
      }
    }
  });
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      for (const [table, rows] of Object.entries(TABLES)) {
        for (const row of rows) {
          test(`${table} ${row.cites}: ${nameOf(row.words)}: ${row.end}`, async () => {
            assertRow(await runRow(binary.path, row, binary.env), row);
          });
        }
      }
    });
  }
});
