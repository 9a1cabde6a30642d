// From the host program and a bundle to the finished executable, with trial runs in between: see
// native/src/engine/layout.rs.
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { need, runTool, StepFailed } from "../steps.ts";

/**
 * The trial runs: what users do most. The objects that the runs of one group write to lie together
 * in the finished program, except those that an earlier group also writes to: no run pays for a
 * later group.
 */
const TRIALS: readonly (readonly (readonly string[])[])[] = [
  [["timeout", "10", "true"]],
  [["run", "--", "true"]],
  [["init", "--", "true"]],
  // The rows of the options are many, and a run with options looks through most of them.
  [
    ["timeout", "-k", "9", "-s", "TERM", "10", "true"],
    ["run", "--timeout", "10s", "--", "true"],
  ],
];

/**
 * How often each is run, and in how many of these runs a piece must be written to. Which of two
 * processes is first differs from run to run, and so does what a run writes to. Two builds are to
 * have the same profile: what happens in every second run is in it, and what happens once in a
 * while on a busy machine is not.
 */
const TIMES = 16;
const LEAST = 3;

export type Freeze = {
  readonly host: string;
  /** What must stand before the host, and before what is frozen, to run it here. */
  readonly runner?: readonly string[];
  /** Relative to the root: no directory of this machine may reach the engine. */
  readonly bundle: string;
  readonly to: string;
  /**
   * A profile of trial runs. Without one, they are made here. Another processor's program takes
   * that of this machine's: the pieces are the same, and an emulator is so slow that its trial runs
   * are not.
   */
  readonly profile?: string;
};

/** Writes the frozen executable, or fails and leaves what was there. */
export async function freeze(plan: Freeze): Promise<void> {
  const { to } = plan;
  await mkdir(dirname(to), { recursive: true });
  const part = (name: string): string => `${to}.${process.pid}.${name}`;
  const [made, first, second] = ["profile", "first", "second"].map(part);
  if (!made || !first || !second) throw new StepFailed("no names for parts");
  try {
    if (plan.profile === undefined) await tryOut({ ...plan, to: made });
    const profile = plan.profile ?? made;
    await write({ ...plan, profile, to: first });
    await write({ ...plan, profile, to: second });
    await requireEqual(first, second);
    await rename(first, to);
  } finally {
    await Promise.all([made, first, second].map((path) => rm(path, { force: true })));
  }
}

/** Writes a profile: what trial runs of the program write to. */
export async function tryOut(plan: Omit<Freeze, "profile">): Promise<void> {
  await mkdir(dirname(plan.to), { recursive: true });
  const spread = `${plan.to}.${process.pid}.spread`;
  try {
    await write({ ...plan, to: spread });
    await writeProfile([...(plan.runner ?? []), spread], plan.to);
  } finally {
    await rm(spread, { force: true });
  }
}

/** A record of a profile: see `Tag` in native/src/engine/layout.rs. */
const RECORD = 16;
const GROUP_AT = 0;
/** In the place of a group: the piece was given back before the freezing. */
const GONE = 0x676f6e65;
const INDEX_AT = 4;

/** One profile of all trial runs: each written piece once, in the order of their making. */
async function writeProfile(spread: readonly string[], profile: string): Promise<void> {
  const found = new Map<number, Buffer>();
  for (const [group, trials] of TRIALS.entries()) {
    for (const trial of trials) {
      for (const [index, record] of await oftenWritten([...spread, ...trial], profile)) {
        if (!isGone(record)) {
          record.writeUInt32LE(found.get(index)?.readUInt32LE(GROUP_AT) ?? group, GROUP_AT);
        }
        found.set(index, record);
      }
    }
  }
  const records = [...found].sort(([one], [other]) => one - other).map(([, record]) => record);
  await writeFile(profile, Buffer.concat(records));
}

/** What a trial writes to in enough of its runs, by the number of the piece. */
async function oftenWritten(
  trial: readonly string[],
  profile: string,
): Promise<ReadonlyMap<number, Buffer>> {
  const records = new Map<number, Buffer>();
  const counts = new Map<number, number>();
  for (let time = 0; time < TIMES; time++) {
    for (const record of await recordsOf(trial, profile)) {
      const index = record.readUInt32LE(INDEX_AT);
      records.set(index, record);
      counts.set(index, (counts.get(index) ?? 0) + 1);
    }
  }
  return new Map([...records].filter(([index]) => (counts.get(index) ?? 0) >= LEAST));
}

function isGone(record: Buffer): boolean {
  return record.readUInt32LE(GROUP_AT) === GONE;
}

/** What one trial run wrote to. */
async function recordsOf(trial: readonly string[], profile: string): Promise<Buffer[]> {
  // With a HOME, whose configuration is looked for.
  const env = { PATH: "/bin:/usr/bin", HOME: "/nonexistent", CURFEW_TRIAL_PROFILE: profile };
  await need(trial, { env });
  const bytes = await readFile(profile);
  const count = Math.floor(bytes.length / RECORD);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * RECORD, (at + 1) * RECORD));
}

/**
 * One freeze. No other variable is set: the environment is not an input. The host refuses to write
 * an image that holds what looks like an address of its own heap. A number may look so by chance
 * (the heap lies at random in the first gigabytes), but not three times.
 */
async function write(plan: Freeze, attempts = 3): Promise<void> {
  const { host, runner = [], bundle, to, profile } = plan;
  const argv = [...runner, host];
  const env: NodeJS.ProcessEnv = { CURFEW_BUNDLE: bundle, CURFEW_FREEZE: to };
  if (profile !== undefined) env.CURFEW_TRIAL_PROFILE = profile;
  if (attempts === 1) await need(argv, { env });
  else if ((await runTool(argv, { env })).status !== 0) {
    await write(plan, attempts - 1);
  }
}

/** Two processes lie at different random addresses: equal images hold none of them. */
async function requireEqual(first: string, second: string): Promise<void> {
  const [a, b] = await Promise.all([readFile(first), readFile(second)]);
  if (!a.equals(b)) throw new StepFailed("curfew: two freezes of one program differ");
}
