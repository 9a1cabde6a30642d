// What programs search for in the words of the tools that we stand in for: each row is said by the
// real one, where it is installed, and by us under its name, in the C locale. What differs by
// choice is in docs/init.md and docs/timeout.md.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BINARIES } from "./binary.ts";
import { child } from "./children.ts";
import type { Ended } from "./run.ts";
import { start } from "./run.ts";

type Row = {
  readonly words: readonly string[];
  /** Which part of what they say is the same in both; all of it if nothing is said here. */
  readonly alike?: Alike;
  readonly env?: Readonly<Record<string, string>>;
  /** What is sent when the command is ready. */
  readonly sends?: NodeJS.Signals;
};

/** These phrases, on stdout or stderr; or all that the real one says, and more behind it. */
type Alike = readonly RegExp[] | "beginning";

const whole = (...rows: readonly (readonly string[])[]): readonly Row[] =>
  rows.map((words) => ({ words }));

const TIMEOUT: readonly Row[] = [
  ...whole(
    ["-/"],
    ["-5", "true"],
    ["-vx", "5", "true"],
    ["--bogus", "5", "true"],
    ["--bogus=1", "5", "true"],
    ["--foreground=1", "5", "true"],
    ["--p=1", "5", "true"],
    ["-s"],
    ["-k"],
    ["--signal"],
    ["--k"],
    ["--v", "5", "true"],
    ["--ver", "5", "true"],
    ["-s", "FOO", "5", "true"],
    ["--signal=", "5", "true"],
    ["-k", "1w", "5", "true"],
    ["--kill-after=x", "5", "true"],
    ["1x", "true"],
    ["", "true"],
    ["it's", "true"],
    ["1000", "curfew-has-no-such"],
    ["1000", "./missing"],
    ["1000", ""],
    ["1000", "./a'b\n"],
    ["1000", "./plain"],
    ["1000", "."],
    ["1000", "./plain/x"],
    ["1000", "./loop"],
    ["1000", `./${"x".repeat(300)}`],
    ["-v", "0.01", "sleep", "1000"],
  ),
  {
    words: ["--leftover=kill", "5", "true"],
    alike: [/^timeout: unrecognized option '--leftover=kill'/m],
  },
  { words: [], alike: [/^Try 'timeout --help' for more information\.$/m] },
  { words: ["1"], alike: [/^Try 'timeout --help' for more information\.$/m] },
  {
    words: ["1000", "./no-interpreter"],
    alike: [/^timeout: failed to run command '.\/no-interpreter': No such file or directory/],
  },
];

const EXITS = ["sh", "-c", "exit 3"];
const DIES = ["sh", "-c", "kill $$"];
const CATCHES = [child("handles"), "-e", "5", "2", "15"];
const ORPHAN = ["sh", "-c", "p=$( (sleep 0.1 >&- & echo $!) ); while [ -e /proc/$p ]; do :; done"];
/** How tini begins a line. */
const mark = (level: string, text: string) =>
  new RegExp(`^\\[${level.padEnd(5)} tini \\(N\\)\\] ${text}$`, "m");

const TINI: readonly Row[] = [
  ...whole(
    ["--version"],
    [],
    ["-s", "--"],
    ["-x", "true"],
    ["-sx", "true"],
    ["-e"],
    ["-e", "256", "true"],
    ["-e", "x", "true"],
    ["-p", "KILL", "true"],
    ["-s", "--", "curfew-has-no-such"],
    ["-s", "--", "./missing"],
    ["-s", "--", "./plain"],
    ["-s", "--", "/"],
    ["-s", "--", "./loop"],
    ["-sv", "--", ...EXITS],
    ["-sv", "--", ...DIES],
    ["-svv", "--", ...EXITS],
    ["-svv", "--", ...DIES],
  ),
  { words: ["-s", "--", ...EXITS], env: { TINI_VERBOSITY: "3" } },
  { words: ["-s", "--", "./missing"], env: { TINI_VERBOSITY: "0" } },
  { words: ["-h"], alike: "beginning" },
  {
    words: ["-svvv", "--", ...EXITS],
    alike: [
      mark("TRACE", "Registered as child subreaper"),
      mark("DEBUG", "Received SIGCHLD"),
      mark("TRACE", "Exiting: child has exited"),
    ],
  },
  {
    words: ["-svv", "--", ...CATCHES],
    sends: "SIGTERM",
    alike: [mark("DEBUG", "Passing signal: 'Terminated'")],
  },
  {
    words: ["-sw", "--", ...ORPHAN],
    alike: [mark("WARN", "Reaped zombie process with pid=N")],
  },
  {
    words: ["-s", "--", "./no-interpreter"],
    alike: [/^\[FATAL tini \(N\)\] exec .\/no-interpreter failed: No such file or directory/],
  },
];

const line = (text: string) => new RegExp(`^\\[dumb-init\\] ${text}$`, "m");

const DUMB_INIT: readonly Row[] = [
  ...whole(
    ["--version"],
    ["-V"],
    [],
    ["-c", "--"],
    ["-x", "true"],
    ["--bogus", "true"],
    ["--ver", "true"],
    ["--verbose=2", "true"],
    ["-r"],
    ["--rewrite"],
    ["-r", "99:3", "true"],
    ["-r", "TERM:INT", "true"],
    ["-r", "", "true"],
    ["--rewrite=15", "true"],
    ["curfew-has-no-such"],
    ["./missing"],
    ["./plain"],
    ["/"],
    ["./loop"],
    ["-vc", ...EXITS],
    ["-vc", ...DIES],
  ),
  { words: ["-h"], alike: "beginning" },
  { words: ["--help"], alike: "beginning" },
  {
    words: ["-v", ...EXITS],
    alike: [
      line("Child spawned with PID N\\."),
      line("setsid complete\\."),
      new RegExp(
        [
          "\\[dumb-init\\] Received signal 17\\.",
          "\\[dumb-init\\] A child with PID N exited with exit status 3\\.",
          "\\[dumb-init\\] Forwarded signal 15 to children\\.",
          "\\[dumb-init\\] Child exited with status 3\\. Goodbye\\.\n$",
        ].join("\n"),
      ),
    ],
  },
  {
    words: ["-vcr", "15:2", ...CATCHES],
    sends: "SIGTERM",
    alike: [
      /^\[dumb-init\] Received signal 15\.\n\[dumb-init\] Translating signal 15 to 2\.$/m,
      line("Forwarded signal 2 to children\\."),
    ],
  },
  {
    words: ["-c", ...EXITS],
    env: { DUMB_INIT_DEBUG: "1" },
    alike: [line("Child exited with status 3\\. Goodbye\\.")],
  },
  { words: ["./no-interpreter"], alike: [/^\[dumb-init\] .\/no-interpreter: No such file or dir/] },
];

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  timeout: TIMEOUT,
  tini: TINI,
  "dumb-init": DUMB_INIT,
};

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-phrases-"));
after(() => rmSync(FOLDER, { recursive: true }));
writeFileSync(join(FOLDER, "plain"), "true\n");
writeFileSync(join(FOLDER, "no-interpreter"), "#!/nowhere/sh\n", { mode: 0o755 });
symlinkSync("loop", join(FOLDER, "loop"));

/** The version that the rows were seen with: another may say something else. */
const KNOWN: Readonly<Record<string, RegExp>> = {
  timeout: /^timeout \(GNU coreutils\) 9\./,
  tini: /^tini version 0\.19\./,
  "dumb-init": /^dumb-init v1\.2\.5/,
};

function pathOf(tool: string): string | undefined {
  const found = spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim();
  if (found === "") return undefined;
  const { stdout, stderr } = spawnSync(found, ["--version"], { encoding: "utf8" });
  return KNOWN[tool]?.test(stdout + stderr) ? found : undefined;
}

/** What a program says by the name of a tool; its stdout first: tini says some of it there. */
async function saidBy(program: string, tool: string, row: Row, env: Row["env"]): Promise<string> {
  const options = { argv0: tool, cwd: FOLDER, env: { LC_ALL: "C", ...row.env, ...env } };
  const running = start([program, ...row.words], options);
  if (row.sends !== undefined) {
    await running.says(/^ready/m);
    running.kill(row.sends);
  }
  return plain(await running.ended);
}

/** Without what differs from run to run, and without our own version behind the tool's. */
function plain({ stdout, stderr }: Ended): string {
  return `${stdout}${stderr}`
    .replace(/ \(curfew [\w.-]+\)/g, "")
    .replace(/(tini \(|pid '|pid: '|pid=|PID )[1-9]\d*/g, "$1N");
}

const titleOf = ({ words, env }: Row) =>
  [...Object.entries(env ?? {}).map((pair) => pair.join("=")), ...words]
    .map((word) => word.replace(/^.*\/handles-\w+$/, "handles"))
    .join(" ")
    .slice(0, 80);

function assertAlike(ours: string, theirs: string, alike: Alike | undefined): void {
  if (alike === undefined) assert.equal(ours, theirs);
  else if (alike === "beginning") assert.equal(ours.slice(0, theirs.length), theirs);
  else for (const phrase of alike) assert.match(ours, phrase);
  if (typeof alike === "object") for (const phrase of alike) assert.match(theirs, phrase);
}

describe("phrases", () => {
  for (const [tool, rows] of Object.entries(TABLES)) {
    const real = pathOf(tool);
    const skip = real === undefined && `no ${tool} of that version here`;
    for (const binary of BINARIES) {
      describe(`${tool}, ${binary.name}`, { concurrency: 4 }, () => {
        for (const row of rows) {
          test(titleOf(row), { skip }, async () => {
            const ours = await saidBy(binary.path, tool, row, binary.env);
            assertAlike(ours, await saidBy(real ?? "", tool, row, {}), row.alike);
          });
        }
      });
    }
  }
});

describe("numbers", () => {
  for (const binary of BINARIES) {
    test(`a command that ends at once has a number, ${binary.name}`, async () => {
      const alone = await saidBy(binary.path, "dumb-init", { words: ["-vc", "true"] }, binary.env);
      assert.match(alone, /^\[dumb-init\] Child spawned with PID N\.\n/);
      for (let count = 0; count < 30; count++) {
        const row = { words: ["-vc", "true"] };
        assert.equal(await saidBy(binary.path, "dumb-init", row, binary.env), alone);
      }
    });
  }
});

/** What Docker makes of `docker-init --version`: the words behind these two are the version. */
const DOCKER = "tini version ";

describe("versions", () => {
  for (const binary of BINARIES) {
    const version = async (name: string, ...words: string[]) => {
      const program = start([binary.path, ...words], { argv0: name, env: binary.env });
      const { code, stdout, stderr } = await program.ended;
      assert.equal(code, 0);
      return [stdout, stderr];
    };
    for (const name of ["tini", "tini-static", "docker-init", "podman-init"]) {
      test(`Docker finds the version of ${name}, ${binary.name}`, async () => {
        const [stdout = "", stderr] = await version(`/sbin/${name}`, "--version");
        assert.match(stdout, /^tini version 0\.19\.0 \(curfew \d+\.\d+\.\d+\)\n$/);
        assert.equal(stderr, "");
        const [first = ""] = stdout.trim().split(" - ");
        assert.ok(first.startsWith(DOCKER) && first.slice(DOCKER.length).startsWith("0.19.0"));
      });
    }
    test(`Docker finds the version of catatonit, ${binary.name}`, async () => {
      for (const word of ["-V", "--version"]) {
        const [stdout = "", stderr] = await version("/usr/libexec/podman/catatonit", word);
        assert.match(stdout, /^tini version 0\.1\.7_catatonit \(curfew \d+\.\d+\.\d+\)\n$/);
        assert.equal(stderr, "");
      }
    });
    test(`dumb-init's version is on stderr, ${binary.name}`, async () => {
      for (const word of ["-V", "--version"]) {
        const [stdout, stderr = ""] = await version("dumb-init", word);
        assert.match(stderr, /^dumb-init v1\.2\.5 \(curfew \d+\.\d+\.\d+\)\n$/);
        assert.equal(stdout, "");
      }
    });
  }
});
