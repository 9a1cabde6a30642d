import type { Identity, LeftoversSnapshot, Member } from "../spec/member.ts";
import { excluding, isSame } from "../spec/member.ts";
import type { Duration } from "../values/duration.ts";
import type { Automaton } from "../values/glob-automaton.ts";
import { accepts } from "../values/glob-automaton.ts";

/** What a look means. A process that is in none of the three lists is ended at once. */
export type Sorted = {
  /** They keep running, with their descendants, because a pattern of --spare matches them. */
  readonly spared: readonly Member[];
  /** They are about to end by themselves. */
  readonly waited: readonly Member[];
  /**
   * They are busy. Such a process may have read to the end and be writing the rest, or it may have
   * been forked to read and not have run yet. When it comes to rest, it is one or the other.
   */
  readonly unsure: readonly Member[];
};

/** What earlier looks have found. */
type Before = { readonly waited: readonly Identity[]; readonly spared: readonly Identity[] };

/**
 * Sorts the leftovers of a look. A process that was waited for or spared once stays so. `isAtWork`:
 * whether a busy process may still be about to end.
 */
export function sortMembers(
  look: LeftoversSnapshot,
  spare: Automaton | undefined,
  before: Before = { waited: [], spared: [] },
  isAtWork: (member: Member) => boolean = () => false,
): Sorted {
  const isOne = (known: readonly Identity[], member: Member) =>
    known.some((one) => isSame(one, member));
  const spared = withDescendants(look, (member) => {
    return (
      spare !== undefined && (isOne(before.spared, member) || isNamed(spare, member.commandLine))
    );
  });
  const rest = excluding(look.members, spared);
  const channels = channelsOf(look, spared);
  const waited = withDescendants({ ...look, members: rest }, (member) => {
    return isOne(before.waited, member) || isReader(channels, member);
  });
  const unsure = excluding(rest, waited).filter((member) => {
    return BUSY.includes(member.state) && (isAtWork(member) || isFresh(channels, member));
  });
  return { spared, waited, unsure };
}

function isNamed(spare: Automaton, words: string): boolean {
  return words !== "" && accepts(spare, words, false);
}

/** The members that match, and their descendants. A look lists parents first. */
function withDescendants(
  { members }: Pick<LeftoversSnapshot, "members">,
  matches: (member: Member) => boolean,
): readonly Member[] {
  const found = new Map<number, Member>();
  // A child can still come before its parent, if the parent's own parent has just ended.
  for (let known = -1; known !== found.size; ) {
    known = found.size;
    for (const member of members) {
      if (!found.has(member.pid) && (found.has(member.parent) || matches(member)))
        found.set(member.pid, member);
    }
  }
  return [...found.values()];
}

/**
 * The pipes and sockets whose writers are all about to end, by name. `feeders` is filled in by the
 * first call of `feedersOf`.
 */
type Channels = ReadonlyMap<string, Channel>;
type Channel = { readonly writers: readonly Member[]; feeders?: ReadonlySet<Member> };

/** All but those with a writer that stays: a spared process, or one outside of the tree. */
function channelsOf({ members, ours }: LeftoversSnapshot, spared: readonly Member[]): Channels {
  const channels = new Map<string, Channel>();
  const writersOf = (name: string) => channels.get(name)?.writers ?? [];
  for (const member of members) {
    for (const name of member.writersEnded) channels.set(name, { writers: [] });
    for (const name of member.writes) channels.set(name, { writers: [...writersOf(name), member] });
  }
  const foreign = [...ours, ...spared.flatMap(({ writes }) => writes)];
  for (const name of foreign) channels.delete(name);
  return channels;
}

/**
 * Whether a member will read to an end: a pipe that it reads has lost its last writer, or will lose
 * it before the reader ends, because its writers are leftovers too and do not in turn read what the
 * reader writes.
 */
function isReader(channels: Channels, member: Member): boolean {
  return member.reads.some((name) => feedersOf(channels, name)?.has(member) === false);
}

/** The processes that write to a channel, those that write what these read, and so on. */
function feedersOf(channels: Channels, name: string): ReadonlySet<Member> | undefined {
  const channel = channels.get(name);
  if (channel === undefined || channel.feeders !== undefined) return channel?.feeders;
  const sources = new Set<Channel | undefined>([channel]);
  // A for loop over a set also visits what is added meanwhile.
  for (const source of sources) {
    const reads = source?.writers.flatMap((writer) => writer.reads) ?? [];
    for (const read of reads) sources.add(channels.get(read));
  }
  channel.feeders = new Set([...sources].flatMap((source) => source?.writers ?? []));
  return channel.feeders;
}

/** How long a forked process may need until it has closed the descriptors that it does not use. */
const FRESH: Duration = 1_000_000 as Duration;

/**
 * Whether a member may still become a reader. A process that has both ends of a pipe never reads to
 * its end. But for a moment after a fork the future reader has both ends too, and on a busy machine
 * the command may have ended before that process has run at all.
 */
function isFresh(channels: Channels, member: Member): boolean {
  if (member.age >= FRESH) return false;
  return member.reads.some((name) => channels.has(name) && member.writes.includes(name));
}

/** States of a process that runs, or waits for a processor or a disk. All others are at rest. */
const BUSY: readonly string[] = ["R", "D"];
