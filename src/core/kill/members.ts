import type { KillSpec } from "../spec/kill-spec.ts";
import type { Process } from "../spec/tree.ts";

/** The curfew process itself, and the processes above it, which `kill` must not hit. */
export type Caller = {
  readonly pid: number;
  readonly group: number;
  readonly ancestors: readonly number[];
  /** Whether /proc shows our own PID namespace: without it there is no identity, tree or group. */
  readonly hasProc: boolean;
  /** Why curfew could not look at all of its ancestors: an errno's name. */
  readonly unseen: string | undefined;
};

/** A process that was found alive. `id`: the host's handle; unlike a PID, it is never reused. */
export type FoundProcess = {
  readonly id: number;
  readonly pid: number;
  /** Field 22 of /proc/PID/stat. */
  readonly startTime: number;
  readonly command: string;
  /** The guardian of another curfew. It has that curfew tell the processes below it. */
  readonly isGuardian?: boolean;
};

/** A process that was seen below a member (`under`: its id) or in a group (`under`: its number). */
export type Discovery = FoundProcess & { readonly under: number };

/** What a PID of the command line stands for: one process, or with --group all in the group. */
export type Resolution =
  | {
      readonly kind: "found";
      readonly members: readonly FoundProcess[];
      readonly isKernel: boolean;
    }
  /** `isUnused`: no process has the PID, not even a zombie. */
  | { readonly kind: "gone"; readonly isUnused: boolean }
  /** The host could not look at it: an errno's name. */
  | { readonly kind: "unseen"; readonly errno: string }
  | { readonly kind: "failed"; readonly reason: string };

/** What became of a PID of the command line. */
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
  /** With `--signal 0`: how many processes the PID stands for. */
  readonly members?: number;
  /** No process has the number: the user may have mistyped it. */
  readonly isUnused?: boolean;
};

/** A PID of the command line. `verdict`: the result, where there is nothing to signal. */
export type Target = { readonly pid: number; readonly verdict: Verdict | undefined };

/** A member whose children could not be looked at, by its id, and why: an errno's name. */
export type Missed = { readonly id: number; readonly errno: string };

/** Why a PID may have descendants left, although every process that was found has exited. */
export type Doubt =
  /** The host could not look at every process: an errno's name. */
  | { readonly kind: "unseen"; readonly errno: string }
  /** New processes were found until the time was over. */
  | { readonly kind: "forking" }
  /** The host had no time left to search for what they left behind. */
  | { readonly kind: "late" }
  /** These processes are alive and may be descendants. */
  | { readonly kind: "strays"; readonly processes: readonly Process[] };

/** A process that is to end. `targets`: indices of the PIDs of the command line that include it. */
export type Member = FoundProcess & {
  readonly targets: readonly number[];
  /** The id of the member that it was last seen below; `undefined`: the command line names it. */
  readonly under: number | undefined;
  /** It has adopted a process that another member had started: PR_SET_CHILD_SUBREAPER. */
  readonly isSubreaper: boolean;
  readonly gotFirstSignal: boolean;
  readonly gotSigkill: boolean;
  /** The kernel does not let us signal it. */
  readonly isRefused: boolean;
  readonly hasEnded: boolean;
};

/** The data of every phase. */
export type KillProgress = {
  readonly caller: Caller;
  readonly targets: readonly Target[];
  /** By id; parents stand before their children. */
  readonly members: ReadonlyMap<number, Member>;
  /** The ids of the members that the host is signaling. */
  readonly receivers: readonly number[];
  /** The first doubt about each target, by its index. */
  readonly doubts: ReadonlyMap<number, Doubt>;
};

/** Adds discoveries. Each belongs to the targets of its parent, in whatever order they come. */
export function withDiscoveries<K extends KillProgress>(
  spec: KillSpec,
  known: K,
  discoveries: readonly Discovery[],
): K {
  if (discoveries.length === 0) return known;
  const { caller } = known;
  const members = new Map(known.members);
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const found of discoveries) {
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

/** Notes a changed parent: the member that a process is below now has adopted it. */
function noteParent(members: Map<number, Member>, { id, under }: Discovery): void {
  const [member, parent] = [members.get(id), members.get(under)];
  if (member === undefined || parent === undefined || member.under === under) return;
  members.set(id, { ...member, under });
  if (member.under !== undefined) members.set(under, { ...parent, isSubreaper: true });
}

/** Adds a doubt about these targets, or about every target without a verdict. */
export function withDoubt<K extends KillProgress>(
  known: K,
  doubt: Doubt,
  about?: readonly number[],
): K {
  const doubts = new Map(known.doubts);
  known.targets.forEach(({ verdict }, index) => {
    const isConcerned = about === undefined || about.includes(index);
    if (verdict === undefined && isConcerned && !doubts.has(index)) doubts.set(index, doubt);
  });
  return { ...known, doubts };
}

/** Adds a doubt about the targets of each member whose children the host could not look at. */
export function withMissed<K extends KillProgress>(known: K, missed: readonly Missed[]): K {
  return missed.reduce((next, { id, errno }) => {
    const about = known.members.get(id)?.targets ?? [];
    return withDoubt(next, { kind: "unseen", errno }, about);
  }, known);
}

/** Changes these members. */
export function withMembers<K extends KillProgress>(
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

/** The members that are not known to have exited. */
export function livingOf({ members }: KillProgress): Member[] {
  return [...members.values()].filter((member) => !member.hasEnded);
}

/**
 * Whether a living curfew holds a member: it has got the first signal or will get it, and passes it
 * on. A signal to the member as well would be a second request.
 */
export function isHeld({ members }: KillProgress, member: Member): boolean {
  const passed = new Set<number>();
  for (let { under } = member; under !== undefined && !passed.has(under); ) {
    const above = members.get(under);
    if (above === undefined) return false;
    if (above.isGuardian === true && !above.hasEnded && !above.isRefused) return true;
    passed.add(under);
    under = above.under;
  }
  return false;
}

/** The process groups of the targets without a verdict; none without `--group`. */
export function groupsOf(spec: KillSpec, { targets }: KillProgress): number[] {
  if (spec.reach !== "group") return [];
  const open = targets.filter(({ verdict }) => verdict === undefined);
  return [...new Set(open.map(({ pid }) => pid))];
}

export type Addition = {
  readonly spec: KillSpec;
  readonly caller: Caller;
  readonly found: FoundProcess;
  readonly targets: readonly number[];
};

/** Adds a member, or more targets to a known one; says whether that changed anything. */
export function addMember(
  members: Map<number, Member>,
  { spec, caller, found, targets }: Addition,
): boolean {
  const { id, pid, startTime, command, isGuardian = false } = found;
  // curfew has to report at the end, and its ancestors are above the tree, not in it.
  if (pid === caller.pid || (!spec.force && caller.ancestors.includes(pid))) return false;
  const before = members.get(id) ?? {
    ...{ id, pid, startTime, command, isGuardian },
    ...{ targets: [], under: undefined, isSubreaper: false },
    ...{ gotFirstSignal: false, gotSigkill: false, isRefused: false, hasEnded: false },
  };
  const added = targets.filter((target) => !before.targets.includes(target));
  if (added.length === 0) return false;
  members.set(id, { ...before, targets: [...before.targets, ...added] });
  return true;
}
