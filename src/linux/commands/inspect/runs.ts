import type { InspectedRun } from "../../../core/inspect/inspection.ts";
import { isSeen } from "../../../core/values/unseen.ts";
import { statOf, userOf } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";
import { guardianTitle, isCurfew } from "../../run/guardian-title.ts";

/** A run, and the guardian whose descendants are its tree. */
export type FoundRun = InspectedRun & { readonly guardian: number };

/** The name that guardians have: `ps -o comm` shows it. Any process may have it. */
const GUARDIAN = "guardian";

/** The runs of this user, for root those of all users. */
export function findRuns(): readonly FoundRun[] {
  const names = sys.list("/proc");
  if (typeof names === "number") return [];
  const user = sys.user()[0];
  return names.filter((name) => /^\d+$/.test(name)).flatMap((name) => runOf(Number(name), user));
}

function runOf(pid: number, user: number): readonly FoundRun[] {
  const stat = statOf(pid);
  if (!isSeen(stat) || stat.command !== GUARDIAN) return [];
  const owner = userOf(pid);
  if (user !== 0 && owner !== user) return [];
  const title = guardianTitle(pid);
  if (title !== undefined) {
    return [{ supervisor: title.supervisor, limitAt: title.limitAt, guardian: pid }];
  }
  // What another user's process says of itself is not believed. Its program can be seen.
  const isOther = user === 0 && owner !== 0 && isCurfew(pid) && isCurfew(stat.parent);
  return isOther ? [{ supervisor: stat.parent, limitAt: "unknown", guardian: pid }] : [];
}
