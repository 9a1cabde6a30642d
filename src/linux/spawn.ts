import type { Will } from "../core/event.ts";
import { candidatesOf, SHELL } from "../core/path-search.ts";
import { signalNumber } from "../core/signal.ts";
import type { Held } from "./held.ts";
import { now } from "./news.ts";
import { sys } from "./syscalls.ts";

/** What a sweep reaches, as `native/src/spawn.rs` numbers it. */
const SCOPES = { child: 0, group: 1, subreaper: 2, cgroup: 2, pidns: 2 } as const;

/** Starts the command: 0, or minus errno where nothing was started; the rest is guardian's news. */
export function spawn({ spec, confinement, leadsOwnGroup, ownPid }: Held): number {
  const [name = ""] = spec.command;
  const files = candidatesOf(name, sys.env("PATH"));
  const { holding, namespaces, cgroups, hasLeaf, rlimits } = confinement;
  const [user, group] = namespaces === 0 ? [0, 0] : sys.user();
  const settings = [
    SCOPES[holding.mechanism],
    spec.group === "session" ? 1 : 0,
    leadsOwnGroup ? ownPid : 0,
    namespaces,
    user,
    group,
    hasLeaf ? 1 : 0,
  ];
  return sys.spawn(files, spec.command, SHELL, settings, rlimits, cgroups);
}

/** Tells the guardian what to do without us. 0 or minus errno. */
export function leaveWill(will: Will): number {
  const { signal, delay, patience, hardAfter, hold, settle } = will;
  const hard = hardAfter === 0 ? 0 : now() + hardAfter;
  const numbers = [signalNumber(signal), delay, patience, hard, hold ? 1 : 0];
  return sys.guardianWill([...numbers, settle.quiet, settle.limit]);
}
