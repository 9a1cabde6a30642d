import { STUCK_LIMIT } from "../../core/run/ladder.ts";
import type { Survivor } from "../../core/spec/tree.ts";
import type { Duration, Instant } from "../../core/values/duration.ts";
import { now } from "./clock.ts";
import type { PortableRun, Sweep } from "./context.ts";
import { withLook } from "./looking.ts";
import { exists, send, sendToMember } from "./processes/signalling.ts";
import type { ProcessRow } from "./processes/table.ts";
import type { View } from "./processes/view.ts";
import { groupOf, killGroup } from "./signals.ts";

/** SIGKILL to every member, round by round, until none is left or the time is over. */
export function sweep(run: PortableRun, limit: Duration): void {
  const at = now();
  const until = (at + limit) as Instant;
  if (run.sweep !== undefined) {
    // The core asks for it twice where it has not heard of the first one for too long.
    run.sweep.until = until;
    return;
  }
  const stuckUntil = (at + STUCK_LIMIT) as Instant;
  run.sweep = {
    until,
    stuckUntil,
    refused: new Set(),
    seen: new Set(),
    rounds: 0,
    timer: undefined,
  };
  run.tell({ type: "sweeping", at });
  sweepRound(run);
  // A look by ps(1) that takes long does not hold up SIGKILL to those that are known anyway.
  if (run.sweep?.rounds === 0) run.sweep.timer = run.timers.after(BLIND_AFTER, () => killHeld(run));
}

/** How long SIGKILL waits for a look, in milliseconds. */
const BLIND_AFTER = 300;
/** A round begins so many milliseconds after the round before. */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 50;

/**
 * One round. It is begun earlier when the command has ended. The look comes first: what is below a
 * process that was killed would have another parent.
 */
export function sweepRound(run: PortableRun): void {
  withLook(run, (members) => {
    const { sweep } = run;
    if (sweep === undefined || run.isOver) return;
    sweep.timer?.cancel();
    const living = run.spec.containment === "child" ? commandIn(run, members) : members;
    killHeld(run);
    if (living !== undefined) killAll(run.view, sweep, living);
    const isGone = living === undefined ? groupOf(run) === undefined : living.length === 0;
    if (isGone && run.command?.tree.isReaped !== false) {
      conclude(run, sweep, []);
      return;
    }
    const at = now();
    if (at > sweep.until || (at > sweep.stuckUntil && isStuck(living))) {
      conclude(run, sweep, living ?? []);
      return;
    }
    sweep.seen = new Set(living?.map(({ pid }) => pid));
    sweep.rounds += 1;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** sweep.rounds);
    sweep.timer = run.timers.after(pause, () => sweepRound(run));
  });
}

/** SIGKILL to all of the group in one call, or to the command where it leads none. */
function killHeld(run: PortableRun): void {
  const tree = run.command?.tree;
  const isAlone = run.spec.containment === "child" || tree?.group === undefined;
  if (!isAlone) killGroup(run, "SIGKILL");
  else if (tree?.isReaped === false) send(tree.pid, "SIGKILL");
}

function commandIn(
  { command }: PortableRun,
  members: readonly ProcessRow[] | undefined,
): readonly ProcessRow[] | undefined {
  return members?.filter(({ pid }) => pid === command?.tree.pid);
}

/** Parents first: one that is gone cannot start another child. */
function killAll(view: View, { refused }: Sweep, members: readonly ProcessRow[]): void {
  for (const row of members) {
    if (sendToMember(view, row, "SIGKILL") === "refused") refused.add(row.pid);
    else refused.delete(row.pid);
  }
}

/** Whether waiting longer does not help: all that is left sleeps in the kernel. */
function isStuck(members: readonly ProcessRow[] | undefined): boolean {
  return members !== undefined && members.length > 0 && members.every(({ state }) => state === "D");
}

function conclude(run: PortableRun, sweep: Sweep, left: readonly ProcessRow[]): void {
  const survivors = left.map((row) => survivorOf(run.view, sweep, row));
  run.sweep = undefined;
  const { pid = 0 } = run.command?.tree ?? {};
  const news = { at: now(), pid, end: undefined, usage: undefined, proof: undefined, survivors };
  run.tell({ type: "swept", ...news });
}

function survivorOf(view: View, { refused, seen }: Sweep, row: ProcessRow): Survivor {
  const { pid, startTime, command, state } = row;
  const uid = view.userOf(row);
  const isNew = !seen.has(pid);
  const why = refused.has(pid) ? "eperm" : isNew ? "still_forking" : whyOf(row);
  return { pid, startTime, uid, command, state, why };
}

/** A process that has a processor to die on, or waits for one, is dying. */
function whyOf({ pid, state }: ProcessRow): Survivor["why"] {
  return state === "R" && exists(pid) ? "dying" : "unkillable";
}
