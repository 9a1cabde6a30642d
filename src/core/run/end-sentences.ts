import type { Ended } from "../messages/ending-sentence.ts";
import type { Message } from "../messages/messages.ts";
import type { RunFacts } from "../report/report.ts";
import { isProvenGone, outcomeOf } from "../report/report.ts";
import type { Exit } from "../spec/exit.ts";
import { isPartial } from "../spec/process-snapshot.ts";
import type { Spec } from "../spec/spec.ts";
import type { AppliedLimit } from "../spec/tree.ts";
import type { Duration } from "../values/duration.ts";
import type { Bytes } from "../values/size.ts";
import { isTold, isToldReason, runningIn, shortName } from "./telling.ts";

/** What `run` and `init` say of a run that is over, besides which processes have survived. */
export function endSentences(spec: Spec, facts: RunFacts, exit: Exit): readonly Message[] {
  if (!isTold(spec) || facts.child === undefined) return NOTHING;
  const limit = limitMessage(spec, facts);
  const ended = endedMessage(spec, facts, exit);
  if (limit === undefined && ended === undefined) return NOTHING;
  return [limit, ended].filter((message) => message !== undefined);
}

const NOTHING: readonly Message[] = [];

/** The kernel ended the command because of a limit of curfew's. */
function limitMessage(spec: Spec, facts: RunFacts): Message | undefined {
  const outcome = outcomeOf(facts);
  const end = facts.child?.end;
  if (outcome === "memory_limit") {
    const size = limitIn(facts, "mem") as Bytes;
    return { kind: "memory-limit", command: shortName(spec), size };
  }
  if (outcome !== "cpu_limit" || end?.kind !== "signaled") return undefined;
  const time = limitIn(facts, "cpu") as Duration;
  return { kind: "cpu-limit", command: shortName(spec), time, signal: end.signal };
}

function limitIn({ holding }: RunFacts, which: AppliedLimit["limit"]): number {
  return holding?.limits.find(({ limit }) => limit === which)?.value ?? 0;
}

/** What became of the tree. Survivors have a message of their own. */
function endedMessage(spec: Spec, facts: RunFacts, exit: Exit): Message | undefined {
  const { reason, survivors, tree } = facts;
  if (survivors.length > 0) return undefined;
  if (isToldReason(reason)) {
    // Where nothing was signalled, the tree had ended before: only its output was left.
    if (!facts.sent.some(({ isByControl }) => isByControl !== true)) return undefined;
    const count = tree && !isPartial(tree) ? runningIn(tree) : undefined;
    return { kind: "ended", command: shortName(spec), count, ...endOf(facts) };
  }
  // Nothing is told of most runs, so what would be told is asked for last.
  return isWorthTelling(spec, facts, exit)
    ? { ...leftBehind(facts), command: shortName(spec), ...endOf(facts) }
    : undefined;
}

/**
 * Whether the end of leftovers is told. Where the command succeeded and they obeyed, all went as it
 * should; under --leftovers fail a message of its own names them.
 */
function isWorthTelling(
  { leftovers }: Spec,
  { left, reason, sent }: RunFacts,
  exit: Exit,
): boolean {
  if (left?.isSignalled !== true) return false;
  const isKilled = sent.some(({ signal, target }) => signal === "SIGKILL" && target === "tree");
  if (reason !== undefined) return true;
  return isKilled || (exit.code !== 0 && leftovers !== "fail");
}

function leftBehind({ left, leftovers }: RunFacts) {
  const signalled = left?.signalled ?? [];
  const named = signalled.length > 0 ? signalled : leftovers;
  const processes = named.map(({ pid, command }) => ({ pid, command }));
  return { kind: "ended-leftovers", processes, isMore: left?.isCut === true } as const;
}

/** How the processes ended, as far as it is known. */
function endOf(facts: RunFacts): Ended {
  const { sent, killed, tree } = facts;
  const isProven = isProvenGone(facts);
  if (!sent.some(({ signal }) => signal === "SIGKILL")) {
    return { killed: 0, isAtLeast: false, isProven };
  }
  const isAtLeast = killed?.isAll !== true || (tree !== undefined && isPartial(tree));
  return { killed: killed?.pids.length, isAtLeast, isProven };
}
