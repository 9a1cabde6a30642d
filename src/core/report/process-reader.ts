// From JSON back to what src/core/report/process-json.ts made it of.
import type { ProcessSnapshot, TreeSnapshot, Unread, Wait } from "../spec/process-snapshot.ts";
import { UNREAD_PARTS, WAIT_MEANINGS } from "../spec/process-snapshot.ts";
import type { Process } from "../spec/tree.ts";
import type { Duration, Instant } from "../values/duration.ts";
import { listIn, numberIn, objectIn, textIn, textsIn } from "./json-reading.ts";
import type { Json, JsonObject } from "./json-shape.ts";

/** No tree has more processes than curfew looks at: the others are only counted. */
const MOST_PROCESSES = 256;

/** A tree from the keys `tree` and `tree_omitted`; undefined: there is none. */
export function readTree(json: JsonObject, at: Instant): TreeSnapshot | undefined {
  const all = listIn(json.tree);
  const processes = all.slice(0, MOST_PROCESSES).flatMap((one) => readProcess(one) ?? []);
  if (processes.length === 0) return undefined;
  const omitted = (numberIn(json.tree_omitted) ?? 0) + all.length - processes.length;
  return { at, processes, omitted };
}

/** A process of a snapshot; undefined: the value is none. */
export function readProcess(value: Json): ProcessSnapshot | undefined {
  const json = objectIn(value);
  const process = json && readName(json);
  if (json === undefined || process === undefined) return undefined;
  return {
    ...process,
    parent: numberIn(json.parent) ?? 0,
    startTime: numberIn(json.start_time) ?? 0,
    uid: numberIn(json.uid),
    commandLine: textsIn(json.command_line),
    isCommandLineCut: json.command_line_cut === true,
    state: textIn(json.state) ?? "?",
    cpuTime: microseconds(json.cpu_ms),
    age: microseconds(json.age_ms),
    waitTime: json.waiting_ms === undefined ? undefined : microseconds(json.waiting_ms),
    systemCall: textIn(json.syscall),
    waitsFor: readWait(json.waits_for),
    isWaitingForInput: json.waiting_for_input === true,
    listening: textsIn(json.listening),
    unread: listIn(json.unknown).flatMap((one) => readUnread(one) ?? []),
  };
}

/** PID and name of a process, as lists of processes have them. */
export function readName(value: Json): Process | undefined {
  const json = objectIn(value);
  const pid = numberIn(json?.pid);
  return pid === undefined ? undefined : { pid, command: textIn(json?.command) ?? "?" };
}

function microseconds(value: Json | undefined): Duration {
  return Math.max(0, Math.round((numberIn(value) ?? 0) * 1000)) as Duration;
}

/** What it waits for. A kind that this version does not know tells it nothing. */
function readWait(value: Json | undefined): Wait | undefined {
  const json = objectIn(value);
  const kind = textIn(json?.kind);
  if (json === undefined || kind === undefined || !Object.hasOwn(WAIT_MEANINGS, kind)) {
    return undefined;
  }
  const peers = listIn(json.peers).flatMap((one) => readName(one) ?? []);
  return {
    kind: kind as Wait["kind"],
    path: textIn(json.path),
    peers: json.peers === undefined ? undefined : peers,
    address: textIn(json.address),
  };
}

function readUnread(value: Json): Unread | undefined {
  const json = objectIn(value);
  const what = UNREAD_PARTS.find((part) => part === json?.what);
  return what && { what, why: textIn(json?.why) ?? "" };
}
