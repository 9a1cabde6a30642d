// A wrapper is invisible: a program prints everything it inherited, with and without us, under many
// preparations; the two must be equal except for what GNU's contract changes.
import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BINARIES, type Binary, BUNDLE } from "./binary.ts";
import { child, number, surroundings } from "./children.ts";
import { run } from "./run.ts";

const SIGNALS = (option: string, ...names: readonly string[]) =>
  names.map((name) => `--${option} ${number(name)}`).join(" ");
const ALL = Array.from({ length: 64 }, (_, index) => index + 1);
const isRoot = process.getuid?.() === 0;

type Preparation = {
  readonly name: string;
  readonly pairs: string;
  readonly root?: boolean;
  readonly frozen?: boolean;
};

const PREPARATIONS: readonly Preparation[] = [
  { name: "nothing", pairs: "" },
  { name: "HUP INT PIPE CHLD ignored", pairs: SIGNALS("ignore", "HUP", "INT", "PIPE", "CHLD") },
  { name: "only CHLD ignored", pairs: SIGNALS("ignore", "CHLD") },
  { name: "TERM TTIN TTOU TSTP ignored", pairs: SIGNALS("ignore", "TERM", "TTIN", "TTOU", "TSTP") },
  { name: "every signal ignored", pairs: ALL.map((n) => `--ignore ${n}`).join(" ") },
  { name: "USR1 ALRM CHLD blocked", pairs: SIGNALS("block", "USR1", "ALRM", "CHLD") },
  { name: "TERM INT CONT RTMIN blocked", pairs: SIGNALS("block", "TERM", "INT", "CONT", "RTMIN") },
  { name: "every signal blocked", pairs: ALL.map((n) => `--block ${n}`).join(" ") },
  { name: "0 closed", pairs: "--close 0" },
  { name: "1 closed", pairs: "--close 1" },
  { name: "2 closed", pairs: "--close 2" },
  { name: "0, 1 and 2 closed", pairs: "--close 0 --close 1 --close 2" },
  { name: "9 and 63 open, 0 closed", pairs: "--open 9 --open 63 --close 0" },
  { name: "3 to 7 open", pairs: "--open 3 --open 4 --open 5 --open 6 --open 7" },
  { name: "nice 5", pairs: "--nice 5" },
  { name: "umask 027", pairs: "--umask 027" },
  {
    name: "limits",
    pairs: "--limit 0=100 --limit 1=1000000:2000000 --limit 4=1000:-1 --limit 7=50:99",
  },
  { name: "a small stack", pairs: "--limit 3=262144" },
  { name: "no address space beyond 64 MB", pairs: "--limit 9=67108864", frozen: true },
  { name: "another personality", pairs: `--personality ${0x0040000}` },
  { name: "no new privileges", pairs: "--no-new-privs 1" },
  { name: "timer slack", pairs: "--slack 123456" },
  { name: "oom score", pairs: "--oom 321" },
  { name: "one processor", pairs: "--one-processor 1" },
  { name: "a session of its own", pairs: "--session 1" },
  { name: "a group of its own", pairs: "--group 1" },
  { name: "a system call filter", pairs: "--deny clone3=38" },
  { name: "another user", pairs: "--uid 12345", root: true },
  { name: "secure bits", pairs: "--keep-caps 16", root: true },
  {
    name: "all of it",
    pairs: `${SIGNALS("ignore", "HUP", "CHLD")} ${SIGNALS("block", "USR1", "CHLD")} --close 0 --close 2 --open 9 --nice 3 --umask 077 --limit 7=30:40 --personality ${0x0040000} --slack 99999`,
  },
];

/** Bytes that no decoding may touch: not UTF-8, empty, with line ends, looking like options. */
const WORDS =
  '"$(printf \'\\377\\376 \\303\')" "" "a\nb" --help -k "é€𐀀" "$(printf \'\\355\\262\\200\')"';
const ODD_ENVIRONMENT = {
  ODD_NAME: "x=y=z",
  EMPTY: "",
  LINES: "a\nb",
  LANG: "xx_YY.bogus",
  TIMEOUT_METRICS: undefined,
};

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-invisible-"));
after(() => rmSync(FOLDER, { recursive: true }));
chmodSync(FOLDER, 0o755);
const PROBE = copied("probe", child("inherited"));
const BUNDLE_COPY = copied("bundle.js", BUNDLE);

/** In a place that every user may read. */
function copied(name: string, path: string): string {
  const copy = join(FOLDER, name);
  cpSync(path, copy);
  chmodSync(copy, 0o755);
  return copy;
}

type Seen = readonly string[];
let looks = 0;

/** What a program sees in these surroundings, behind a wrapper or not. */
async function look(pairs: string, wrapper: readonly string[], env: Binary["env"]): Promise<Seen> {
  const name = `seen-${looks++}`;
  const file = join(FOLDER, name);
  // The shell makes what the runtime of the tests cannot hand over. The probe may be another user.
  const script = `umask 0; : > "$0"; umask 022; LAUNCHER=$$
    BYTES="$(printf '\\200\\377')"; export BYTES LAUNCHER
    exec "$@" ${WORDS} < /dev/null >> "$0.out" 2>> "$0.out"`;
  const program = surroundings(pairs, ...wrapper, PROBE, file);
  const argv = ["sh", "-c", script, file, ...program];
  const { code } = await run(argv, { cwd: FOLDER, env: { ...ODD_ENVIRONMENT, ...env } });
  assert.deepEqual([code, readFileSync(`${file}.out`, "utf8")], [0, ""]);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => line.replace(`/${name}.out`, "/seen")).filter(isCompared);
}

/** What the tests themselves put into the environment: hexadecimal, as the probe prints it. */
const OURS = ["CURFEW_BUNDLE=", "LAUNCHER="].map((name) => Buffer.from(name).toString("hex"));

/** Not what the tests themselves change: the probe's file, the cold form's bundle. */
function isCompared(line: string): boolean {
  const isOurs = OURS.some((name) => line.includes(` ${name}`));
  return !isOurs && !/^(argv\[1\]|environment\[\d+\] 5f3d) /.test(line);
}

/** Lines of the probe that the wrapper changes, as it is documented. */
type Changes = Readonly<Record<string, string>>;

function changed(seen: Seen, changes: Changes): Seen {
  return seen.map((line) => {
    const [key = ""] = line.split(" ");
    return key in changes ? `${key} ${changes[key]}` : line;
  });
}

/** The guardian is the command's parent, and its death is the command's. */
const GUARDED: Changes = { "parent-death-signal": "9" };
const OWN_GROUP: Changes = { ...GUARDED, group: "the launcher's" };
const LEADS_GROUP: Changes = { ...GUARDED, group: "its own" };
const OWN_SESSION: Changes = { ...GUARDED, session: "its own", group: "its own" };

const RUNS: readonly (readonly [words: readonly string[], changes: Changes])[] = [
  [["timeout", "1000"], OWN_GROUP],
  [["timeout", "-f", "1000"], GUARDED],
  [["timeout", "-v", "-k", "1000", "-s", "USR2", "0"], OWN_GROUP],
  [["run", "--process-group", "caller", "--timeout", "1000"], GUARDED],
  [["run", "--report", "/dev/null", "--events", "/dev/null"], LEADS_GROUP],
  [["run", "--die-with-parent", "--new-session"], OWN_SESSION],
  [["init"], LEADS_GROUP],
];

function comparisons(binary: Binary): void {
  const path = copied(binary.name, binary.path);
  const env = binary.name === "cold" ? { CURFEW_BUNDLE: BUNDLE_COPY } : {};
  for (const [words] of RUNS) {
    test(`sockets that are passed to ${words.join(" ")} are the command's`, async () => {
      const named = 'LISTEN_PID=$$ WATCHDOG_PID=$$ exec "$@"';
      const shows = 'echo "$LISTEN_PID $WATCHDOG_PID $$"';
      const argv = ["sh", "-c", named, "sh", path, ...words, "sh", "-c", shows];
      const [listen, watchdog, own] = (await run(argv, { env })).stdout.trim().split(" ");
      assert.ok(Number(own) > 0);
      assert.deepEqual([listen, watchdog], [own, own]);
    });
  }
  for (const { name, pairs, root, frozen } of PREPARATIONS) {
    const skip =
      (root === true && !isRoot && "needs root") ||
      (frozen === true && binary.name !== "frozen" && "the cold form needs more memory");
    test(`with ${name}`, { skip }, async () => {
      const bare = await look(pairs, [], env);
      assert.ok(bare.length > 100);
      for (const [words, changes] of RUNS) {
        const wrapped = await look(pairs, [path, ...words], env);
        assert.deepEqual(wrapped, changed(bare, changes), words.join(" "));
      }
    });
  }
}

describe("invisible", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => comparisons(binary));
  }
});
