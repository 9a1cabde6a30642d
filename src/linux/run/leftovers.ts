import type { LeftoversSnapshot, Member } from "../../core/spec/member.ts";
import { commandLineOf } from "../../core/spec/member.ts";
import type { Process } from "../../core/spec/tree.ts";
import type { Duration } from "../../core/values/duration.ts";
import type { Unseen } from "../../core/values/unseen.ts";
import { isMissed, isSeen } from "../../core/values/unseen.ts";
import { CLOCK_TICK } from "../kernel/abi.ts";
import { hasEnded, hasOwnProc, statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "./context.ts";
import { MOST_NAMES, NAMELESS, someMembersOf, walkTime } from "./members.ts";

/** This many processes are looked at however long it takes, even on a busy machine. */
const LEAST = 8;

/**
 * What is left of the tree, and what each process reads and writes. No more processes than a
 * report names, and not for long, because the tree may leave curfew little of the processors: the
 * others are ended without being asked. Where the user wants to spare some, each is looked at.
 */
export function lookAtLeftovers(run: RunContext): LeftoversSnapshot {
  const time = walkTime(run);
  const limit = sys.now() + time;
  // One more than is named tells that there are others.
  const { pids, isLate } = someMembersOf(run, MOST_NAMES + 1);
  const named = pids.filter((pid) => pid !== NAMELESS.pid).slice(0, MOST_NAMES);
  const since = bootTime();
  const isSparing = run.spec.spare.length > 0;
  const looks: (Member | Unseen)[] = [];
  for (const pid of named) {
    if (looks.length >= LEAST && !isSparing && sys.now() >= limit) break;
    looks.push(memberOf(pid, since, isSparing, time));
  }
  const isCut = isLate || pids.length > MOST_NAMES || looks.length < named.length;
  const members = looks.filter(isSeen);
  const ours = members.length === 0 ? [] : channelsOf(run.ownPid, time).map(({ name }) => name);
  const isComplete =
    !isCut && pids.length === named.length && !looks.some(isMissed) && hasOwnProc();
  return { members, ours, isComplete, ...(isCut && { isCut }) };
}

const GONE: Unseen = { unseen: "gone", errno: 0 };

function memberOf(pid: number, since: number, wantsWords: boolean, time: number): Member | Unseen {
  const stat = statOf(pid);
  if (!isSeen(stat)) return stat;
  if (hasEnded(stat)) return GONE;
  const { command, startTime, parent, state, ticks } = stat;
  const channels = channelsOf(pid, time);
  const doing = (what: number) => channels.filter(({ does }) => (does & what) !== 0);
  const names = (what: number) => doing(what).map(({ name }) => name);
  return {
    pid,
    command,
    startTime,
    parent,
    state,
    age: (since - startTime * CLOCK_TICK) as Duration,
    cpuTime: (ticks * CLOCK_TICK) as Duration,
    commandLine: wantsWords ? wordsOf(pid) : "",
    reads: names(READS),
    writersEnded: names(ENDED),
    writes: names(WRITES),
  };
}

/** What a process does with a pipe or socket, as `native/src/window/channels.rs` has it. */
const READS = 1;
const WRITES = 2;
const ENDED = 4;

type Channel = { readonly name: string; readonly does: number };

/** Of a process that is another user's nothing is to be seen: then it reads nothing. */
function channelsOf(pid: number, time: number): readonly Channel[] {
  const row = sys.channels(pid, time);
  if (typeof row === "number") return [];
  const channels: Channel[] = [];
  for (let at = 0; at < row.length; at += 3) {
    const [device, number, does = 0] = row.slice(at);
    channels.push({ name: `${device}:${number}`, does });
  }
  return channels;
}

const LONGEST = 4096;

/** The last part of its first word, then the others, as they were given. */
function wordsOf(pid: number): string {
  const text = sys.readText(`/proc/${pid}/cmdline`, LONGEST);
  return typeof text === "string" ? commandLineOf(text) : "";
}

/** Microseconds since boot; 0: it is hidden, and every process counts as young. */
function bootTime(): number {
  const text = sys.readText("/proc/uptime", LONGEST);
  return typeof text === "string" ? Number(text.split(" ")[0]) * 1e6 : 0;
}

/** As a report names them. */
export function namesOf({ members }: LeftoversSnapshot): readonly Process[] {
  return members.map(({ pid, command }) => ({ pid, command }));
}
