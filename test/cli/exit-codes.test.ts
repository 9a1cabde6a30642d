// The table of exit codes in docs/timeout.md against the real program, row by row.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { child, number, surroundings } from "./children.ts";
import type { When } from "./run.ts";
import { curfew, endOfRun, expire, OPEN, run, stateOf, timeout, until } from "./run.ts";

type Row = readonly [name: string, words: readonly string[], end: string, when?: When];

const SLEEP = ["sleep", "1000"];
/** A command that does not care for TERM. */
const STUBBORN = ["1000", child("handles"), number("TERM")];
const TRAPS_7 = ["1000", child("handles"), "-e", "7", number("TERM")];
/** Ends by itself with 5, long before any limit. */
const FIVE = ["sh", "-c", "exit 5"];
const STOP = "echo ready $$; kill -STOP $$; read x < /dev/zero";
const EXPIRED = "0.01";

/** What the command does, and how we end: a code, or a real death by a signal. */
const TABLE: readonly Row[] = [
  ["the command ends in time: its code", ["1000", ...FIVE], "5"],
  ["no limit: its code", ["0", ...FIVE], "5"],
  ["foreground: its code", ["--foreground", "1000", ...FIVE], "5"],
  ["preserve-status in time: its code", ["--preserve-status", "1000", ...FIVE], "5"],
  ["124 of the command's own", ["1000", "sh", "-c", "exit 124"], "124"],
  ["expiry, dies of TERM", [EXPIRED, ...SLEEP], "124"],
  ["expiry, exits 7 in a trap", [...TRAPS_7], "124", "ready"],
  ["expiry, dies of another -s", ["-s", "HUP", EXPIRED, ...SLEEP], "124"],
  ["expiry, dies of a real-time -s", ["-s", "RTMIN+3", EXPIRED, ...SLEEP], "124"],
  ["expiry, foreground", ["--foreground", EXPIRED, ...SLEEP], "124"],
  ["expiry, preserve-status: 128+N as an exit", ["-p", EXPIRED, ...SLEEP], "143"],
  ["expiry, preserve-status: the trap's code", ["-p", ...TRAPS_7], "7", "ready"],
  ["expiry, preserve-status, -s INT", ["-p", "-s", "INT", EXPIRED, ...SLEEP], "130"],
  ["expiry, -s KILL", ["-s", "KILL", EXPIRED, ...SLEEP], "SIGKILL"],
  ["expiry, -s KILL, preserve-status", ["-p", "-s", "KILL", EXPIRED, ...SLEEP], "SIGKILL"],
  ["expiry, -s KILL, foreground", ["-f", "-s", "KILL", EXPIRED, ...SLEEP], "137"],
  ["expiry, -s KILL, both", ["-f", "-p", "-s", "KILL", EXPIRED, ...SLEEP], "137"],
  ["expiry, -k, ends within the grace", ["-k", "1000", EXPIRED, ...SLEEP], "124"],
  ["expiry, -k, exits within the grace", ["-k", "1000", ...TRAPS_7], "124", "ready"],
  ["expiry, -k, preserve, within the grace", ["-p", "-k", "1000", EXPIRED, ...SLEEP], "143"],
  ["expiry, -k, KILL needed", ["-k", EXPIRED, ...STUBBORN], "SIGKILL", "ready"],
  ["expiry, -k, KILL needed, foreground", ["-f", "-k", EXPIRED, ...STUBBORN], "137", "ready"],
  ["expiry, -k, KILL needed, preserve", ["-p", "-k", EXPIRED, ...STUBBORN], "SIGKILL", "ready"],
  ["expiry, -k 0 is no -k", ["-k", "0", EXPIRED, ...SLEEP], "124"],
  ["-s 0 with -k: KILL follows", ["-s", "0", "-k", EXPIRED, EXPIRED, ...SLEEP], "SIGKILL"],
  ["-s 0 with -k, foreground", ["-f", "-s", "0", "-k", EXPIRED, EXPIRED, ...SLEEP], "137"],
  ["own failure: bad usage", ["-s", "NOTHING", "1", "true"], "125"],
  ["EACCES", ["1", "./not-executable"], "126"],
  ["a directory", ["1", "."], "126"],
  ["ENOTDIR", ["1", "./plain/x"], "126"],
  ["ELOOP", ["1", "./loop"], "126"],
  ["ENAMETOOLONG", ["1", `./${"x".repeat(300)}`], "126"],
  ["ENOENT", ["1", "./missing"], "127"],
  ["ENOENT in PATH", ["1", "curfew-has-no-such-command"], "127"],
  ["a #! interpreter that is missing", ["1", "./no-interpreter"], "127"],
  ["an empty name", ["1", ""], "127"],
  ["no #! line: sh runs it", ["1000", "./no-first-line"], "3"],
  ["a damaged ELF: sh's own code", ["1000", "./damaged"], "sh's"],
];

const FOLDERS: string[] = [];
/** Where cores are dumped, one process at a time. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "curfew-exit-codes-"));
  FOLDERS.push(made);
  return made;
}
after(() => FOLDERS.forEach((made) => void rmSync(made, { recursive: true })));

/** A folder with the files that the rows name. */
const FOLDER = folder();
const MADE = run(
  [
    "sh",
    "-c",
    `
  echo 'exit 3' > no-first-line; chmod +x no-first-line
  printf '#!/nowhere/sh\\n' > no-interpreter; chmod +x no-interpreter
  printf '\\177ELF\\001\\002\\003 damaged\\n' > damaged; chmod +x damaged
  echo true > not-executable; echo > plain; ln -s loop loop
`,
  ],
  { cwd: FOLDER },
);

/** The signals whose default action ends a process. */
const DEADLY = Array.from({ length: 64 }, (_, index) => index + 1).filter(
  (n) => ![17, 18, 19, 20, 21, 22, 23, 28].includes(n),
);
/** Runs a command and says on descriptor 3 how wait(2) saw it end. */
async function wait(
  words: readonly string[],
  cwd: string,
  env: Binary["env"] = {},
): Promise<string> {
  // Our output is where the program's own would be: it gets another descriptor for itself.
  const argv = [
    "sh",
    "-c",
    'exec 3>&1 >/dev/null 2>&1; exec "$@"',
    "sh",
    child("ends"),
    "3",
    ...words,
  ];
  const { stdout } = await run(argv, { cwd, env });
  return stdout.trim();
}

describe("exit codes", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => exitTests(binary));
  }
});

function exitTests(binary: Binary): void {
  for (const [name, words, end, when] of TABLE) {
    test(`${name}: ${end}`, async () => {
      await MADE;
      const wanted = end === "sh's" ? await shellsCode() : end;
      const running = curfew(binary, ["timeout", ...words], { cwd: FOLDER });
      const ended = when === undefined ? running.ended : expire(running, when);
      assert.equal(endOfRun(await ended), wanted);
    });
  }
  everyCode(binary);
  everyDeath(binary);
  processes(binary);
}

async function shellsCode(): Promise<string> {
  return endOfRun(await run(["sh", "./damaged"], { cwd: FOLDER }));
}

function everyCode(binary: Binary): void {
  test("all 256 exit codes pass through", async () => {
    // Each run says its code at once: the limit of the test is for one run, not for all.
    const script = `n=0; while [ $n -lt 256 ]; do
      "$0" timeout 1000 sh -c "exit $n"; echo $?; n=$((n+1)); done`;
    const { stdout } = await run(["sh", "-c", script, binary.path], { env: binary.env });
    const codes = Array.from({ length: 256 }, (_, code) => `${code}\n`);
    assert.equal(stdout, codes.join(""));
  });
}

function everyDeath(binary: Binary): void {
  test("every signal's death in time is repeated, without a second core dump", async () => {
    const bare = new Map<number, string>();
    const cwd = folder();
    const dumps = surroundings("--limit 4=-1");
    for (const n of DEADLY) bare.set(n, await wait([...dumps, child("dies"), String(n)], cwd));
    for (const [n, end] of bare) assert.match(end, new RegExp(`^signaled ${n}( core)?$`));
    for (const n of DEADLY) {
      const words = [...dumps, binary.path, "timeout", "1000", child("dies"), String(n)];
      assert.equal(await wait(words, cwd, binary.env), `signaled ${n}`);
    }
  });

  test("signals that do not kill leave the command's code alone", async () => {
    for (const n of [17, 18, 23, 28]) {
      const words = [binary.path, "timeout", "1000", child("dies"), String(n)];
      assert.equal(await wait(words, FOLDER, binary.env), "exited 0");
    }
  });

  test("S26: a core dump is told, also after expiry; our own limits are the command's", async (t) => {
    const dumps = surroundings("--limit 4=-1");
    const dying = [child("dies"), number("ABRT")];
    const cwd = folder();
    if (!(await wait([...dumps, ...dying], cwd)).endsWith("core")) return t.skip("no core dumps");
    const options = { cwd, before: dumps };
    const dead = await timeout(binary, ["1000", ...dying], options);
    assert.deepEqual([endOfRun(dead), lines(dead.stderr)], ["SIGABRT", 1]);
    assert.match(dead.stderr, / timeout: the monitored command dumped core\n$/);
    const expired = await timeout(binary, ["-s", "ABRT", "0.01", "sleep", "1000"], options);
    assert.equal(endOfRun(expired), "124");
    assert.match(expired.stderr, / timeout: the monitored command dumped core\n$/);
  });
}

function processes(binary: Binary): void {
  test("S18: grandchildren in the group die at expiry", async () => {
    // The end of the pipe that all of them hold is the proof.
    const tree = ["sh", "-c", "sleep 1000 & (sleep 1000 & sleep 1000) & wait"];
    assert.equal(endOfRun(await timeout(binary, [EXPIRED, ...tree])), "124");
  });

  test("S18: with -k, grandchildren that ignore TERM die with the command that does", async () => {
    const tree = [child("handles"), "-g", number("TERM")];
    const running = curfew(binary, ["timeout", "-k", EXPIRED, "1000", ...tree]);
    assert.equal(endOfRun(await expire(running, "all ready")), "SIGKILL");
  });

  test("S19: jobs of a command that ends by itself are left alone", async () => {
    const job = ["sh", "-c", '"$0" -e 9 15 <&- & read end; exit 6', child("handles")];
    const running = curfew(binary, ["timeout", "1000", ...job], { input: OPEN });
    const [, pid] = await running.says(/^ready (\d+)$/m);
    running.write("end\n");
    await until("the command has ended", () => ["Z", ""].includes(stateOf(running.pid)));
    // We are gone, the job is not: it holds the pipe until we ask it to go.
    process.kill(Number(pid), "SIGTERM");
    const end = await running.ended;
    assert.deepEqual([endOfRun(end), end.stdout.includes("caught 15")], ["6", true]);
  });

  test("S21: -s 0 delivers nothing; 124 when the command ends by itself", async () => {
    const words = ["timeout", "-v", "-s", "0", EXPIRED, "sh", "-c", "read end; exit 6"];
    const running = curfew(binary, words, { input: OPEN });
    await running.says(/sending signal 0 to command/, "stderr");
    running.write("end\n");
    assert.equal(endOfRun(await running.ended), "124");
  });

  const STOPS: readonly Row[] = [
    ["a stopped command", ["1000", "sh", "-c", STOP], "124"],
    ["foreground", ["-f", "1000", "sh", "-c", STOP], "124"],
    ["its trap is run", ["-p", "1000", "sh", "-c", `trap "exit 3" TERM; ${STOP}`], "3"],
    ["foreground, its trap", ["-fp", "1000", "sh", "-c", `trap "exit 3" TERM; ${STOP}`], "3"],
  ];
  for (const [name, words, end] of STOPS) {
    test(`S22: expiry of a stopped command: ${name}`, async () => {
      const running = curfew(binary, ["timeout", ...words]);
      assert.equal(endOfRun(await expire(running, "stopped")), end);
    });
  }

  test("S20: no reason when the command ended before anything was sent", async () => {
    const { code, stderr } = await timeout(binary, ["-v", "1000", "true"]);
    assert.deepEqual([code, stderr], [0, ""]);
  });
}

function lines(text: string): number {
  return text.split("\n").length - 1;
}
