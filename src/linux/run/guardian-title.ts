import type { Instant } from "../../core/values/duration.ts";
import { PID_MAX } from "../../core/values/pid.ts";
import { isSeen } from "../../core/values/unseen.ts";
import { statOf, userOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";

// What a guardian says of itself in the list of processes, where another curfew reads it:
// `guardian: SUPERVISOR STARTED LIMIT: COMMAND`. It does not contain our own name: who ends by name
// what has it in its command line shall not end both of us.

/** What a guardian says: whose it is, and until when. */
export type Title = {
  /** Its supervisor's number, where that was started. */
  readonly supervisor: number;
  /** When the supervisor was started, in clock ticks since boot. */
  readonly startTime: number;
  /** The instant of the limit as it was at the start; undefined: there is none. */
  readonly limitAt: Instant | undefined;
  /** The last part of the command's path; empty: it is not told. */
  readonly command: string;
};

const PREFIX = "guardian: ";
/** No guardian of ours has this in its command line. */
const OWN_NAME = "curfew";
const NUMBERS = /^guardian: ([1-9]\d{0,9}) ([1-9]\d{0,18}) (0|[1-9]\d{0,15}):(?: (.*))?$/s;
const SIZE = 4096;

/** What stands before and behind the time when we were started, which native code looks up. */
export function titleOf(
  title: Omit<Title, "startTime">,
): readonly [before: string, behind: string] {
  const { supervisor, limitAt, command } = title;
  const last = command.slice(command.lastIndexOf("/") + 1);
  const name = last === "" || last.includes(OWN_NAME) ? "" : ` ${last}`;
  return [`${PREFIX}${supervisor} `, ` ${limitAt ?? 0}:${name}`];
}

/** The same read back; undefined: it is none, or was cut off. */
export function parseTitle(text: string): Title | undefined {
  const [, supervisor, startTime, limit, command = ""] = NUMBERS.exec(text) ?? [];
  const pid = Number(supervisor);
  if (!(pid <= PID_MAX) || !Number.isSafeInteger(Number(startTime))) return undefined;
  const limitAt = limit === "0" ? undefined : (Number(limit) as Instant);
  return { supervisor: pid, startTime: Number(startTime), limitAt, command };
}

/**
 * What a process says as the guardian of a curfew, if it is one: its parent is the supervisor that
 * it names, and that one runs our program. Anybody can call a process so. Root believes no other
 * user, and nobody believes one but root.
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

/** What a process says, whoever it is. */
export function titleIn(pid: number): Title | undefined {
  const text = sys.readText(`/proc/${pid}/cmdline`, SIZE);
  return typeof text === "string" ? parseTitle(withoutEnd(text)) : undefined;
}

/** What was there before it was renamed is overwritten by zeroes. */
function withoutEnd(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** Root may call itself what it likes. */
function isTrusted(pid: number): boolean {
  const user = userOf(pid);
  return user === 0 || user === sys.user()[0];
}

function sizeOf(content: string): string {
  return content.slice(0, content.indexOf(":"));
}

/** Whether a process runs our program, or one that is called as ours. */
export function isCurfew(pid: number): boolean {
  const path = `/proc/${pid}/exe`;
  const [ours, theirs] = ["/proc/self/exe", path].map((at) => sys.fileState(at, 1));
  if (typeof ours === "object" && typeof theirs === "object") {
    // The same file, or a copy of it under another tool's name.
    if (ours[2] === theirs[2] || sizeOf(ours[3]) === sizeOf(theirs[3])) return true;
  }
  const target = sys.readLink(path);
  return typeof target === "string" && /\/curfew(?: \(deleted\))?$/.test(target);
}
