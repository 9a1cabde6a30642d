// Trees that are ended: bench/end.c takes the times, the programs of the adversary suite resist.
import { constants } from "node:os";
import { StepFailed } from "../scripts/steps.ts";
import { adversary, CURFEW } from "../test/adversaries/programs.ts";
import { track } from "../test/adversaries/tracker.ts";
import { fresh, ORDINARY, whyNoBomb } from "../test/adversaries/users.ts";
import { type Ended, parseEnd } from "./ended.ts";
import type { Figures, Found, Name, Times } from "./figures.ts";
import { commandLine, type Program } from "./programs.ts";
import { ENVIRONMENT, output } from "./runs.ts";
import { END, TREE } from "./tools.ts";

type Kind = Extract<Times, `end${string}`>;

type Tree = {
  readonly kind: Kind;
  readonly words: () => readonly string[];
  /** Whether a group's end is its end, too: then the peers take part. */
  readonly isGroup?: true;
  /** Fills its limit of processes: has to have one. */
  readonly isBomb?: true;
  /** Whether its first signal is SIGKILL. */
  readonly isAtOnce?: true;
  /** Whether it is the supervisor that SIGKILL ends. */
  readonly isRegicide?: true;
};

const ROUNDS = 9;
/** Of those that take seconds. */
const FEW_ROUNDS = 5;
const LIMIT = "50";

const FLAT = () => [TREE, "flat", "1000"];
const BINARY = () => [TREE, "binary", "1000"];

const TREES: readonly Tree[] = [
  { kind: "endGroup", words: () => [TREE, "group", "1000"], isGroup: true },
  { kind: "endFlat", words: FLAT },
  { kind: "endBinary", words: BINARY },
  { kind: "endFlatByKill", words: FLAT, isAtOnce: true },
  { kind: "endBinaryByKill", words: BINARY, isAtOnce: true },
  {
    kind: "endHydra",
    words: () => [adversary("hydra"), "session", "100"],
    isAtOnce: true,
    isBomb: true,
  },
  { kind: "endBomb", words: () => [adversary("bomb"), "session"], isAtOnce: true, isBomb: true },
  { kind: "endKilled", words: () => [TREE, "flat", "100"], isRegicide: true },
];

export async function endTrees(programs: readonly Program[]): Promise<Found> {
  const figures = new Map<Name, Partial<Figures>>();
  const missing: string[] = [];
  for (const tree of TREES) {
    const reason = tree.isBomb ? whyNoBomb(ORDINARY) : undefined;
    const found = reason === undefined ? await endAll(programs, tree) : { reason };
    if ("reason" in found) missing.push(`${tree.kind} (${found.reason})`);
    else for (const [name, times] of found.times) add(figures, name, { [tree.kind]: times });
  }
  return { figures, missing };
}

function add(all: Map<Name, Partial<Figures>>, name: Name, more: Partial<Figures>): void {
  all.set(name, { ...all.get(name), ...more });
}

/** Rounds in which every program ends the tree once; a program that leaves a process is out. */
async function endAll(
  programs: readonly Program[],
  tree: Tree,
): Promise<{ reason: string } | { times: ReadonlyMap<Name, readonly number[]> }> {
  const peers = programs.filter(({ file, bundle }) => file !== undefined && bundle === undefined);
  const ours = programs.filter(({ isOurs }) => isOurs);
  const times = new Map<Name, number[]>();
  const failed = new Set<Name>();
  const rounds = tree.isBomb || tree.isRegicide ? FEW_ROUNDS : ROUNDS;
  for (let round = 0; round < rounds; round++) {
    for (const program of tree.isGroup ? [...ours, ...peers] : ours) {
      if (failed.has(program.name)) continue;
      const ended = await endOne(program, tree);
      if ("reason" in ended) return ended;
      if (!program.isOurs && ended.left > 0) failed.add(program.name);
      else times.set(program.name, [...(times.get(program.name) ?? []), ended.gone]);
    }
  }
  for (const name of failed) times.delete(name);
  return { times };
}

async function endOne(program: Program, tree: Tree): Promise<Ended> {
  const signal = tree.isRegicide ? "SIGKILL" : program.endsBy;
  const reports = program.isOurs === true && !tree.isRegicide;
  const first = tree.isAtOnce ? ["--signal=KILL"] : [];
  const options = [...first, ...(program.silence ?? []), ...(reports ? ["--report=fd:4"] : [])];
  const number = [`${constants.signals[signal]}`, reports ? "1" : "0"];
  const ended = tree.isBomb
    ? await endConfined(number, within(program), tree, options)
    : parseEnd(
        await output(END, [...number, ...commandLine(program, tree.words(), LIMIT, options)]),
      );
  check(program, tree, ended, reports);
  return ended;
}

/** A copy of our build that other users may read; another build is measured where it is. */
function within(program: Program): Program {
  return program.name === "against" ? program : { ...program, file: CURFEW };
}

/** Under limits of its own and under the eyes of a warden: whatever fails here, it ends. */
async function endConfined(
  number: readonly string[],
  program: Program,
  tree: Tree,
  options: readonly string[],
): Promise<Ended> {
  const tracker = track(fresh(ORDINARY));
  try {
    const words = commandLine(program, tree.words(), LIMIT, options);
    const env = { ...ENVIRONMENT, ...tracker.env };
    return parseEnd(await output(END, [...number, ...tracker.before, ...words], env));
  } finally {
    await tracker.close();
  }
}

/** A time without the proof is none, and what is left refutes it. */
function check({ name, isOurs }: Program, tree: Tree, ended: Ended, reports: boolean): void {
  if (!isOurs || "reason" in ended) return;
  const { left, claimsGone } = ended;
  if (left === 0 && (claimsGone || !reports)) return;
  const claim = claimsGone ? "tree_gone" : "no tree_gone";
  throw new StepFailed(`curfew: not measured: ${name}, ${tree.kind}: ${claim}, ${left} left`);
}
