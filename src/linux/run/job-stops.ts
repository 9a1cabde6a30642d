import type { Group } from "../../core/spec/spec.ts";
import type { Signal } from "../../core/values/signal.ts";
import { signalNumber } from "../../core/values/signal.ts";
import { hasNoAnswer } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "./context.ts";
import { commandPid } from "./guardian-news.ts";
import { membersOf } from "./members.ts";

/** By these a terminal stops a job. The kernel discards them where nobody could continue it. */
const JOB_STOPS: readonly Signal[] = ["SIGTSTP", "SIGTTIN", "SIGTTOU"];
const STOP = signalNumber("SIGSTOP");
/** Groups of the command's own. Their parent, our guardian, has a session of its own. */
const ORPHANED: readonly Group[] = ["command", "alone", "session"];

/**
 * Somebody asks us to stop the command, in a process group that the kernel would not stop by such a
 * signal. Whoever has no answer of its own to the signal is stopped by SIGSTOP, as it would be by a
 * signal from a parent of the same session.
 */
export function stopOrphaned(run: RunContext, signal: Signal, target: "child" | "group"): void {
  if (!JOB_STOPS.includes(signal) || !ORPHANED.includes(run.spec.group)) return;
  const command = commandPid(run);
  if (command <= 0) return;
  const number = signalNumber(signal);
  if (hasNoAnswer(command, number)) {
    // What the terminal wanted of the job comes about by this one.
    if (run.state.terminalStop === number) run.state.terminalStop = STOP;
    sys.commandKill(STOP);
  }
  if (target === "child") return;
  for (const pid of membersOf(run)) {
    if (pid !== command) stopMember(pid, command, number);
  }
}

/** By a descriptor, so that its number cannot become another's between look and signal. */
function stopMember(pid: number, group: number, number: number): void {
  const pidfd = sys.openProcess(pid);
  if (pidfd < 0) return;
  if (sys.groupOf(pid) === group && hasNoAnswer(pid, number)) sys.pidfdKill(pidfd, STOP);
  sys.close(pidfd);
}
