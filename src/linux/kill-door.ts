import type { Instant } from "../core/duration.ts";
import type { KillAction, KillEvent } from "../core/kill.ts";
import { deadlineOfKill, startKill, stepKill } from "../core/kill.ts";
import type { Caller, Sighting } from "../core/kill-members.ts";
import type { KillResult, Look } from "../core/kill-result.ts";
import { formatKilling, formatKillJson, formatKillText } from "../core/kill-result.ts";
import type { KillSpec } from "../core/kill-spec.ts";
import { localeOf } from "../core/locale.ts";
import { formatMessage } from "../core/messages.ts";
import { signalNumber } from "../core/signal.ts";
import { EXIT_FAILED } from "../core/status.ts";
import type { Book } from "./kill-book.ts";
import {
  ESRCH,
  groupIn,
  livingIn,
  openBook,
  resolve,
  resolveGroup,
  send,
  sightBelow,
  sightGroup,
  waitFor,
} from "./kill-book.ts";
import { MOMENT, reasonOf } from "./outputs.ts";
import { hasOwnProc, isSeen, stateOf, statOf, userOf } from "./proc.ts";
import { sys } from "./syscalls.ts";

const STDOUT = 1;
const STDERR = 2;
/** So many lines of the answer may wait for their reader so long, in microseconds. */
const AT_ONCE = 32;
const PATIENCE = 1_000_000;

/** `curfew kill`: ends processes that are not ours, and says how each ended. The exit code. */
export function killDoor(name: string, spec: KillSpec): number {
  const voice = { name, utf8: localeOf(sys.env).utf8 };
  const caller = callerOf();
  const book = openBook(caller.hasProc);
  let next = startKill(spec, caller);
  for (;;) {
    let event: KillEvent | undefined;
    for (const action of next.actions) {
      if (action.type === "finish") return print(voice, spec, action.results);
      if (action.type === "say") {
        sys.offer(STDERR, formatKilling(voice, action.signal, action.to), sys.now(), MOMENT, 0);
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
  for (let at = hasProc ? parentOf(pid) : 0; at > 0; at = parentOf(at)) {
    ancestors.push(at);
  }
  return { pid, group: sys.groupOf(0), ancestors, hasProc };
}

function parentOf(pid: number): number {
  const stat = statOf(pid);
  return isSeen(stat) ? stat.parent : 0;
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
      const one = spec.reach === "group" ? resolveGroup : resolve;
      const resolutions = action.pids.map((pid) => one(book, pid));
      return { type: "resolved", at: now(), resolutions };
    }
    case "walk": {
      const below = sightBelow(book, action.members, true);
      const inGroups = action.groups.flatMap((group) => sightGroup(book, group));
      return { type: "walked", at: now(), sightings: [...below, ...inGroups] };
    }
    case "kill":
      return kill(book, action);
    case "wait": {
      const living = new Set(waitFor(book, action.members, deadline));
      return { type: "waited", at: now(), ended: action.members.filter((id) => !living.has(id)) };
    }
    case "examine":
      return { type: "examined", at: now(), looks: looksAt(book, action.members) };
  }
}

function kill(
  book: Book,
  { members, groups, signal, looks }: Extract<KillAction, { type: "kill" }>,
): KillEvent {
  const number = signalNumber(signal);
  const living = new Set(livingIn(book, members));
  // A group whose members have all ended may be another one by now.
  const inGroup = [...living].map((id) => groupIn(book, id));
  for (const group of groups.filter((group) => inGroup.includes(group))) sys.kill(-group, number);
  const sightings: Sighting[] = [];
  const answers = members.map((id) => {
    if (!living.has(id)) return { id, errno: ESRCH };
    if (looks) sightings.push(...sightBelow(book, [id], false));
    // A group's signal was sent above; whether it reached this one can still be asked.
    const isTold = groups.includes(groupIn(book, id));
    const result = -send(book, id, isTold ? 0 : number);
    return { id, errno: isTold && result === ESRCH ? 0 : result };
  });
  const idsWith = (isMeant: (errno: number) => boolean) =>
    answers.filter(({ errno }) => isMeant(errno)).map(({ id }) => id);
  const ended = idsWith((errno) => errno === ESRCH);
  const refused = idsWith((errno) => errno !== 0 && errno !== ESRCH);
  return { type: "killed", at: now(), refused, ended, sightings };
}

function looksAt(book: Book, members: readonly number[]): Look[] {
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
  for (let at = 0; at < results.length; at += AT_ONCE) {
    // A reader who takes line after line gets them all; one who takes none keeps nobody.
    const text = results
      .slice(at, at + AT_ONCE)
      .map(format)
      .join("");
    const [, errno] = sys.offer(STDOUT, text, sys.now() + PATIENCE, 0, 0);
    if (errno === 0) continue;
    const message = formatMessage(voice, { kind: "unprinted", errno: reasonOf(errno) });
    sys.offer(STDERR, message, sys.now(), MOMENT, 0);
    return EXIT_FAILED;
  }
  return results.every(({ outcome }) => outcome !== "error") ? 0 : 1;
}

function now(): Instant {
  return sys.now() as Instant;
}
