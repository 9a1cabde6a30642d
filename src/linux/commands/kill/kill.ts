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
import { now } from "../../kernel/clock.ts";
import { hasOwnProc, isDeadly, mayBeStopped, stateOf, statOf, userOf } from "../../kernel/proc.ts";
import { sys } from "../../kernel/window.ts";
import { MOMENT } from "../../run/output.ts";
import { reasonOf } from "../../run/outputs.ts";
import type { Findings } from "./discovery.ts";
import {
  noFindings,
  readChildren,
  resolveGroup,
  trackChildren,
  walkBelow,
  walkGroup,
} from "./discovery.ts";
import type { ProcessTable } from "./process-table.ts";
import {
  groupIn,
  livingIn,
  note,
  noteEnds,
  noteLook,
  openTable,
  resolve,
  send,
} from "./process-table.ts";
import { searchStrays } from "./strays.ts";
import { traitsOf } from "./traits.ts";
import { waitWatching } from "./wait.ts";

/** So many lines of the answer are written at once, */
const AT_ONCE = 32;
/** and a reader has so long to take them, in microseconds. */
const WRITE_LIMIT = 1_000_000;

/** `curfew kill`: ends processes that curfew has not started, and prints how each ended. */
export function runKill(name: string, spec: KillSpec): number {
  const voice = { name, utf8: localeOf(sys.env).utf8 };
  // curfew does not read stdin here, and no descriptor that stays open takes its number
  // (`above_stdio`). So one is free for a look at /proc, however many descriptors are in use.
  sys.close(STDIN);
  // Processes that fork without a pause leave curfew next to no time on a processor.
  sys.raisePriority();
  const caller = callerOf();
  const table = openTable(caller.hasProc);
  let next = startKill(spec, caller);
  for (;;) {
    let event: KillEvent | undefined;
    for (const action of next.actions) {
      if (action.type === "finish") return print(voice, spec, action.results);
      if (action.type === "say") {
        sys.offer(STDERR, formatSending(voice, action.signal, action.to), sys.now(), MOMENT, 0);
      } else {
        event = answer(spec, table, action, deadlineOfKill(next.state));
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
  table: ProcessTable,
  action: Question,
  deadline: Instant | undefined,
): KillEvent {
  switch (action.type) {
    case "resolve": {
      const until = now() + FIRST_WALK_LIMIT;
      const resolutions = action.pids.map((pid) =>
        spec.reach === "tree" ? resolve(table, pid) : resolveGroup(table, pid, until),
      );
      return { type: "resolved", at: now(), resolutions };
    }
    case "walk": {
      const findings = noFindings();
      walkBelow(table, action.members, action.until, findings);
      for (const group of action.groups) walkGroup(table, group, action.until, findings);
      return { type: "walked", at: now(), ...findings };
    }
    case "kill":
      return kill(table, action);
    case "search": {
      const found = searchStrays(table, action.members, action.until);
      return { type: "searched", at: now(), ...found };
    }
    case "wait": {
      const { living, findings } = waitWatching(table, action.members, action.below, deadline);
      const ended = action.members.filter((id) => !living.includes(id));
      noteEnds(table, ended);
      const { discoveries, missed } = findings;
      return { type: "waited", at: now(), ended, discoveries, missed };
    }
    case "examine":
      return { type: "examined", at: now(), observations: observationsOf(table, action.members) };
  }
}

function kill(
  table: ProcessTable,
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
  const living = new Set(livingIn(table, members));
  // If all members of a group have exited, another group may have its number by now.
  const inGroup = [...living].map((id) => groupIn(table, id));
  for (const group of groups.filter((group) => inGroup.includes(group))) sys.kill(-group, number);
  const findings = { before: noFindings(), after: noFindings() };
  const answers = members.map((id) => {
    if (!living.has(id)) return { id, errno: ESRCH };
    if (stoppedOnly && !mayBeStopped(table.entries[id]?.pid ?? 0)) return { id, errno: 0 };
    if (looksBelow && now() <= until)
      return { id, errno: sendLooking(table, id, number, until, findings) };
    // The signal to the group was sent above. Signal 0 tells whether it was permitted for this one.
    const isTold = groups.includes(groupIn(table, id));
    const result = -send(table, id, isTold ? 0 : number);
    return { id, errno: isTold && result === ESRCH ? 0 : result };
  });
  const idsWith = (isMeant: (errno: number) => boolean) =>
    answers.filter(({ errno }) => isMeant(errno)).map(({ id }) => id);
  const ended = idsWith((errno) => errno === ESRCH);
  const refused = idsWith((errno) => errno !== 0 && errno !== ESRCH);
  noteEnds(table, ended);
  const { before, after } = findings;
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
 * Sends a signal that may end a member, with a look at its children right before and after it: a
 * process that is born between the two looks is not seen.
 */
function sendLooking(
  table: ProcessTable,
  id: number,
  number: number,
  until: number,
  { before, after }: { readonly before: Findings; readonly after: Findings },
): number {
  note(table, id, traitsOf(table.entries[id]?.pid ?? 0));
  const isEnd = isDeadly(table.entries[id]?.pid ?? 0, number);
  const first = readChildren(table, id);
  if (first.isWhole) noteLook(table, id, first.at);
  const result = send(table, id, number);
  // A process that a fatal signal has reached starts no other process.
  if (result === 0 && isEnd) noteEnds(table, [id]);
  const second = readChildren(table, id);
  trackChildren(table, id, first, until, before);
  const isNew = (pid: number) => !first.pids.includes(pid);
  trackChildren(table, id, { ...second, pids: second.pids.filter(isNew) }, until, after);
  return -result;
}

function observationsOf(table: ProcessTable, members: readonly number[]): Observation[] {
  return livingIn(table, members).map((id) => {
    const pid = table.entries[id]?.pid ?? 0;
    return { id, uid: userOf(pid), state: stateOf(pid) };
  });
}

function print(
  voice: { readonly name: string; readonly utf8: boolean },
  spec: KillSpec,
  results: readonly KillResult[],
): number {
  const format = spec.json ? formatKillJson : formatKillText;
  const unused = formatUnused(voice, spec, results);
  if (unused !== undefined) sys.offer(STDERR, unused, sys.now(), MOMENT, 0);
  for (let at = 0; at < results.length; at += AT_ONCE) {
    // A slow reader gets all lines; a reader that takes none does not hold curfew up for long.
    const text = results
      .slice(at, at + AT_ONCE)
      .map(format)
      .join("");
    const [, errno] = sys.offer(STDOUT, text, sys.now() + WRITE_LIMIT, 0, 0);
    if (errno === 0) continue;
    const message = formatMessage(voice, { kind: "cannot-print", errno: reasonOf(errno) });
    sys.offer(STDERR, message, sys.now(), MOMENT, 0);
    return EXIT_FAILED;
  }
  return isSuccess(spec, results) ? 0 : 1;
}
