// What `curfew doctor` says and what a run then has are the same, in every surrounding.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child, surroundings } from "./children.ts";
import { readReport, staged } from "./reports.ts";
import { curfew, type Ended, endOfRun } from "./run.ts";

type Place = {
  readonly name: string;
  readonly before: readonly string[];
  readonly isRoots?: true;
};

const REFUSE = child("refuse");
const PLACES: readonly Place[] = [
  { name: "here", before: [] },
  { name: "no prctl", before: [REFUSE, "prctl=1"] },
  { name: "no prctl, by another errno", before: [REFUSE, "prctl=22"] },
  { name: "no clone", before: surroundings("--deny clone=1 --deny clone3=38") },
  { name: "no PID namespaces", before: surroundings("--deny clone_newpid=1") },
  { name: "no mkdir", before: [REFUSE, "mkdir=1"] },
  { name: "limits that are not kept", before: [REFUSE, "prlimit64=0"] },
  { name: "a container runtime's filter", before: [child("docker-seccomp")] },
  { name: "an ordinary user", before: surroundings("--uid 65534"), isRoots: true },
  {
    name: "an ordinary user whose limits are not kept",
    before: [REFUSE, "prlimit64=0", ...surroundings("--uid 65534")],
    isRoots: true,
  },
  {
    name: "an ordinary user without prctl",
    before: [REFUSE, "prctl=1", ...surroundings("--uid 65534")],
    isRoots: true,
  },
  { name: "root in a user namespace", before: ["unshare", "-Ur"] },
  { name: "a /proc of another namespace", before: ["unshare", "-pf"], isRoots: true },
  { name: "PID 1", before: ["unshare", "-pf", "--mount-proc"], isRoots: true },
  {
    name: "no /proc",
    before: ["unshare", "-m", "sh", "-c", 'umount -l /proc; exec "$@"', "sh"],
    isRoots: true,
  },
  {
    name: "root without CAP_KILL",
    before: ["capsh", "--drop=cap_kill", "--", "-c"],
    isRoots: true,
  },
  {
    name: "bubblewrap",
    before: ["bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc"],
  },
];

/** The words of a shell where a tool takes nothing else. */
function inPlace({ before }: Place, words: readonly string[]): string[] {
  if (before.at(-1) !== "-c") return [...before, ...words];
  return [...before, words.map((word) => `'${word}'`).join(" ")];
}

function whyNot(place: Place): string | false {
  if (place.isRoots && !IS_ROOT) return "needs root";
  const [program = "", ...words] = inPlace(place, ["true"]);
  return program === "" || place.name === "no clone" || spawnSync(program, words).status === 0
    ? false
    : "cannot be made here";
}

type Told = {
  readonly auto: string;
  readonly tree_kill_reliability: string;
  readonly reliability_reasons: readonly string[];
  readonly containment: Readonly<Record<string, { readonly available: boolean }>>;
  readonly limits: Readonly<
    Record<string, { readonly mechanism: string | null; readonly scope: string | null }>
  >;
};

/** Options of `run`, and what doctor says of it: whether it starts, or by which mechanism. */
const LIMITS = [
  ["cpu", "--cpu-limit", "9s"],
  ["mem", "--mem-limit", "512M"],
  ["process", "--process-limit", "500"],
] as const;

function agrees(binary: Binary, place: Place): void {
  const program = staged(binary);
  /** curfew's words in that place; the program is among the words in front. */
  const ask = (...words: readonly string[]): Promise<Ended> => {
    const argv = inPlace(place, [program.path, ...words]);
    const at = { ...program, path: argv.at(-1) ?? "" };
    return curfew(at, [], { before: argv.slice(0, -1) }).ended;
  };

  test(`${place.name}: mechanism, reliability and reasons`, { skip: whyNot(place) }, async () => {
    const doctor = await ask("doctor", "--json");
    assert.deepEqual([endOfRun(doctor), doctor.stderr], ["0", ""]);
    const told = JSON.parse(doctor.stdout) as Told;
    const { containment = {}, limits } = told;
    const run = await ask("run", "--report", "fd:1", "true");
    const isStarted = containment.subreaper?.available || told.auto !== "subreaper";
    const report = readReport(run.stdout);
    assert.equal(report.child !== null, isStarted, run.stderr);
    if (report.child !== null) {
      assert.deepEqual(
        [report.containment, report.tree_kill_reliability, report.reliability_reasons],
        [told.auto, told.tree_kill_reliability, told.reliability_reasons],
      );
    }
    for (const kind of ["cgroup", "pidns", "subreaper"]) {
      const ended = await ask("run", "--containment", kind, "true");
      const isRefused = endOfRun(ended) === "125" && /^[^\n]+\n$/.test(ended.stderr);
      const isMade = endOfRun(ended) === "0" && ended.stderr === "";
      assert.ok(isRefused || isMade, `${kind}: ${JSON.stringify(ended)}`);
      assert.equal(isMade, containment[kind]?.available, `${kind}: ${ended.stderr}`);
    }
    if (!isStarted) return;
    for (const [limit, option, value] of LIMITS) {
      const { stdout, stderr } = await ask("run", "--report", "fd:1", option, value, "true");
      const applied = stdout.startsWith("{") ? readReport(stdout).limits[limit] : undefined;
      const { mechanism = null, scope = null } = (applied ?? {}) as Told["limits"][string];
      const said = limits[`${limit}_limit`];
      assert.deepEqual([mechanism, scope], [said?.mechanism, said?.scope], `${option}: ${stderr}`);
    }
  });
}

describe("doctor and run", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      for (const place of PLACES) agrees(binary, place);
    });
  }
});
