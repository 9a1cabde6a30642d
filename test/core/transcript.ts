// Plays events against the core on a clock of our own, and writes down what the core wants done.
import { parseTimeout } from "../../src/core/argv.ts";
import type { Instant } from "../../src/core/duration.ts";
import type { SpawnCode } from "../../src/core/error.ts";
import type { Action, Event } from "../../src/core/event.ts";
import type { Exit } from "../../src/core/exit.ts";
import type { Message } from "../../src/core/messages.ts";
import type { Report } from "../../src/core/report.ts";
import type { Signal } from "../../src/core/signal.ts";
import type { Spec } from "../../src/core/spec.ts";
import type { State } from "../../src/core/supervisor.ts";
import { deadlineOf, start, step } from "../../src/core/supervisor.ts";

type WithoutTime<E> = E extends Event ? Omit<E, "at"> : never;
type Timed = WithoutTime<Event>;

/** An event; `due`: the core must have asked for it, at exactly this moment. */
export type Happening = { readonly event: Timed; readonly due: boolean };

/** When something happened, in seconds since the spawn, and what the core did about it. */
export type TranscriptRow = readonly [seconds: number, happening: Happening, does: string];

/** A life: its name, the command line it was wished for with, and its course. */
export type Transcript = readonly [name: string, call: string, ...rows: TranscriptRow[]];

const plain = (event: Timed): Happening => ({ event, due: false });

export const spawned: Happening = plain({ type: "spawned", pid: 42 });
export const continued: Happening = plain({ type: "continued" });
export const cancelled: Happening = plain({ type: "cancelled" });
/** The host wakes the core when it asked for it. */
export const deadline: Happening = { event: { type: "deadline" }, due: true };
/** The host wakes the core although it has not asked for it. */
export const woken: Happening = plain({ type: "deadline" });

export function spawnFailed(code: SpawnCode, errno: string): Happening {
  return plain({ type: "spawn-failed", error: { kind: "spawn", code, command: "cmd", errno } });
}

export function exited(code: number): Happening {
  return plain({ type: "exited", status: { kind: "exited", code } });
}

export function died(signal: Signal, core: "" | "core" = ""): Happening {
  const status = { kind: "signaled", signal, coreDumped: core !== "" } as const;
  return plain({ type: "exited", status });
}

export function stopped(signal: Signal): Happening {
  return plain({ type: "stopped", signal });
}

export function signal(signal: Signal): Happening {
  return plain({ type: "signal", signal });
}

/** A signal that the command got at the same time, from the terminal we share. */
export function delivered(signal: Signal): Happening {
  return plain({ type: "signal", signal, delivered: true });
}

/** `[TIMEOUT_METRICS=] [OPTION]... DURATION COMMAND [ARG]...` */
export function specOf(call: string): Spec {
  const words = call.split(" ");
  const metrics = words[0] === "TIMEOUT_METRICS=" ? "" : undefined;
  const wish = parseTimeout(words.slice(metrics === undefined ? 0 : 1), (name) =>
    name === "TIMEOUT_METRICS" ? metrics : undefined,
  );
  if (wish.kind !== "run") throw new Error(`not a command line: ${call}`);
  return wish.spec;
}

/** A course as it went: the core's answer to each row, or what was wrong with the row. */
export function play([, call, ...rows]: Transcript): string[] {
  const spec = specOf(call);
  const clock = { zero: ZERO };
  let state = frozen(start().state);
  return rows.map(([seconds, { event, due }]) => {
    const at = (clock.zero + Math.round(seconds * 1e6)) as Instant;
    if (!due) {
      const next = step(spec, state, { ...event, at });
      state = frozen(next.state);
      return textOf(next.actions);
    }
    const asked = deadlineOf(state);
    if (asked !== at) return asked === undefined ? "not asked for" : `due at ${since(asked)}`;
    const early = step(spec, state, { ...event, at });
    if (early.state !== state || early.actions.length > 0)
      return "acts before the limit has passed";
    // The limit is strict, so the world is a microsecond late from here on.
    clock.zero += 1;
    const next = step(spec, state, { ...event, at: (at + 1) as Instant });
    state = frozen(next.state);
    return textOf(next.actions);
  });
}

/** The spawn's place on the clock: not zero, as on no machine. */
const ZERO = 7_000_000_123;

function since(at: Instant): number {
  return (at - ZERO) / 1e6;
}

/** A step that changes the state it was given throws. */
function frozen(state: State): State {
  if ("run" in state) {
    Object.freeze(state.run.sent);
    Object.freeze(state.run);
  }
  return Object.freeze(state);
}

/** Actions as a transcript shows them. */
export function textOf(actions: readonly Action[]): string {
  return actions.map(actionText).join(", ");
}

function actionText(action: Action): string {
  switch (action.type) {
    case "spawn":
      return action.type;
    case "say-leftovers":
      return action.inGroup ? "say-leftovers" : "say-leftovers outside the group";
    case "kill":
      return `kill ${action.target} ${action.signal}`;
    case "say":
      return `say ${messageText(action.message)}`;
    case "report":
      return `report ${reportText(action.report)}`;
    case "exit":
      return exitText(action.exit);
  }
}

function messageText(message: Message): string {
  return "signal" in message ? `${message.kind} ${message.signal}` : message.kind;
}

function reportText({ outcome, exitCode, elapsed, signalsSent }: Report): string {
  const seconds = Math.round(elapsed / 1e3) / 1e3;
  const sent = signalsSent.map(
    ({ signal, at, count }) =>
      `${signal}@${Math.round(since(at) * 1e3) / 1e3}${count > 1 ? ` x${count}` : ""}`,
  );
  return [outcome, exitCode, `${seconds}s`, ...sent].join(" ");
}

/** How we leave: a code, or a death alone or with our group, and what a shell shows for it. */
export function exitText(exit: Exit): string {
  if (exit.kind === "code") return `exit ${exit.code}`;
  return `die ${exit.scope} ${exit.signal} ${exit.code}`;
}
