import { IN, S_IFLNK, S_IFREG } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import { isGone, join } from "./path.ts";

/** What is known of the files in a directory. */
export type Files = {
  /**
   * Names whose removal is no change: those of sockets, pipes and devices, which come and go with
   * the programs that use them, and those of files that were gone before curfew looked at them.
   */
  readonly transient: Set<string>;
  /** Of each file a text that changes with its identity, its size and its time of modification. */
  readonly states: Map<string, string>;
};

export function noFiles(): Files {
  return { transient: new Set(), states: new Map() };
}

/** Whether an event is the change of a file. `directory`: the path of the directory. */
export function fileEvent(files: Files, directory: string, mask: number, name: string): boolean {
  const { transient, states } = files;
  const path = join(directory, name);
  if ((mask & IN.create) !== 0) {
    transient.delete(name);
    const state = sys.fileState(path, 0);
    if (typeof state === "number" && !isGone(state)) return false;
    const [type, links] = typeof state === "number" ? [state, 1] : state;
    if (type !== S_IFREG && type !== S_IFLNK) transient.add(name);
    // Another event follows when a new file has been written; for a new link none does.
    return type === S_IFLNK || (type === S_IFREG && links > 1);
  }
  if ((mask & IN.attributes) !== 0) return isTouched(states, path, name);
  if ((mask & (IN.closeWrite | IN.movedTo)) !== 0) noteState(states, path, name);
  else states.delete(name);
  if ((mask & IN.closeWrite) !== 0) return !transient.has(name);
  const wasTransient = transient.delete(name);
  return (mask & IN.movedTo) !== 0 || !wasTransient;
}

/**
 * Whether a file has a new time of modification and nothing else: touch(1) has no other event than
 * chmod(1). A file of another size is being written, and another event follows.
 */
function isTouched(states: Map<string, string>, path: string, name: string): boolean {
  const before = states.get(name);
  const now = noteState(states, path, name);
  if (before === undefined || now === undefined || before === now) return false;
  return withoutTime(before) === withoutTime(now);
}

function noteState(states: Map<string, string>, path: string, name: string): string | undefined {
  const state = sys.fileState(path, 0);
  if (typeof state === "number" || state[0] !== S_IFREG) return undefined;
  const text = `${state[2]}:${state[3]}`;
  states.set(name, text);
  return text;
}

/** A state without its last part, the time. */
export function withoutTime(state: string): string {
  return state.slice(0, state.lastIndexOf(":"));
}
