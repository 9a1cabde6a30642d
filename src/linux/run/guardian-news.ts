import type { Event } from "../../core/report/event.ts";
import { SWEEP_SLACK } from "../../core/run/ladder.ts";
import type { SpawnCode, SpawnError } from "../../core/spec/error.ts";
import type { LeftoversSnapshot } from "../../core/spec/member.ts";
import { waitStatusOf } from "../../core/spec/status.ts";
import type { Mechanism, Process, Proof, Survivor, Usage } from "../../core/spec/tree.ts";
import type { Duration, Instant } from "../../core/values/duration.ts";
import { errnoName } from "../../core/values/errno.ts";
import { signalNumber, signalOfNumber } from "../../core/values/signal.ts";
import type { Bytes } from "../../core/values/size.ts";
import { isSeen } from "../../core/values/unseen.ts";
import type { WallTime } from "../../core/values/wall-time.ts";
import { oomKillsOf, processorTimeOf } from "../confine/cgroup.ts";
import { CLD_CONTINUED, CLD_TRAPPED } from "../kernel/abi.ts";
import { isDirectory, missingInterpreter } from "../kernel/interpreter.ts";
import { childrenOf, hasOwnProc, statOf, userOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { withDetails } from "../look/details.ts";
import type { RunContext } from "./context.ts";
import { lookAtLeftovers, namesOf } from "./leftovers.ts";
import { MOST_NAMES, NAMELESS, processOf, someMembersOf } from "./members.ts";
import { sayNow } from "./outputs.ts";
import { isHeeded } from "./signal-news.ts";
import { withSpares } from "./spare-descriptors.ts";

/** Orders to the guardian, with the numbers that `native/src/guardian/link.rs` has for them. */
export const ORDERS = { sweep: 1, leave: 2, withGroup: 4 } as const;

// News of the guardian, as `native/src/supervisor/news.rs` numbers them.
const FAILED = 1;
const STOPPED = 2;
const ENDED = 3;
const EMPTY = 4;
const SWEPT = 5;
const LOST = 6;
const SIGNAL = 7;
const REAPED = 8;
const BACKSTOP = 9;
const EXECUTED = 10;

/** So long before the guardian would send its signal, a limit that is due is ours to act on. */
const MARGIN = SWEEP_SLACK;

const KILL = signalNumber("SIGKILL");

// `native/src/guardian/plan.rs`: what failed before the command was executed.
const NOT_EXECUTED = 2;
const NOT_CONFINED = 3;
const NOT_ENTERED = 4;

const UNPROVEN: readonly Mechanism[] = ["child", "group"];

const WHY: readonly Survivor["why"][] = ["eperm", "unkillable", "still_forking", "dying"];

/**
 * What the guardian tells, as an event; undefined when there is nothing new. `isLate`: the
 * supervisor is about to act on a deadline. Then the guardian either has sent its signal, and this
 * says so, or it sends none before it has another will.
 */
export function guardianNews(
  run: RunContext,
  at: Instant,
  isLate: boolean = false,
): Event | undefined {
  const row = sys.guardianNews(isLate ? MARGIN : 0);
  if (row === undefined) return undefined;
  // By index: most runs come here once, and destructuring would cost more than all the rest.
  const number = (index: number): number => row[index] ?? 0;
  switch (row[0]) {
    case FAILED:
      return { type: "spawn-failed", at, error: spawnError(run, number(1), number(2)) };
    case STOPPED:
      // A debugger's stop is no news.
      return number(1) === CLD_TRAPPED
        ? guardianNews(run, at, isLate)
        : stopNews(at, number(1), number(2));
    case ENDED: {
      const status = waitStatusOf({ code: number(2), status: number(3) });
      if (status === undefined) return undefined;
      const proof = number(4) === 1 ? proofOf(run) : undefined;
      // Where the guardian does not end leftovers, their pipes need not be looked at.
      const isLeft = proof === undefined && !UNPROVEN.includes(run.confinement.holding.mechanism);
      const look = isLeft && run.staysForRest ? lookAtLeftovers(run) : undefined;
      const leftovers = proof === undefined ? detailed(run, leftoversOf(run, look)) : [];
      const usage = usageOf(run, row, 5);
      const pid = run.outerPid || number(1);
      const event = { type: "exited", at, pid, status, usage, proof, leftovers } as const;
      return look === undefined ? event : { ...event, look };
    }
    case EMPTY: {
      const proof = proofOf(run);
      return proof && { type: "tree-empty", at, proof, usage: usageOf(run, row, 2) };
    }
    case SWEPT: {
      const proof = number(4) === 1 ? proofOf(run) : undefined;
      const end = waitStatusOf({ code: number(2), status: number(3) });
      const usage = usageOf(run, row, 5);
      const pid = run.outerPid || number(1);
      const survivors = detailed(run, survivorsOf(row.slice(8)));
      return { type: "swept", at, pid, proof, end, usage, survivors };
    }
    case LOST:
      return { type: "guardian-gone", at, killed: number(1) === KILL };
    case SIGNAL: {
      if (!isHeeded(run, number(1), true)) return guardianNews(run, at, isLate);
      const signal = signalOfNumber(number(1));
      return signal && { type: "signal", at, signal, relayed: true };
    }
    case REAPED:
      for (const pid of row.slice(1)) sayNow(run, { kind: "reaped", pid });
      return guardianNews(run, at, isLate);
    case EXECUTED: {
      const wall = run.state.starts.at(-1)?.wall ?? sys.wallClock();
      return { type: "executed", at, pid: run.outerPid || number(1), wall: wall as WallTime };
    }
    case BACKSTOP: {
      const ago = Math.max(0, at - number(1)) as Duration;
      return { type: "backstop", at, ago, target: number(2) === 1 ? "tree" : "child" };
    }
    default:
      return undefined;
  }
}

function stopNews(at: Instant, code: number, status: number): Event | undefined {
  if (code === CLD_CONTINUED) return { type: "continued", at };
  const signal = signalOfNumber(status);
  return signal && { type: "stopped", at, signal };
}

function spawnError({ spec, confinement }: RunContext, stage: number, errno: number): SpawnError {
  const error = { kind: "spawn", command: spec.command[0] ?? "", errno: errnoName(errno) } as const;
  if (stage === NOT_CONFINED) {
    return { ...error, code: "not_confined", detail: confinement.asked };
  }
  if (stage === NOT_ENTERED) return { ...error, code: "bad_cwd", detail: spec.chdir ?? "" };
  if (stage !== NOT_EXECUTED) return { ...error, code: "resource" };
  const code = codeOf(error.errno);
  if (error.errno === "EACCES" && isDirectory(error.command)) {
    return { ...error, code, detail: "a directory" };
  }
  const interpreter = code === "not_found" ? missingInterpreter(error.command) : undefined;
  return { ...error, code, ...(interpreter !== undefined && { interpreter }) };
}

/** Only ENOENT means "not found". After any other error of execve(2) the file was found (S24). */
function codeOf(errno: string): SpawnCode {
  return errno === "ENOENT" ? "not_found" : "not_executable";
}

/** `child` and `group` prove nothing, because orphans of the tree may have gone elsewhere. */
function proofOf({ confinement }: RunContext): Proof | undefined {
  if (UNPROVEN.includes(confinement.holding.mechanism)) return undefined;
  if (confinement.holding.mechanism === "cgroup") return "populated0+echild";
  return confinement.namespaces === 0 ? "echild" : "pidns_reaped";
}

/** The usage in three numbers of a row, from an index on. */
function usageOf({ confinement }: RunContext, row: readonly number[], at: number): Usage {
  const exact = processorTimeOf(confinement);
  return {
    user: (exact?.user ?? row[at] ?? 0) as Duration,
    system: (exact?.system ?? row[at + 1] ?? 0) as Duration,
    maxRss: (row[at + 2] ?? 0) as Bytes,
    accounting: exact === undefined ? "lower_bound" : "exact",
    oomKills: oomKillsOf(confinement),
  };
}

/** The command's PID in curfew's PID namespace until the command is reaped; 0: there is none. */
export function commandPid(run: RunContext): number {
  const { confinement, outerPid } = run;
  if (confinement.namespaces === 0) return sys.commandPid();
  // In a PID namespace of its own the command is the first child of the guardian.
  const children = withSpares(run, isSeen, () => childrenOf(sys.guardianPid()));
  if (!isSeen(children)) return 0;
  if (outerPid === 0) return children[0] ?? 0;
  return children.includes(outerPid) ? outerPid : 0;
}

function leftoversOf(run: RunContext, look: LeftoversSnapshot | undefined): readonly Process[] {
  const { verbose, report, events, leftovers } = run.spec;
  const isAsked = verbose || report !== undefined || events !== undefined || leftovers === "fail";
  if (!isAsked) return [];
  if (look?.isComplete === true || look?.isCut === true) return namesOf(look);
  const members = someMembersOf(run, MOST_NAMES).pids.slice(0, MOST_NAMES);
  return members.flatMap((pid) => processOf(pid) ?? []);
}

/** The processes with what a report says of them. */
function detailed<P extends Process>({ spec }: RunContext, processes: readonly P[]): readonly P[] {
  const isReported = spec.report !== undefined || spec.events !== undefined;
  return isReported && processes.length > 0 ? withDetails(processes) : processes;
}

const UNSEEN = { startTime: 0, command: NAMELESS.command, state: "?" };
/** The same as in `userOf`. */
const UNKNOWN_USER = -1;

function survivorsOf(pairs: readonly number[]): readonly Survivor[] {
  const survivors: Survivor[] = [];
  // In a /proc of another PID namespace these numbers are other processes.
  const isNamed = pairs.length > 0 && hasOwnProc();
  for (let at = 0; at < pairs.length; at += 2) {
    const [pid = 0, why = 0] = pairs.slice(at);
    const stat = isNamed ? statOf(pid) : undefined;
    const { startTime, command, state } = stat !== undefined && isSeen(stat) ? stat : UNSEEN;
    const uid = isNamed ? userOf(pid) : UNKNOWN_USER;
    survivors.push({ pid, startTime, uid, command, state, why: WHY[why] ?? "unkillable" });
  }
  return survivors;
}

/** An answer of `guardianState`: see native/src/supervisor/news.rs. */
const SWEEPING = 2;

/** The event that the guardian has begun its sweep. Asked for only when the sweep seems late. */
export function sweepNews(run: RunContext, at: Instant): Event | undefined {
  if (!run.awaitsSweep || sys.guardianState() !== SWEEPING) return undefined;
  run.awaitsSweep = false;
  return { type: "sweeping", at };
}
