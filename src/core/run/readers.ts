import type { Identity, LeftoversSnapshot, Member } from "../spec/member.ts";
import { isSame, without } from "../spec/member.ts";
import type { Duration } from "../values/duration.ts";
import type { Automaton } from "../values/glob-automaton.ts";
import { accepts } from "../values/glob-automaton.ts";

/** What a look means. Whoever is in none of the three is ended at once. */
export type Sorted = {
  /** They stay, because the user has named them, with all below them. */
  readonly spared: readonly Member[];
  /** They are about to end by themselves. */
  readonly waited: readonly Member[];
  /**
   * They are busy. They may have read to the end already and write what is left, or were forked to
   * read, and have not run yet: who comes to rest is one or the other.
   */
  readonly unsure: readonly Member[];
};

/** What earlier looks have found. */
type Before = { readonly waited: readonly Identity[]; readonly spared: readonly Identity[] };

/**
 * Sorts what a look has shown. Who is waited for, or spared, once stays so. `isAtWork`: whether one
 * that is busy may still be about to end.
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
    return spare !== undefined && (isOne(before.spared, member) || isNamed(spare, member.words));
  });
  const rest = without(look.members, spared);
  const channels = channelsOf(look, spared);
  const waited = withDescendants({ ...look, members: rest }, (member) => {
    return isOne(before.waited, member) || isReader(channels, member);
  });
  const unsure = without(rest, waited).filter((member) => {
    return BUSY.includes(member.state) && (isAtWork(member) || isFresh(channels, member));
  });
  return { spared, waited, unsure };
}

function isNamed(spare: Automaton, words: string): boolean {
  return words !== "" && accepts(spare, words, false);
}

/** Members that are meant, and all below these. A look has parents first. */
function withDescendants(
  { members }: Pick<LeftoversSnapshot, "members">,
  isMeant: (member: Member) => boolean,
): readonly Member[] {
  const found = new Map<number, Member>();
  // A look may have met a child before its parent, where that one's own parent has just ended.
  for (let known = -1; known !== found.size; ) {
    known = found.size;
    for (const member of members) {
      if (!found.has(member.pid) && (found.has(member.parent) || isMeant(member)))
        found.set(member.pid, member);
    }
  }
  return [...found.values()];
}

/** Who writes where, as far as all writers are about to end; `feeders`: once somebody has asked. */
type Channels = ReadonlyMap<string, Channel>;
type Channel = { readonly writers: readonly Member[]; feeders?: ReadonlySet<Member> };

/** But for those that somebody else feeds: a spared one, or who is outside of the tree. */
function channelsOf({ members, ours }: LeftoversSnapshot, spared: readonly Member[]): Channels {
  const channels = new Map<string, Channel>();
  const writersOf = (name: string) => channels.get(name)?.writers ?? [];
  for (const member of members) {
    for (const name of member.ended) channels.set(name, { writers: [] });
    for (const name of member.writes) channels.set(name, { writers: [...writersOf(name), member] });
  }
  const foreign = [...ours, ...spared.flatMap(({ writes }) => writes)];
  for (const name of foreign) channels.delete(name);
  return channels;
}

/**
 * Whether one of those that it reads from has lost its last writer, or loses it before the reader
 * ends: its writers are leftovers, too, and do not read in turn what the reader writes.
 */
function isReader(channels: Channels, member: Member): boolean {
  return member.reads.some((name) => feedersOf(channels, name)?.has(member) === false);
}

/** Who writes there, and who writes what these read, and so on. */
function feedersOf(channels: Channels, name: string): ReadonlySet<Member> | undefined {
  const channel = channels.get(name);
  if (channel === undefined || channel.feeders !== undefined) return channel?.feeders;
  const sources = new Set<Channel | undefined>([channel]);
  // A set that grows while it is walked is walked to its end.
  for (const source of sources) {
    const reads = source?.writers.flatMap((writer) => writer.reads) ?? [];
    for (const read of reads) sources.add(channels.get(read));
  }
  channel.feeders = new Set([...sources].flatMap((source) => source?.writers ?? []));
  return channel.feeders;
}

/** So long a process that was forked may need until it has closed what it does not use. */
const FRESH: Duration = 1_000_000 as Duration;

/**
 * Who has both ends of a pipe never sees its end. But so has, for a moment, who was forked to be
 * the reader: on a busy machine the command may have ended before that one has run at all.
 */
function isFresh(channels: Channels, member: Member): boolean {
  if (member.age >= FRESH) return false;
  return member.reads.some((name) => channels.has(name) && member.writes.includes(name));
}

/** It runs, waits for its turn, or for a disk; who waits for anything else has come to rest. */
const BUSY: readonly string[] = ["R", "D"];
