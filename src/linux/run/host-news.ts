// What a host notices without its guardian.
import type { Event } from "../../core/report/event.ts";
import type { Instant } from "../../core/values/duration.ts";
import { NO_DESCRIPTOR } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { HostContext } from "./context.ts";

/** That a deadline has passed. */
export function deadlineNews(
  deadline: Instant | undefined,
  at: Instant,
): Extract<Event, { type: "deadline" }> | undefined {
  return deadline !== undefined && at > deadline ? { type: "deadline", at } : undefined;
}

/** The exit of curfew's parent; reported once. */
export function parentNews(
  { state }: HostContext,
  at: Instant,
): Extract<Event, { type: "caller-gone" }> | undefined {
  if (state.parentPidfd < 0 || sys.wait([state.parentPidfd], 0) <= 0) return undefined;
  sys.close(state.parentPidfd);
  state.parentPidfd = NO_DESCRIPTOR;
  return { type: "caller-gone", at };
}
