import { startKill, stepKill } from "../../../core/kill/kill.ts";
import type { Caller } from "../../../core/kill/members.ts";
import type { KillResult, Observation } from "../../../core/kill/result.ts";
import {
  formatKillJson,
  formatKillText,
  formatSending,
  formatUnused,
  isSuccess,
} from "../../../core/kill/result.ts";
import type { KillAction, KillEvent } from "../../../core/kill/state.ts";
import { deadlineOfKill, FIRST_WALK_LIMIT } from "../../../core/kill/state.ts";
import { formatMessage } from "../../../core/messages/messages.ts";
import type { KillSpec } from "../../../core/spec/kill-spec.ts";
import { EXIT_FAILED } from "../../../core/spec/status.ts";
import type { Instant } from "../../../core/values/duration.ts";
import { errnoName } from "../../../core/values/errno.ts";
import { localeOf } from "../../../core/values/locale.ts";
import { signalNumber } from "../../../core/values/signal.ts";
import { isMissed, isSeen } from "../../../core/values/unseen.ts";
import { ESRCH, STDERR, STDIN, STDOUT } from "../../kernel/abi.ts";
import { hasOwnProc, isDeadly, mayBeStopped, stateOf, statOf, userOf } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";
import { MOMENT, reasonOf } from "../../run/outputs.ts";
import type { Book } from "./book.ts";
import {
  groupIn,
  livingIn,
  note,
  noteEnds,
  noteLook,
  openBook,
  resolve,
  send,
  traitsOf,
} from "./book.ts";
import type { Sight } from "./sight.ts";
import {
  emptySight,
  enterBelow,
  lookBelow,
  resolveGroup,
  sightBelow,
  sightGroup,
} from "./sight.ts";
import { searchStrays } from "./strays.ts";
import { waitLooking } from "./wait.ts";

/** So many lines of the answer may wait for their reader so long, in microseconds. */
const AT_ONCE = 32;
const PATIENCE = 1_000_000;

/** `curfew kill`: ends processes that are not ours, and says how each ended. The exit code. */
export function runKill(name: string, spec: KillSpec): number {
  const voice = { name, utf8: localeOf(sys.env).utf8 };
  // Nobody reads it here, and no descriptor that we keep takes its place (`above_stdio`): so there
  // is room for a look at /proc, however many descriptors are in use.
  sys.close(STDIN);
  // What forks without a pause leaves us next to nothing.
  sys.hurry();
  const caller = callerOf();
  const book = openBook(caller.hasProc);
  let next = startKill(spec, caller);
  for (;;) {
    let event: KillEvent | undefined;
    for (const action of next.actions) {
      if (action.type === "finish") return print(voice, spec, action.results);
      if (action.type === "say") {
        sys.offer(STDERR, formatSending(voice, action.signal, action.to), sys.now(), MOMENT, 0);
      } else {
        event = answer(spec, book, action, deadlineOfKill(next.state));
      }
    }
    if (event === undefined) throw new Error(`nothing asked while ${next.state.phase}`);
    next = stepKill(spec, next.state, event);
  }
}

function callerOf(): Caller {
  const hasProc = hasOwnProc();
  const pid = sys.pid();
  const ancestors: number[] = [];
  let unseen: string | undefined;
  for (let at = hasProc ? pid : 0; at > 0; ) {
    const stat = statOf(at);
    if (isMissed(stat) && stat.unseen === "unknown") unseen = errnoName(stat.errno);
    at = isSeen(stat) ? stat.parent : 0;
    if (at > 0) ancestors.push(at);
  }
  return { pid, group: sys.groupOf(0), ancestors, hasProc, unseen };
}

type Question = Exclude<KillAction, { type: "say" | "finish" }>;

function answer(
  spec: KillSpec,
  book: Book,
  action: Question,
  deadline: Instant | undefined,
): KillEvent {
  switch (action.type) {
    case "resolve": {
      const until = now() + FIRST_WALK_LIMIT;
      const resolutions = action.pids.map((pid) =>
        spec.reach === "tree" ? resolve(book, pid) : resolveGroup(book, pid, until),
      );
      return { type: "resolved", at: now(), resolutions };
    }
    case "walk": {
      const sight = emptySight();
      sightBelow(book, action.members, action.until, sight);
      for (const group of action.groups) sightGroup(book, group, action.until, sight);
      return { type: "walked", at: now(), ...sight };
    }
    case "kill":
      return kill(book, action);
    case "search": {
      const found = searchStrays(book, action.members, action.until);
      return { type: "searched", at: now(), ...found };
    }
    case "wait": {
      const { living, sight } = waitLooking(book, action.members, action.below, deadline);
      const ended = action.members.filter((id) => !living.includes(id));
      noteEnds(book, ended);
      const { discoveries, missed } = sight;
      return { type: "waited", at: now(), ended, discoveries, missed };
    }
    case "examine":
      return { type: "examined", at: now(), observations: observationsOf(book, action.members) };
  }
}

function kill(
  book: Book,
  {
    members,
    groups,
    signal,
    looksBelow,
    stoppedOnly,
    until,
  }: Extract<KillAction, { type: "kill" }>,
): KillEvent {
  const number = signalNumber(signal);
  const living = new Set(livingIn(book, members));
  // A group whose members have all ended may be another one by now.
  const inGroup = [...living].map((id) => groupIn(book, id));
  for (const group of groups.filter((group) => inGroup.includes(group))) sys.kill(-group, number);
  const sights = { before: emptySight(), after: emptySight() };
  const answers = members.map((id) => {
    if (!living.has(id)) return { id, errno: ESRCH };
    if (stoppedOnly && !mayBeStopped(book.entries[id]?.pid ?? 0)) return { id, errno: 0 };
    if (looksBelow && now() <= until)
      return { id, errno: sendLooking(book, id, number, until, sights) };
    // A group's signal was sent above; whether it reached this one can still be asked.
    const isTold = groups.includes(groupIn(book, id));
    const result = -send(book, id, isTold ? 0 : number);
    return { id, errno: isTold && result === ESRCH ? 0 : result };
  });
  const idsWith = (isMeant: (errno: number) => boolean) =>
    answers.filter(({ errno }) => isMeant(errno)).map(({ id }) => id);
  const ended = idsWith((errno) => errno === ESRCH);
  const refused = idsWith((errno) => errno !== 0 && errno !== ESRCH);
  noteEnds(book, ended);
  const { before, after } = sights;
  const { discoveries } = before;
  const missed = [...before.missed, ...after.missed];
  return {
    type: "killed",
    at: now(),
    refused,
    ended,
    discoveries,
    later: after.discoveries,
    missed,
  };
}

/**
 * A signal that may be a member's end. As little as can be lies between the looks at its children
 * and the signal: who is born there is not seen.
 */
function sendLooking(
  book: Book,
  id: number,
  number: number,
  until: number,
  { before, after }: { readonly before: Sight; readonly after: Sight },
): number {
  note(book, id, traitsOf(book.entries[id]?.pid ?? 0));
  const isEnd = isDeadly(book.entries[id]?.pid ?? 0, number);
  const first = lookBelow(book, id);
  if (first.isWhole) noteLook(book, id, first.at);
  const result = send(book, id, number);
  // A process that has to die starts no other.
  if (result === 0 && isEnd) noteEnds(book, [id]);
  const second = lookBelow(book, id);
  enterBelow(book, id, first, until, before);
  const isNew = (pid: number) => !first.pids.includes(pid);
  enterBelow(book, id, { ...second, pids: second.pids.filter(isNew) }, until, after);
  return -result;
}

function observationsOf(book: Book, members: readonly number[]): Observation[] {
  return livingIn(book, members).map((id) => {
    const pid = book.entries[id]?.pid ?? 0;
    return { id, uid: userOf(pid), state: stateOf(pid) };
  });
}

function print(
  voice: { readonly name: string; readonly utf8: boolean },
  spec: KillSpec,
  results: readonly KillResult[],
): number {
  const format = spec.json ? formatKillJson : formatKillText;
  const free = formatUnused(voice, spec, results);
  if (free !== undefined) sys.offer(STDERR, free, sys.now(), MOMENT, 0);
  for (let at = 0; at < results.length; at += AT_ONCE) {
    // A reader who takes line after line gets them all; one who takes none keeps nobody.
    const text = results
      .slice(at, at + AT_ONCE)
      .map(format)
      .join("");
    const [, errno] = sys.offer(STDOUT, text, sys.now() + PATIENCE, 0, 0);
    if (errno === 0) continue;
    const message = formatMessage(voice, { kind: "cannot-print", errno: reasonOf(errno) });
    sys.offer(STDERR, message, sys.now(), MOMENT, 0);
    return EXIT_FAILED;
  }
  return isSuccess(spec, results) ? 0 : 1;
}

function now(): Instant {
  return sys.now() as Instant;
}
