import type { Action } from "../../core/run/action.ts";
import type { Signal } from "../../core/values/signal.ts";
import { TERMINATING_SIGNALS } from "../../core/values/signal.ts";
import { now } from "./clock.ts";
import type { PortableRun } from "./context.ts";
import { inOrder, withLook } from "./looking.ts";
import { exists, send, sendToMember } from "./processes/signalling.ts";
import type { ProcessRow } from "./processes/table.ts";

type Kill = Extract<Action, { type: "kill" }>;

/** Signals a target, as the core asks for it. */
export function kill(run: PortableRun, action: Kill): void {
  const { target, signal } = action;
  const act = () => {
    if (target === "child") killChild(run, signal);
    else killGroup(run, signal);
    return undefined;
  };
  if (target === "rest") {
    killRest(run, action);
    return;
  }
  // When a process ends, its children get another parent, and those that have left the group could
  // not be found any more. So they are looked up before the first signal that may end one.
  const isFirst = signal === run.spec.signal || run.had.size === 0;
  if (TERMINATING_SIGNALS.has(signal) && isFirst) withLook(run, act);
  else inOrder(run, act);
}

function note({ had }: PortableRun, signal: Signal, who: string): boolean {
  const some = had.get(signal) ?? new Set();
  had.set(signal, some);
  if (some.has(who)) return false;
  some.add(who);
  return true;
}

const GROUP = "group";

function nameOf({ pid, startTime }: ProcessRow): string {
  return `${pid} ${startTime}`;
}

function killChild(run: PortableRun, signal: Signal): void {
  const { command } = run;
  if (command === undefined || command.tree.isReaped) return;
  note(run, signal, "");
  send(command.tree.pid, signal);
}

/** The group that the command leads, and the command alone where it leads none. */
export function killGroup(run: PortableRun, signal: Signal): void {
  const group = groupOf(run);
  if (group === undefined) {
    killChild(run, signal);
  } else {
    note(run, signal, GROUP);
    send(-group, signal);
  }
}

/**
 * The command's group, as long as it is that one: see `isGroupOurs`. Undefined: there is none, or
 * its last member has ended.
 */
export function groupOf({ command }: PortableRun): number | undefined {
  const group = command?.tree.group;
  if (command === undefined || group === undefined) return undefined;
  if (command.tree.isReaped && exists(group)) return undefined;
  return exists(-group) ? group : undefined;
}

/** Every member that has not had the signal. `except`: left out, with their descendants. */
function killRest(run: PortableRun, { signal, except = [], isFirst = false }: Kill): void {
  withLook(run, (members) => {
    if (members === undefined) return killGroup(run, signal);
    const spared = withDescendants(members, except);
    const group = run.command?.tree.group;
    const hadAll = !isFirst && run.had.get(signal)?.has(GROUP) === true;
    const isMain = (row: ProcessRow) => row.pid === run.command?.tree.pid;
    const hadIt = (row: ProcessRow) =>
      (hadAll && row.group === group) || (isMain(row) && run.had.get(signal)?.has("") === true);
    run.reached = members.filter((row) => {
      if (spared.has(row.pid) || hadIt(row) || !note(run, signal, nameOf(row))) return false;
      return sendToMember(run.view, row, signal) === "sent";
    });
  });
}

function withDescendants(
  members: readonly ProcessRow[],
  pids: readonly number[],
): ReadonlySet<number> {
  const found = new Set(pids);
  // Parents come first.
  for (const row of members) if (found.has(row.parent)) found.add(row.pid);
  return found;
}

const STOPPED = "T";

/** SIGCONT to the processes of a target that are stopped. The core is told if there was one. */
export function wake(run: PortableRun, target: Kill["target"]): void {
  withLook(run, (members = []) => {
    const stopped = members.filter((row) => row.state === STOPPED && isTarget(run, target, row));
    const woken = stopped.filter((row) => sendToMember(run.view, row, "SIGCONT") === "sent");
    const whom = target === "rest" ? "tree" : target;
    if (woken.length > 0) run.tell({ type: "woken", at: now(), target: whom });
  });
}

function isTarget(run: PortableRun, target: Kill["target"], row: ProcessRow): boolean {
  const tree = run.command?.tree;
  if (target === "rest") return run.reached.some(({ pid }) => pid === row.pid);
  return row.pid === tree?.pid || (target === "group" && row.group === tree?.group);
}
