import { hasPty } from "../../core/spec/relay.ts";
import type { Group } from "../../core/spec/spec.ts";
import type { Signal } from "../../core/values/signal.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { hasNoAnswer } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "./context.ts";
import { commandPid } from "./guardian-news.ts";
import { membersOf } from "./members.ts";

/** A terminal stops a job by these signals. The kernel discards them in orphaned groups. */
const JOB_STOPS: readonly Signal[] = ["SIGTSTP", "SIGTTIN", "SIGTTOU"];
const STOP = signalNumber("SIGSTOP");
/** Groups that the command leads. They are orphaned, because the guardian has another session. */
const ORPHANED: readonly Group[] = ["command", "alone", "session"];

/**
 * Stops the command in an orphaned process group, where the kernel discards the signal that asks
 * for it. Members that do not handle that signal get SIGSTOP: so they stop as they would by the
 * signal in a group that is not orphaned.
 */
export function stopOrphaned(run: RunContext, signal: Signal, target: "child" | "group"): void {
  if (!JOB_STOPS.includes(signal) || !ORPHANED.includes(run.spec.group)) return;
  // The guardian leads the session of the command's own terminal, and could continue the command.
  if (hasPty(run.spec)) return;
  const command = commandPid(run);
  if (command <= 0) return;
  const number = signalNumber(signal);
  if (hasNoAnswer(command, number)) {
    // The stop that the terminal asked for is now reported as one by SIGSTOP.
    if (run.state.terminalStop === number) run.state.terminalStop = STOP;
    sys.commandKill(STOP);
  }
  if (target === "child") return;
  for (const pid of membersOf(run)) {
    if (pid !== command) stopMember(pid, command, number);
  }
}

/** Uses a pidfd, because another process could get the PID between look and signal. */
function stopMember(pid: number, group: number, number: number): void {
  const pidfd = sys.openProcess(pid);
  if (pidfd < 0) return;
  if (sys.groupOf(pid) === group && hasNoAnswer(pid, number)) sys.pidfdKill(pidfd, STOP);
  sys.close(pidfd);
}
