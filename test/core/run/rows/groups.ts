import type { Signal } from "../../../../src/core/values/signal.ts";

/**
 * The actions of a signal to the command's own group: GNU continues every process that gets it
 * (S16).
 */
export const TERM_GROUP = "kill group SIGTERM, kill group SIGCONT";
export const INT_GROUP = "kill group SIGINT, kill group SIGCONT";
export const HUP_GROUP = "kill group SIGHUP, kill group SIGCONT";

/** The actions of the first signal to the rest, a second before SIGKILL. */
export function rest(signal: Signal): string {
  const isWaking = signal !== "SIG0" && signal !== "SIGCONT";
  return `kill rest ${signal}${isWaking ? ", kill rest SIGCONT" : ""}`;
}

/** The same by run and init, which continue only processes that are stopped. */
export const TERM_TO_GROUP = "kill group SIGTERM, wake group";
export const INT_TO_GROUP = "kill group SIGINT, wake group";
export const HUP_TO_GROUP = "kill group SIGHUP, wake group";

export function restOf(signal: Signal): string {
  const isWaking = signal !== "SIG0" && signal !== "SIGCONT";
  return `kill rest ${signal}${isWaking ? ", wake rest" : ""}`;
}
