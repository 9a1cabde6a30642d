import type { Instant } from "../../core/values/duration.ts";
import { PID_MAX } from "../../core/values/pid.ts";
import { isSeen } from "../../core/values/unseen.ts";
import { statOf, userOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";

// The title of a guardian in the list of processes, which other curfews read:
// `guardian: SUPERVISOR STARTED LIMIT: COMMAND`. The name curfew is not in it, so that a command
// such as `pkill -f curfew` does not kill supervisor and guardian at once.

/** What the title of a guardian says. */
export type Title = {
  /** The supervisor's PID in the namespace where it was started. */
  readonly supervisor: number;
  /** When the supervisor was started, in clock ticks since boot. */
  readonly startTime: number;
  /** The instant of the time limit, as it was at the start; undefined: there is none. */
  readonly limitAt: Instant | undefined;
  /** The last part of the command's path; empty: it is left out. */
  readonly command: string;
};

const PREFIX = "guardian: ";
/** A command with this in its name is left out of the title. */
const OWN_NAME = "curfew";
const NUMBERS = /^guardian: ([1-9]\d{0,9}) ([1-9]\d{0,18}) (0|[1-9]\d{0,15}):(?: (.*))?$/s;
const SIZE = 4096;

/** The title in two parts: native code puts the supervisor's start time in between. */
export function titleOf(
  title: Omit<Title, "startTime">,
): readonly [before: string, behind: string] {
  const { supervisor, limitAt, command } = title;
  const last = command.slice(command.lastIndexOf("/") + 1);
  const name = last === "" || last.includes(OWN_NAME) ? "" : ` ${last}`;
  return [`${PREFIX}${supervisor} `, ` ${limitAt ?? 0}:${name}`];
}

/** Reads a title; undefined: the text is none, or was cut off. */
export function parseTitle(text: string): Title | undefined {
  const [, supervisor, startTime, limit, command = ""] = NUMBERS.exec(text) ?? [];
  const pid = Number(supervisor);
  if (!(pid <= PID_MAX) || !Number.isSafeInteger(Number(startTime))) return undefined;
  const limitAt = limit === "0" ? undefined : (Number(limit) as Instant);
  return { supervisor: pid, startTime: Number(startTime), limitAt, command };
}

/**
 * The title of a process that is the guardian of a curfew. Any process can have such a title, so
 * its parent must be the supervisor that the title names, and must run curfew's program. Root
 * trusts only root's processes; another user trusts its own and root's.
 */
export function guardianTitle(pid: number): Title | undefined {
  const title = titleIn(pid);
  if (title === undefined) return undefined;
  const [own, above] = [statOf(pid), statOf(title.supervisor)];
  if (!isSeen(own) || !isSeen(above) || own.parent !== title.supervisor) return undefined;
  const isSame = above.startTime === title.startTime;
  const isOurs = [pid, title.supervisor].every(isTrusted) && isCurfew(title.supervisor);
  return isSame && isOurs ? title : undefined;
}

/** The name of a guardian, as `native/src/guardian/startup.rs` sets it. */
const NAME = "guardian";

/**
 * Whether a process of a name is the guardian of another curfew. It is believed if it runs curfew,
 * or, where that cannot be seen, if it has the title of one.
 */
export function isGuardian(pid: number, name: string): boolean {
  return name === NAME && ((isTrusted(pid) && isCurfew(pid)) || guardianTitle(pid) !== undefined);
}

/** The title that a process has, whether it is a guardian or not. */
export function titleIn(pid: number): Title | undefined {
  const text = sys.readText(`/proc/${pid}/cmdline`, SIZE);
  return typeof text === "string" ? parseTitle(withoutEnd(text)) : undefined;
}

/** Behind the title the guardian has overwritten its old command line with zeroes. */
function withoutEnd(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** Root and curfew's own user are trusted. */
export function isTrusted(pid: number): boolean {
  const user = userOf(pid);
  return user === 0 || user === sys.user()[0];
}

function sizeOf(content: string): string {
  return content.slice(0, content.indexOf(":"));
}

/** Whether a process runs curfew's program, or a program of that name. */
export function isCurfew(pid: number): boolean {
  const path = `/proc/${pid}/exe`;
  const [ours, theirs] = ["/proc/self/exe", path].map((at) => sys.fileState(at, 1));
  if (typeof ours === "object" && typeof theirs === "object") {
    // The same file, or a copy of it under the name of another tool.
    if (ours[2] === theirs[2] || sizeOf(ours[3]) === sizeOf(theirs[3])) return true;
  }
  const target = sys.readLink(path);
  return typeof target === "string" && /\/curfew(?: \(deleted\))?$/.test(target);
}
