import type { Event } from "../../core/report/event.ts";
import type { Action } from "../../core/run/action.ts";
import type { SpawnError } from "../../core/spec/error.ts";
import { errnoName } from "../../core/values/errno.ts";
import { isMemoryPerProcess } from "../confine/limits.ts";
import { now } from "../kernel/clock.ts";
import { sys } from "../kernel/window.ts";
import { callerGone } from "./caller.ts";
import type { RunContext } from "./context.ts";
import { commandPid } from "./guardian-news.ts";
import { noteStart, sayNow } from "./outputs.ts";
import type { Spawner } from "./spawn.ts";
import { leaveWill } from "./spawn.ts";

const FIRST_GENERATION = 1;

/** Starts the command; says what came of it, as far as that is known at once. */
export function start(
  run: RunContext,
  { will }: Extract<Action, { type: "spawn" }>,
  spawner: Spawner,
): Event {
  const at = now();
  const { spec, confinement, generation } = run;
  if (run.caller.isGone) return { type: "spawn-failed", at, error: callerGone(spec) };
  noteStart(run, at);
  const answer = leaveWill(will, at) || spawner(run, at);
  if (answer === 0) {
    if (!run.isSubreaper) holdCommand();
    const isForEach = isMemoryPerProcess(confinement.holding.limits);
    if (spec.sayLimits && generation === FIRST_GENERATION && isForEach) {
      sayNow(run, { kind: "limit-per-process" });
    }
    if (confinement.namespaces !== 0) run.outerPid = outerPid(run);
    return { type: "spawned", at, holding: confinement.holding };
  }
  return { type: "spawn-failed", at, error: refusalOf(run, errnoName(-answer)) };
}

/** Who may not make the namespaces that were asked for learns that, unless too little is left. */
function refusalOf({ spec, confinement }: RunContext, errno: string): SpawnError {
  const error = { kind: "spawn", command: spec.command[0] ?? "", errno } as const;
  const isScarce = errno === "EAGAIN" || errno === "ENOMEM";
  if (confinement.namespaces === 0 || isScarce) return { ...error, code: "resource" };
  return { ...error, code: "not_confined", detail: confinement.asked };
}

/**
 * Where prctl(2) is refused, the kernel neither ends the command with its guardian nor makes it our
 * child then: by a descriptor that is opened now we can end it all the same. Signal 0 is none.
 */
function holdCommand(): void {
  sys.awaitCommand();
  sys.commandKill(0);
}

/** As soon as there is a command. */
function outerPid(run: RunContext): number {
  sys.awaitCommand();
  return commandPid(run);
}
