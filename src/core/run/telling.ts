// What run and init say of an end that curfew causes: why it begins. What became of the tree is in
// end-sentences.ts.
import type { EndingCause, FirstSignal } from "../messages/ending-sentence.ts";
import type { Message } from "../messages/messages.ts";
import type { Event } from "../report/event.ts";
import type { Killed } from "../report/report.ts";
import type { Reason } from "../spec/exit.ts";
import type { Identity } from "../spec/member.ts";
import type { TreeSnapshot } from "../spec/process-snapshot.ts";
import { isPartial, isRunning } from "../spec/process-snapshot.ts";
import type { Spec } from "../spec/spec.ts";
import type { Action } from "./action.ts";
import { commandName } from "./ladder.ts";
import type { Run, State, Step } from "./state.ts";

/** Whether curfew says why it ends the tree. A program that has --control reads events instead. */
export function isTold({ telling, control }: Spec): boolean {
  return control === undefined && (telling === "ends" || telling === "tree");
}

/** The step, with the sentence about the end that it begins, or without what --quiet leaves out. */
export function withTelling(spec: Spec, before: State, event: Event, next: Step): Step {
  if (spec.telling === "nothing") return without(QUIETED, next);
  if (isPlain(next) || !isTold(spec)) return next;
  const { state, actions } = without(REPLACED, withCount(before, next));
  const said = sayEnding(spec, before, event, next);
  if (said === undefined) return { state, actions };
  // Behind the signals; before what a run says that is over.
  const isLast = ({ type }: Action) => type === "say" || type === "report" || type === "exit";
  const isOver = state.phase === "finished";
  const index = isOver ? actions.findIndex(isLast) : actions.length;
  return { state, actions: [...actions.slice(0, index), said, ...actions.slice(index)] };
}

/** Whether a step neither begins an end nor does anything that is told: most steps of most runs. */
function isPlain({ state, actions }: Step): boolean {
  const first = actions[0];
  if (first === undefined) return state.phase === "running";
  return first.type === "exit" && first.reason === undefined;
}

/** What the sentence about the end says as well. */
const REPLACED: readonly Message["kind"][] = ["idle", "output-limit"];
/** What --quiet leaves out: all that tells how the tree ended. */
const QUIETED: readonly Message["kind"][] = [
  ...REPLACED,
  "dumped-core",
  "guardian-gone",
  "guardian-late",
  "leaked",
  "survivors",
];

function without(kinds: readonly Message["kind"][], { state, actions }: Step): Step {
  const isKept = (action: Action) => action.type !== "say" || !kinds.includes(action.message.kind);
  return actions.every(isKept) ? { state, actions } : { state, actions: actions.filter(isKept) };
}

function sayEnding(spec: Spec, before: State, event: Event, next: Step): Action | undefined {
  if (before.phase === "starting" || reasonIn(before) !== undefined) return undefined;
  const reason = reasonAfter(next);
  const cause = reason && causeOf(spec, reason, event);
  if (cause === undefined) return undefined;
  const tree = treeIn(next.state);
  const isCommandLeft = before.phase === "running";
  const message: Message = {
    kind: "ending",
    command: shortName(spec),
    cause,
    sent: sentIn(spec, event, next.actions),
    // Counted when it is said, which is after the signals: to interpret a look takes milliseconds.
    get others() {
      return tree && Math.max(0, runningIn(tree) - (isCommandLeft ? 1 : 0));
    },
    isPartial: tree !== undefined && isPartial(tree),
  };
  const drawn = spec.telling === "tree" && tree !== undefined && { tree };
  return { type: "say", message, ...drawn };
}

/** The command as a sentence names it: without its folder, and not longer than a line. */
export function shortName(spec: Spec): string {
  const name = commandName(spec);
  const base = name.slice(name.lastIndexOf("/") + 1);
  const shown = [...(base === "" ? name : base)];
  return shown.length > LONGEST_NAME
    ? `${shown.slice(0, LONGEST_NAME).join("")}...`
    : shown.join("");
}

const LONGEST_NAME = 40;

/** The reason of an end that curfew has begun. */
export function reasonIn(state: State): Reason | undefined {
  if (state.phase === "draining") return state.facts.reason;
  return "reason" in state ? state.reason : undefined;
}

export function reasonAfter({ state, actions }: Step): Reason | undefined {
  if (state.phase !== "finished") return reasonIn(state);
  return actions.find((action) => action.type === "exit")?.reason;
}

/** The cause in words. Undefined: a person or the caller asked for the end, or it has its own. */
function causeOf(spec: Spec, reason: Reason, event: Event): EndingCause | undefined {
  switch (reason) {
    case "timeout":
      return { why: "time", limit: spec.timeout };
    case "until":
      return { why: "time of day" };
    case "stdin":
      return { why: "stdin" };
    case "idle": {
      const isBusy = event.type === "deadline" && event.isBusy === true;
      return { why: "silence", limit: spec.idleTimeout, isBusy };
    }
    case "output":
      return { why: "output", size: spec.maxOutput };
    case "parent":
      return { why: "parent" };
    case "stopped":
      return { why: "stopped" };
    case "cancel":
    case "signal":
    case "guardian":
    case "guardian-killed":
      return undefined;
  }
}

/** Whether curfew says why it ends a tree for this reason, and so also what became of it. */
export function isToldReason(reason: Reason | undefined): boolean {
  return reason !== undefined && TOLD.includes(reason);
}

const TOLD: readonly Reason[] = [
  "timeout",
  "until",
  "stdin",
  "idle",
  "output",
  "parent",
  "stopped",
];

function treeIn(state: State): TreeSnapshot | undefined {
  if (state.phase === "draining") return state.facts.tree;
  return "run" in state ? state.run.tree : undefined;
}

/** How many processes of a tree run, or could; at least so many where it is partial. */
export function runningIn({ processes, omitted }: TreeSnapshot): number {
  return processes.filter(isRunning).length + omitted;
}

/** The first signal of the end. The guardian may have sent it, or SIGKILL, in curfew's place. */
function sentIn(spec: Spec, event: Event, actions: readonly Action[]): FirstSignal | undefined {
  if (event.type === "backstop") {
    return { signal: spec.signal, to: event.target === "tree" ? "all" : "command" };
  }
  if (event.type === "swept") return { signal: "SIGKILL", to: "all" };
  // A signal is followed by SIGCONT, which is not worth a word where it is not the signal itself.
  const isCont = spec.signal === "SIGCONT";
  for (const action of actions) {
    const isExtra = action.type === "kill" && action.signal === "SIGCONT" && !isCont;
    if (action.type === "kill" && !isExtra) {
      return { signal: action.signal, to: RECEIVERS[action.target] };
    }
    if (isSweep(action)) return { signal: "SIGKILL", to: "all", isOrdered: true };
  }
  return undefined;
}

const RECEIVERS = { child: "command", group: "group", rest: "rest" } as const;

function isSweep({ type }: Action): boolean {
  return type === "sweep" || type === "take-over";
}

/** Has the processes counted that still live before they are sent SIGKILL. */
function withCount(before: State, { state, actions }: Step): Step {
  const isKill = (action: Action) =>
    isSweep(action) ||
    (action.type === "kill" && action.target === "rest" && action.signal === "SIGKILL");
  const index = actions.findIndex(isKill);
  if (index < 0) return { state, actions };
  const run = "run" in state ? state.run : "run" in before ? before.run : undefined;
  const known = run && knownIn(run);
  if (known === undefined || known.length === 0) return { state, actions };
  const kill = actions[index];
  const except = (kill?.type === "kill" && kill.except) || [];
  const processes = known
    .filter(({ pid }) => !except.includes(pid))
    .map(({ pid, startTime }) => ({ pid, startTime }));
  const count: Action = { type: "count", processes };
  return { state, actions: [...actions.slice(0, index), count, ...actions.slice(index)] };
}

/** The processes whose end a sentence will tell. */
function knownIn({ tree, left }: Run): readonly Identity[] {
  return tree?.processes ?? left?.signalled ?? [];
}

/** What is known of the killed after a further look at some of them. */
export function killedWith(
  before: Killed | undefined,
  { living, isAll }: Extract<Event, { type: "counted" }>,
): Killed {
  const pids = [...new Set([...(before?.pids ?? []), ...living])];
  return { pids, isAll: isAll && before?.isAll !== false };
}
