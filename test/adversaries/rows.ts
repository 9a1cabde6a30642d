// The trees that every user can make: what they run, and what is known of them.
import type { Ending } from "./lives.ts";

export type Row = {
  readonly name: string;
  readonly words: readonly [program: string, ...words: string[]];
  /** True if killing the command's group leaves a member alive. */
  readonly escapes: boolean;
  /** Worth many runs: the outcome may depend on which process comes first. */
  readonly isRacing?: true;
  /** Fills its limit of processes, or nearly. */
  readonly isBomb?: true;
  /** Ways to end it that say something; all by default. */
  readonly endings?: readonly Ending[];
  /** Signals as it likes: only under a user ID of the test's own. */
  readonly needsPrivateId?: true;
  /** From the end of the run's reason to curfew's exit, on a busy machine. */
  readonly within_ms: number;
};

const STAYING: readonly Ending[] = ["cancel", "expire"];
const QUICK_MS = 2000;
const BOMB_MS = 10_000;

export const ROWS: readonly Row[] = [
  { name: "T1 daemon", words: ["daemon"], escapes: true, within_ms: QUICK_MS },
  { name: "T2 stone", words: ["stone"], escapes: true, within_ms: QUICK_MS },
  {
    name: "T2 stone, itself stopped",
    words: ["stone", "stopped"],
    escapes: true,
    // Its caller would be stopped with it, but in `timeout`.
    endings: ["expire"],
    within_ms: QUICK_MS,
  },
  ...[1, 4, 20, 100].map(
    (chains): Row => ({
      name: `T3 hydra-${chains}`,
      words: ["hydra", "session", `${chains}`],
      escapes: true,
      isRacing: true,
      ...(chains === 100 && { isBomb: true }),
      within_ms: BOMB_MS,
    }),
  ),
  {
    name: "T3 hydra in one group",
    words: ["hydra", "group", "4"],
    escapes: false,
    isRacing: true,
    within_ms: BOMB_MS,
  },
  {
    name: "T4 hydra-branch",
    words: ["hydra", "branch", "2"],
    escapes: true,
    isRacing: true,
    isBomb: true,
    within_ms: BOMB_MS,
  },
  {
    name: "T5 bomb-group",
    words: ["bomb", "group"],
    escapes: false,
    isRacing: true,
    isBomb: true,
    within_ms: BOMB_MS,
  },
  {
    name: "T6 bomb-session",
    words: ["bomb", "session"],
    escapes: true,
    isRacing: true,
    isBomb: true,
    within_ms: BOMB_MS,
  },
  {
    name: "T7 lazarus",
    words: ["bomb", "cont"],
    escapes: true,
    isRacing: true,
    isBomb: true,
    needsPrivateId: true,
    within_ms: BOMB_MS,
  },
  { name: "T8 headless", words: ["headless"], escapes: true, within_ms: QUICK_MS },
  {
    name: "T8 headless, the command itself",
    words: ["headless", "main"],
    escapes: true,
    endings: STAYING,
    within_ms: QUICK_MS,
  },
  { name: "T9 nursery", words: ["nursery"], escapes: true, within_ms: QUICK_MS },
  {
    name: "T9 nursery, stopped",
    words: ["nursery", "stopped"],
    escapes: true,
    within_ms: QUICK_MS,
  },
  { name: "T10 nested-ns", words: ["nested-ns"], escapes: true, within_ms: QUICK_MS },
  { name: "T11 sibling", words: ["sibling"], escapes: true, within_ms: QUICK_MS },
  { name: "T12 ptrace-pair", words: ["ptrace-pair"], escapes: true, within_ms: QUICK_MS },
  {
    name: "T13 vfork-hang",
    words: ["vfork-hang"],
    escapes: true,
    endings: STAYING,
    within_ms: QUICK_MS,
  },
  { name: "100 sleepers", words: ["family", "flat", "100"], escapes: true, within_ms: QUICK_MS },
  { name: "100 in a tree", words: ["family", "binary", "100"], escapes: true, within_ms: QUICK_MS },
  { name: "100 in a line", words: ["family", "deep", "100"], escapes: true, within_ms: QUICK_MS },
];
