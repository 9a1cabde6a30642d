import { parseKill } from "../../../core/cli/argv.ts";
import { startKill, stepKill } from "../../../core/kill/kill.ts";
import type { Caller, Resolution } from "../../../core/kill/members.ts";
import { formatKillJson } from "../../../core/kill/result.ts";
import type { KillAction, KillEvent } from "../../../core/kill/state.ts";
import { deadlineOfKill } from "../../../core/kill/state.ts";
import type { Instant } from "../../../core/values/duration.ts";
import type { JsonObject, KillEnding, KillOrder } from "../../way/way.ts";
import { now } from "../clock.ts";
import { send, sendToMember } from "../processes/signalling.ts";
import type { ProcessTable } from "../processes/table.ts";
import { hasEnded } from "../processes/table.ts";
import type { View } from "../processes/view.ts";
import { viewHere } from "../processes/view.ts";
import type { Sightings } from "./sightings.ts";
import { below, groupRest, livingRow, newSightings, sighted } from "./sightings.ts";

/** Ends processes that run already, by the machine of `curfew kill`. */
export async function killTree(
  { pid, words }: KillOrder,
  view: View = viewHere(),
): Promise<KillEnding> {
  const request = parseKill([...words, String(pid)], () => undefined);
  if (request.kind !== "kill") {
    return { kind: "failed", code: "unsupported", text: `no words of kill: ${words.join(" ")}` };
  }
  const kill: Kill = { view, sightings: newSightings(), table: new Map() };
  const caller = callerIn(await look(kill));
  let next = startKill(request.spec, caller);
  for (;;) {
    let event: KillEvent | undefined;
    for (const action of next.actions) {
      if (action.type === "finish") {
        const [result] = action.results;
        if (result === undefined) throw new Error("a kill without a result");
        return { kind: "result", result: JSON.parse(formatKillJson(result)) as JsonObject };
      }
      if (action.type !== "say") event = await answer(kill, action, deadlineOfKill(next.state));
    }
    if (event === undefined) throw new Error(`nothing asked while ${next.state.phase}`);
    next = stepKill(request.spec, next.state, event);
  }
}

/** A kill that is under way. */
type Kill = { readonly view: View; readonly sightings: Sightings; table: ProcessTable };

/** Looks anew. Undefined: processes cannot be seen. */
async function look(kill: Kill): Promise<ProcessTable | undefined> {
  const table = await kill.view.look();
  kill.table = table ?? new Map();
  return table;
}

/** The program would be a child of this Node: Node is an ancestor, which only `force` ends. */
function callerIn(table: ProcessTable | undefined): Caller {
  const ancestors = [process.pid];
  const here = table?.get(process.pid);
  for (let row = here; row !== undefined && !ancestors.includes(row.parent); ) {
    if (row.parent > 0) ancestors.push(row.parent);
    row = table?.get(row.parent);
  }
  const group = here?.group ?? 0;
  return { pid: NO_PROCESS, group, ancestors, hasProc: here !== undefined, unseen: undefined };
}

/** No process that could be found has this number. */
const NO_PROCESS = 0;

type Question = Exclude<KillAction, { type: "say" | "finish" }>;

async function answer(
  kill: Kill,
  action: Question,
  deadline: Instant | undefined,
): Promise<KillEvent> {
  const { sightings, view } = kill;
  switch (action.type) {
    case "resolve": {
      const resolutions = action.pids.map((pid) => resolutionOf(kill, pid));
      return { type: "resolved", at: now(), resolutions };
    }
    case "walk": {
      await look(kill);
      const discoveries = below(sightings, kill.table, action.members);
      return { type: "walked", at: now(), discoveries, missed: [], isCut: false };
    }
    case "kill":
      return signal(kill, action);
    case "wait":
      return wait(kill, action, deadline);
    case "search": {
      await look(kill);
      const rest = groupRest(sightings, kill.table, action.members);
      const strays = rest.map(({ pid, command }) => ({ pid, command }));
      const nothing = { discoveries: [], missed: undefined, isCut: false };
      return { type: "searched", at: now(), strays, ...nothing };
    }
    case "examine": {
      await look(kill);
      const observations = action.members.flatMap((id) => {
        const row = livingRow(sightings, kill.table, id);
        return row === undefined ? [] : [{ id, uid: view.userOf(row), state: row.state }];
      });
      return { type: "examined", at: now(), observations };
    }
  }
}

function resolutionOf({ table, sightings }: Kill, pid: number): Resolution {
  const row = table.get(pid);
  if (row === undefined && table.size === 0) {
    const sending = send(pid, "SIG0");
    return sending === "gone"
      ? { kind: "gone", isUnused: true }
      : { kind: "failed", reason: "processes cannot be seen here" };
  }
  if (row === undefined || hasEnded(row)) return { kind: "gone", isUnused: row === undefined };
  // All of Linux's own threads are in no process group; a process is in one.
  const isKernel = row.group === 0;
  return { kind: "found", members: [sighted(sightings, row)], isKernel };
}

/** Sends a signal, with a look at what is below the receivers right before and after it. */
async function signal(
  kill: Kill,
  action: Extract<KillAction, { type: "kill" }>,
): Promise<KillEvent> {
  const { sightings, view } = kill;
  const { members, looksBelow, stoppedOnly } = action;
  await look(kill);
  const discoveries = looksBelow ? below(sightings, kill.table, members) : [];
  const ended: number[] = [];
  const refused: number[] = [];
  for (const id of members) {
    const row = livingRow(sightings, kill.table, id);
    if (row !== undefined && stoppedOnly && row.state !== STOPPED) continue;
    const sending = row === undefined ? "gone" : sendToMember(view, row, action.signal);
    if (sending === "gone") ended.push(id);
    if (sending === "refused") refused.push(id);
  }
  if (looksBelow) await look(kill);
  const known = new Set(discoveries.map(({ id }) => id));
  const after = looksBelow ? below(sightings, kill.table, members) : [];
  const later = after.filter(({ id }) => !known.has(id));
  return { type: "killed", at: now(), refused, ended, discoveries, later, missed: [] };
}

const STOPPED = "T";

/** How soon a look follows another one while members are waited for, in milliseconds. */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 100;

/** Waits until all members have ended, or the deadline has passed. */
async function wait(
  kill: Kill,
  { members, below: parents }: Extract<KillAction, { type: "wait" }>,
  deadline: Instant | undefined,
): Promise<KillEvent> {
  const { sightings } = kill;
  const all = new Map<number, ReturnType<typeof below>[number]>();
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
    await look(kill);
    for (const found of below(sightings, kill.table, parents)) all.set(found.id, found);
    const ended = members.filter((id) => livingRow(sightings, kill.table, id) === undefined);
    const isOver = deadline !== undefined && now() > deadline;
    if (ended.length === members.length || isOver) {
      return { type: "waited", at: now(), ended, discoveries: [...all.values()], missed: [] };
    }
    const left = deadline === undefined ? pause : Math.max(1, (deadline - now()) / 1000 + 1);
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
  }
}
