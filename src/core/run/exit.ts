import type { RunFacts } from "../report/report.ts";
import type { SpawnError } from "../spec/error.ts";
import type { Exit, Reason } from "../spec/exit.ts";
import type { Spec } from "../spec/spec.ts";
import type { ExitCode, WaitStatus } from "../spec/status.ts";
import {
  EXIT_CANNOT_INVOKE,
  EXIT_FAILED,
  EXIT_KILLED,
  EXIT_NOT_FOUND,
  EXIT_TIMED_OUT,
  exitCodeOf,
} from "../spec/status.ts";
import type { Signal } from "../values/signal.ts";

/** What the exit depends on. */
type EndFacts = Pick<
  RunFacts,
  "reason" | "isKilled" | "child" | "hadLeftovers" | "survivors" | "output"
>;

/** GNU timeout's exit codes (the table in docs/timeout.md) and those of the other subcommands. */
export function exitOf(spec: Spec, facts: EndFacts): Exit {
  const { reason, isKilled, child, hadLeftovers, survivors } = facts;
  const status = child?.end;
  if (reason === "guardian-killed" && spec.exit137OnGuardianKill) return killedIn(spec);
  const isLost = reason === "guardian" || reason === "guardian-killed";
  const isFailed = isLost || reason === "output";
  if (isFailed || (spec.failOnSurvivors && survivors.length > 0)) return withCode(EXIT_FAILED);
  // GNU timeout sends SIGKILL to its own group, and so kills itself too.
  if (isKilled && spec.exit137 && spec.group === "own") return dieOf("SIGKILL", EXIT_KILLED);
  const isExpired = reason === "timeout" || reason === "until" || reason === "idle";
  if (status === undefined && isKilled && spec.exit137) return withCode(EXIT_KILLED);
  if (status === undefined) return withCode(isExpired ? EXIT_TIMED_OUT : EXIT_FAILED);
  if (isExpired || (isKilled && spec.exit137)) return exitAfterExpiry(spec, status);
  const code = expectedOf(spec, exitCodeOf(status));
  if (status.kind === "signaled" && spec.dieOfSignal) return dieOf(status.signal, code);
  const isLeak = reason === undefined && hadLeftovers && spec.leftovers === "fail";
  return withCode(code === 0 && (isLeak || isCutOff(facts)) ? EXIT_FAILED : code);
}

/** Whether an output took no more, so that its reader has less than the command has written. */
function isCutOff({ output }: EndFacts): boolean {
  return [output?.stdout, output?.stderr].some((totals) => totals?.failure !== undefined);
}

/** The tools that curfew stands in for have no guardian: they would have been killed themselves. */
function killedIn({ dieOfSignal }: Spec): Exit {
  return dieOfSignal ? dieOf("SIGKILL", EXIT_KILLED) : withCode(EXIT_KILLED);
}

/** The code after --expect-exit: an expected code is a success, as in tini (S37). */
function expectedOf({ expectExit }: Spec, code: ExitCode): ExitCode {
  return expectExit.includes(code) ? (0 as ExitCode) : code;
}

function exitAfterExpiry(spec: Spec, status: WaitStatus): Exit {
  const isKilled = status.kind === "signaled" && status.signal === "SIGKILL";
  const isShown = spec.preserveStatus || (isKilled && spec.exit137);
  return withCode(isShown ? exitCodeOf(status) : EXIT_TIMED_OUT);
}

function withCode(code: ExitCode): Exit {
  return { kind: "code", code };
}

function dieOf(signal: Signal, code: ExitCode): Exit {
  return { kind: "signal", signal, code };
}

const SPAWN_EXITS: Readonly<Record<SpawnError["code"], ExitCode>> = {
  not_found: EXIT_NOT_FOUND,
  not_executable: EXIT_CANNOT_INVOKE,
  resource: EXIT_FAILED,
  not_confined: EXIT_FAILED,
  no_pty: EXIT_FAILED,
  bad_cwd: EXIT_FAILED,
  caller_gone: EXIT_FAILED,
};

/**
 * The exit where the run was over before it began: because a limit had passed, or as if the first
 * signal had ended it.
 */
export function exitBeforeStart({ signal, dieOfSignal }: Spec, reason: Reason): Exit {
  if (reason === "until") return withCode(EXIT_TIMED_OUT);
  const code = exitCodeOf({ kind: "signaled", signal, coreDumped: false });
  return dieOfSignal ? dieOf(signal, code) : withCode(code);
}

/** The exit after a command that could not be started. */
export function exitOfSpawnError(error: SpawnError): Exit {
  return withCode(SPAWN_EXITS[error.code]);
}
