import { lastRunIn } from "../../core/look/sched.ts";
import { processorIn } from "../../core/look/stat.ts";
import type { WaitKind } from "../../core/spec/process-snapshot.ts";
import type { Duration } from "../../core/values/duration.ts";
import { sys } from "../kernel/window.ts";
import { textOf } from "./view.ts";
import type { Found } from "./waits.ts";

/** When a thread ran last, by the clock of a processor. */
type LastRun = { readonly pid: number; readonly processor: number; readonly at: number };

const AT_WORK: readonly (WaitKind | undefined)[] = [undefined, "running", "zombie"];

/**
 * For how long processes have waited at an instant. The scheduler of each processor has a clock of
 * its own, which is read on that processor: the calling reader goes there. The one where it is
 * comes first.
 */
export function tellWaitTimes(
  waits: readonly (readonly [pid: number, wait: Found])[],
  at: number,
  isOver: () => boolean,
  tell: (pid: number, waitTime: Duration) => void,
): void {
  const runs: LastRun[] = [];
  for (const [pid, { kind, tid }] of waits) {
    if (isOver()) return;
    if (tid === undefined || AT_WORK.includes(kind)) continue;
    const run = lastRunOf(pid, tid);
    if (run !== undefined) runs.push(run);
  }
  const own = lastRunOf(sys.pid(), sys.pid())?.processor;
  const processors = [...new Set(runs.map(({ processor }) => processor))];
  for (const processor of processors.sort((one) => (one === own ? -1 : 0))) {
    if (isOver() || sys.runOn(processor) !== 0) continue;
    const now = lastRunOf(sys.pid(), sys.pid());
    if (now?.processor !== processor) continue;
    const then = now.at - (sys.now() - at);
    for (const run of runs) {
      if (run.processor !== processor) continue;
      tell(run.pid, Math.max(0, Math.round(then - run.at)) as Duration);
    }
  }
}

/** The processor is read second: a thread that went to another one meanwhile has just run. */
function lastRunOf(pid: number, tid: number): LastRun | undefined {
  const task = `/proc/${pid}/task/${tid}`;
  const sched = textOf(`${task}/sched`);
  const at = typeof sched === "string" ? lastRunIn(sched) : undefined;
  const stat = at === undefined ? 0 : textOf(`${task}/stat`);
  const processor = typeof stat === "string" ? processorIn(stat) : undefined;
  return at === undefined || processor === undefined ? undefined : { pid, processor, at };
}
