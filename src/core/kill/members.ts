import type { KillSpec } from "../spec/kill-spec.ts";
import type { Process } from "../spec/tree.ts";

/** Who asks, and so must not be hit. */
export type Caller = {
  readonly pid: number;
  readonly group: number;
  readonly ancestors: readonly number[];
  /** Whether /proc shows our own PID namespace: without it there is no identity, tree or group. */
  readonly hasProc: boolean;
  /** Why our ancestors could not all be looked at: an errno's name. */
  readonly unseen: string | undefined;
};

/** A process that was found alive. `id` is the host's handle for this one and no later one. */
export type Found = {
  readonly id: number;
  readonly pid: number;
  /** Field 22 of /proc/PID/stat. */
  readonly startTime: number;
  readonly command: string;
};

/** Seen below a member (`under` is its id), or in a group (`under` is its number). */
export type Sighting = Found & { readonly under: number };

/** What a PID stands for now: all members of a group, else the process alone. */
export type Resolution =
  | { readonly kind: "found"; readonly members: readonly Found[]; readonly isKernel: boolean }
  /** `isFree`: not even a zombie has the number. */
  | { readonly kind: "gone"; readonly isFree: boolean }
  /** It could not be looked at: an errno's name. */
  | { readonly kind: "unseen"; readonly errno: string }
  | { readonly kind: "failed"; readonly reason: string };

/** What became of a PID, in one word. */
export type KillOutcome =
  | "graceful_exit"
  | "forceful_kill"
  | "already_exited"
  | "running"
  | "error";

/** An outcome, with the reason of an error. */
export type Verdict = {
  readonly outcome: KillOutcome;
  readonly reason: string | undefined;
  /** How many processes the PID stands for, where that is all that was asked. */
  readonly members?: number;
  /** No process has the number: perhaps another one was meant. */
  readonly isFree?: boolean;
};

/** A PID of the command line; `verdict`: what became of it, where nothing is to be done. */
export type Target = { readonly pid: number; readonly verdict: Verdict | undefined };

/** A member whose children could not be looked at, by its id, and why: an errno's name. */
export type Missed = { readonly id: number; readonly errno: string };

/** Why not all that a PID stands for may have been found, although whoever was has ended. */
export type Doubt =
  /** A look failed: an errno's name. */
  | { readonly kind: "unseen"; readonly errno: string }
  /** New ones were found until the time was over. */
  | { readonly kind: "forking" }
  /** These live, and may come from it. */
  | { readonly kind: "strays"; readonly processes: readonly Process[] };

/** A process that is to end. `targets`: the PIDs of the command line it counts for, by index. */
export type Member = Found & {
  readonly targets: readonly number[];
  /** Below which member it was seen first; `undefined`: it was asked for. */
  readonly under: number | undefined;
  /** It was seen to become the parent of what another had started: a subreaper (prctl(2)). */
  readonly adopts: boolean;
  readonly hadFirst: boolean;
  readonly hadKill: boolean;
  readonly isRefused: boolean;
  readonly hasEnded: boolean;
};

/** What is known in every phase. */
export type Known = {
  readonly caller: Caller;
  readonly targets: readonly Target[];
  /** By id; parents come before their children. */
  readonly members: ReadonlyMap<number, Member>;
  /** Who is being signalled. */
  readonly asked: readonly number[];
  /** The first one of each target, by its index. */
  readonly doubts: ReadonlyMap<number, Doubt>;
};

/** Adds what was seen: it counts for what its parent counts for, whoever was known first. */
export function withSightings<K extends Known>(
  spec: KillSpec,
  known: K,
  sightings: readonly Sighting[],
): K {
  if (sightings.length === 0) return known;
  const { caller } = known;
  const members = new Map(known.members);
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const found of sightings) {
      const targets =
        spec.reach === "group"
          ? known.targets.flatMap(({ pid }, index) => (pid === found.under ? [index] : []))
          : (members.get(found.under)?.targets ?? []);
      if (addMember(members, { spec, caller, found, targets })) isNew = true;
      if (spec.reach === "tree") noteParent(members, found);
    }
  }
  return { ...known, members };
}

/** Who is seen below another one than before has been adopted by that. */
function noteParent(members: Map<number, Member>, { id, under }: Sighting): void {
  const [member, parent] = [members.get(id), members.get(under)];
  if (member === undefined || parent === undefined || member.under === under) return;
  members.set(id, { ...member, under });
  if (member.under !== undefined) members.set(under, { ...parent, adopts: true });
}

/** The same with a doubt about every target that is open, or about those given. */
export function withDoubt<K extends Known>(known: K, doubt: Doubt, about?: readonly number[]): K {
  const doubts = new Map(known.doubts);
  known.targets.forEach(({ verdict }, index) => {
    const isMeant = about === undefined || about.includes(index);
    if (verdict === undefined && isMeant && !doubts.has(index)) doubts.set(index, doubt);
  });
  return { ...known, doubts };
}

/** The same where the children of members could not be looked at. */
export function withMissed<K extends Known>(known: K, missed: readonly Missed[]): K {
  return missed.reduce((next, { id, errno }) => {
    const about = known.members.get(id)?.targets ?? [];
    return withDoubt(next, { kind: "unseen", errno }, about);
  }, known);
}

/** The same with some members changed. */
export function withMembers<K extends Known>(
  known: K,
  ids: readonly number[],
  change: Partial<Member>,
): K {
  if (ids.length === 0) return known;
  const members = new Map(known.members);
  for (const id of ids) {
    const member = members.get(id);
    if (member !== undefined) members.set(id, { ...member, ...change });
  }
  return { ...known, members };
}

/** Who has not ended, as far as we know. */
export function livingOf({ members }: Known): Member[] {
  return [...members.values()].filter((member) => !member.hasEnded);
}

/** The process groups in question. */
export function groupsOf(spec: KillSpec, { targets }: Known): number[] {
  if (spec.reach !== "group") return [];
  const open = targets.filter(({ verdict }) => verdict === undefined);
  return [...new Set(open.map(({ pid }) => pid))];
}

export type Addition = {
  readonly spec: KillSpec;
  readonly caller: Caller;
  readonly found: Found;
  readonly targets: readonly number[];
};

/** Adds a member, or what it counts for; says whether that was news. */
export function addMember(
  members: Map<number, Member>,
  { spec, caller, found, targets }: Addition,
): boolean {
  const { id, pid, startTime, command } = found;
  // We are needed to the end, and our ancestors are not meant.
  if (pid === caller.pid || (!spec.force && caller.ancestors.includes(pid))) return false;
  const before = members.get(id) ?? {
    ...{ id, pid, startTime, command, targets: [], under: undefined, adopts: false },
    ...{ hadFirst: false, hadKill: false, isRefused: false, hasEnded: false },
  };
  const added = targets.filter((target) => !before.targets.includes(target));
  if (added.length === 0) return false;
  members.set(id, { ...before, targets: [...before.targets, ...added] });
  return true;
}
