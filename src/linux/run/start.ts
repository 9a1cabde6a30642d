import type { Event } from "../../core/report/event.ts";
import type { Action, Will } from "../../core/run/action.ts";
import { wallLimitOf, wallTimeOf } from "../../core/run/budget.ts";
import { willAtStart } from "../../core/run/will.ts";
import type { WallLimits } from "../../core/spec/budget.ts";
import { needsWallClock } from "../../core/spec/budget.ts";
import type { SpawnError } from "../../core/spec/error.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { Instant } from "../../core/values/duration.ts";
import { errnoName } from "../../core/values/errno.ts";
import { isMemoryPerProcess } from "../confine/limits.ts";
import { STDIN } from "../kernel/abi.ts";
import { now } from "../kernel/clock.ts";
import { sys } from "../kernel/window.ts";
import { openBudget } from "./budget.ts";
import { callerGone } from "./caller.ts";
import type { RunContext } from "./context.ts";
import { newsBeforeStart } from "./control.ts";
import { commandPid } from "./guardian-news.ts";
import { noteStart, sayNow } from "./outputs.ts";
import type { Spawner } from "./spawn.ts";
import { leaveWill } from "./spawn.ts";

const FIRST_GENERATION = 1;

/** Starts the command: the events of `answers` say what is known of it at once. */
export function start(
  run: RunContext,
  { will }: Extract<Action, { type: "spawn" }>,
  spawner: Spawner,
): void {
  const at = now();
  const { control, answers } = run;
  noteStart(run, at);
  if (control.fd < 0) {
    answers.push(startNow(run, will, spawner, at));
    return;
  }
  const early = newsBeforeStart(control, at);
  if ("type" in early) {
    answers.push(early);
    return;
  }
  answers.push(startNow(run, will, spawner, at), ...early);
  // A program that writes to the command is to learn when the command has closed its stdin.
  if (run.spec.pty === false && !run.spec.endsWithStdin) sys.releaseInput(STDIN);
}

function startNow(run: RunContext, will: Will, spawner: Spawner, at: Instant): Event {
  const { spec, confinement, generation } = run;
  if (run.caller.isGone) return { type: "spawn-failed", at, error: callerGone(spec) };
  const budget = spec.isBudgeted && needsWallClock(spec) ? openBudget(spec, at) : undefined;
  const limits = budget?.limits;
  if (budget?.isExpired === true) {
    const by = { type: "limit-passed", at, until: wallTimeOf(limits) } as const;
    return { type: "called-off", at, by };
  }
  run.budget = budget;
  run.clockSets = run.state.clockSets;
  const answer = leaveWill(limits ? willWith(spec, limits, at) : will, at) || spawner(run, at);
  if (answer === 0) {
    if (!run.isSubreaper) holdCommand();
    const isForEach = isMemoryPerProcess(confinement.holding.limits);
    if (spec.sayLimits && generation === FIRST_GENERATION && isForEach) {
      sayNow(run, { kind: "limit-per-process" });
    }
    if (confinement.namespaces !== 0) run.outerPid = outerPid(run);
    const { holding } = confinement;
    return limits === undefined
      ? { type: "spawned", at, holding }
      : { type: "spawned", at, holding, limits };
  }
  return { type: "spawn-failed", at, error: refusalOf(run, errnoName(-answer)) };
}

/** The will of the spawn, whose instants count from it. */
function willWith(spec: Spec, limits: WallLimits, at: Instant): Will {
  const limitAt = wallLimitOf(limits);
  return willAtStart(spec, limitAt && ((limitAt - at) as Instant));
}

/** The error of a failed start: the namespaces were refused, or the kernel lacks a resource. */
function refusalOf({ spec, confinement }: RunContext, errno: string): SpawnError {
  const error = { kind: "spawn", command: spec.command[0] ?? "", errno } as const;
  const isScarce = errno === "EAGAIN" || errno === "ENOMEM";
  if (confinement.namespaces === 0 || isScarce) return { ...error, code: "resource" };
  return { ...error, code: "not_confined", detail: confinement.asked };
}

/**
 * Has native code open a pidfd of the command, by sending signal 0. Where prctl(2) is refused, the
 * command does not become curfew's child when the guardian dies: then the pidfd still reaches it.
 */
function holdCommand(): void {
  sys.awaitCommand();
  sys.commandKill(0);
}

/** Waits until the command exists: its PID outside of its namespace. */
function outerPid(run: RunContext): number {
  sys.awaitCommand();
  return commandPid(run);
}
