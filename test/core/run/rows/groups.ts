import type { Signal } from "../../../../src/core/values/signal.ts";

/** What a signal to the command's own group is: GNU wakes whoever is to get it (S16). */
export const TERM_GROUP = "kill group SIGTERM, kill group SIGCONT";
export const INT_GROUP = "kill group SIGINT, kill group SIGCONT";
export const HUP_GROUP = "kill group SIGHUP, kill group SIGCONT";

/** The first signal for every member that has not had it: a second before SIGKILL. */
export function rest(signal: Signal): string {
  const isWaking = signal !== "SIG0" && signal !== "SIGCONT";
  return `kill rest ${signal}${isWaking ? ", kill rest SIGCONT" : ""}`;
}

/** The same by run and init: those are woken who are stopped. */
export const TERM_TO_GROUP = "kill group SIGTERM, wake group";
export const INT_TO_GROUP = "kill group SIGINT, wake group";
export const HUP_TO_GROUP = "kill group SIGHUP, wake group";

export function restOf(signal: Signal): string {
  const isWaking = signal !== "SIG0" && signal !== "SIGCONT";
  return `kill rest ${signal}${isWaking ? ", wake rest" : ""}`;
}
