import type { Course } from "../report/report.ts";
import { reportOf } from "../report/report.ts";
import type { SpawnError } from "../spec/error.ts";
import type { Exit, Reason } from "../spec/exit.ts";
import { exitOf, exitOfSpawnError } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { WaitStatus } from "../spec/status.ts";
import type { Process, Proof, Survivor, Usage } from "../spec/tree.ts";
import type { Instant } from "../values/duration.ts";
import type { Action } from "./action.ts";
import type { Run, Step } from "./state.ts";

/** All that is known when a run is over. */
export type Finish = {
  readonly at: Instant;
  readonly reason: Reason | undefined;
  /** The main child needed our SIGKILL. */
  readonly killed: boolean;
  readonly pid: number;
  readonly end: WaitStatus | undefined;
  readonly proof: Proof | undefined;
  readonly leftovers: readonly Process[];
  /** Something was left when the main child had ended, named or not. */
  readonly hadLeftovers: boolean;
  readonly survivors: readonly Survivor[];
  readonly usage: Usage;
};

/** The last step of a run whose command was started. */
export function finish(spec: Spec, run: Run, over: Finish): Step {
  const { reason, killed, end, survivors } = over;
  const exit = exitOf(spec, {
    reason,
    killed,
    status: end,
    hadLeftovers: over.hadLeftovers,
    survivors: survivors.length,
  });
  const actions: Action[] = [];
  if (end?.kind === "signaled" && end.coreDumped) {
    actions.push({ type: "say", message: { kind: "dumped-core" } });
  }
  if (survivors.length > 0)
    actions.push({ type: "say", message: { kind: "survivors", survivors } });
  if (isLeak(spec, reason) && over.hadLeftovers) {
    actions.push({ type: "say", message: { kind: "leaked", processes: leakedOf(run, over) } });
  }
  if (isReportAsked(spec)) {
    const { startedAt, sent, stops, holding, left } = run;
    const known = { ...over, spec, startedAt, endedAt: over.at, sent, stops, holding, left, exit };
    const report = reportOf({ ...known, child: { pid: over.pid, end }, error: undefined });
    actions.push({ type: "report", report });
  }
  const forced = reason !== undefined || end?.kind === "signaled";
  actions.push({ type: "exit", exit, forced, reason });
  return { state: { phase: "finished" }, actions };
}

/** The last step of a run without a command. */
export function finishUnstarted(
  spec: Spec,
  at: Instant,
  error: SpawnError,
  startedAt: Instant = at,
): Step {
  const exit: Exit = exitOfSpawnError(error);
  const course: Course = {
    spec,
    startedAt,
    endedAt: at,
    sent: [],
    stops: [],
    reason: undefined,
    child: undefined,
    error,
    holding: undefined,
    proof: undefined,
    survivors: [],
    leftovers: [],
    left: undefined,
    usage: undefined,
    exit,
  };
  const actions: Action[] = [{ type: "say", message: error }];
  if (isReportAsked(spec)) actions.push({ type: "report", report: reportOf(course) });
  actions.push({ type: "exit", exit, forced: false, reason: undefined });
  return { state: { phase: "finished" }, actions };
}

/** Those that did not end by themselves, where that was seen. */
function leakedOf({ left }: Run, { leftovers }: Finish): readonly Process[] {
  const signalled = left?.signalled ?? [];
  return signalled.length > 0 ? signalled : leftovers;
}

/** What a command leaves behind is its fault only if it ended by itself. */
function isLeak(spec: Spec, reason: Reason | undefined): boolean {
  return spec.leftovers === "fail" && reason === undefined;
}

function isReportAsked({ metrics, report, events }: Spec): boolean {
  return metrics || report !== undefined || events !== undefined;
}
