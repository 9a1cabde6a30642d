import { SETTLE_LIMIT, SETTLE_QUIET } from "../../core/run/will.ts";
import type { WaitStatus } from "../../core/spec/status.ts";
import type { Instant } from "../../core/values/duration.ts";
import type { Signal } from "../../core/values/signal.ts";
import { now } from "./clock.ts";
import type { PortableRun } from "./context.ts";
import { mayBeLeft, namesOf, snapshotOf, watchLeftovers } from "./leftovers.ts";
import type { WithMembers } from "./looking.ts";
import { withLook } from "./looking.ts";
import { groupOf } from "./signals.ts";
import { sweepRound } from "./sweeping.ts";

/** How the command ended, as Node tells it: it does not say whether there is a core dump. */
export function statusOf(code: number | null, signal: NodeJS.Signals | null): WaitStatus {
  if (signal === null) return { kind: "exited", code: code ?? 0 };
  return { kind: "signaled", signal: signal as Signal, coreDumped: false };
}

/** The command has ended. What is left of its tree is looked up before the core is told. */
export function onExit(run: PortableRun, status: WaitStatus): void {
  const { command } = run;
  if (command === undefined) return;
  command.tree.isReaped = true;
  const { pid } = command.tree;
  const unknown = { usage: undefined, proof: undefined, leftovers: [] } as const;
  const main = { type: "exited", pid, status, ...unknown } as const;
  if (run.sweep !== undefined) {
    run.tell({ ...main, at: now() });
    sweepRound(run);
  } else if (run.looking === undefined && groupOf(run) === undefined && !mayBeLeft(run)) {
    // Mostly nothing is left, and that costs two calls of the kernel to see.
    run.tell({ ...main, at: now(), seemsAlone: true });
  } else {
    run.isEnding = true;
    withSettled(run, now(), (members) => {
      run.isEnding = false;
      const isLeft = members === undefined ? groupOf(run) !== undefined : members.length > 0;
      const look = snapshotOf(run, members);
      const left = { leftovers: namesOf(members ?? []), look };
      run.tell({ ...main, at: now(), ...(isLeft ? left : { seemsAlone: true }) });
      if (isLeft && !run.isOver) watchLeftovers(run);
    });
  }
}

/**
 * Looks until no member has ended for a moment: processes that end together with the command are no
 * leftovers.
 */
function withSettled(run: PortableRun, since: Instant, act: WithMembers, before?: number): void {
  withLook(run, (members) => {
    const count = members?.length ?? 0;
    // On a busy machine the first look alone may take longer than the limit.
    const isSettled = before !== undefined && (count >= before || now() > since + SETTLE_LIMIT);
    if (count === 0 || isSettled) act(members);
    else run.timers.after(SETTLE_QUIET / 1000, () => withSettled(run, since, act, count));
  });
}
