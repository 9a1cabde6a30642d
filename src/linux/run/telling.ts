import type { Message } from "../../core/messages/messages.ts";
import type { Event } from "../../core/report/event.ts";
import type { Identity } from "../../core/spec/member.ts";
import type { Signal } from "../../core/values/signal.ts";
import { isMissed, isSeen } from "../../core/values/unseen.ts";
import { now } from "../kernel/clock.ts";
import { hasEnded, statOf } from "../kernel/proc.ts";
import type { RunContext } from "./context.ts";

/** How long a count may delay SIGKILL, in microseconds. */
const COUNT_LIMIT = 2_000;

/** Which of some processes live. */
export function countLiving(processes: readonly Identity[]): Extract<Event, { type: "counted" }> {
  const until = now() + COUNT_LIMIT;
  const living: number[] = [];
  let isAll = true;
  for (const { pid, startTime } of processes) {
    if (now() > until) return { type: "counted", at: now(), living, isAll: false };
    const stat = statOf(pid);
    // A process that cannot be looked at is not counted, and makes the count a lower bound.
    if (!isSeen(stat)) isAll &&= !isMissed(stat);
    else if (stat.startTime === startTime && !hasEnded(stat)) living.push(pid);
  }
  return { type: "counted", at: now(), living, isAll };
}

/** Notes whether the kernel has refused a signal, for the message about it. */
export function noteRefusal(
  run: RunContext,
  { signal }: { readonly signal: Signal },
  refusal: string | undefined,
): void {
  if (signal !== "SIGCONT") run.refusal = refusal;
}

/** The message, which says so if the kernel has refused the signal that it is about. */
export function withRefusal({ refusal }: RunContext, message: Message): Message {
  if (refusal === undefined || message.kind !== "ending") return message;
  const { sent } = message;
  if (sent === undefined || sent.to === "rest" || sent.to === "all") return message;
  return { ...message, sent: { ...sent, failure: refusal } };
}
