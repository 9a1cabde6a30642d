// What is kept of an events file while it is read: little, however long the file is.
import { numberIn, objectIn, parseJson, textIn } from "../report/json-reading.ts";
import type { JsonObject } from "../report/json-shape.ts";
import { readTree } from "../report/process-reader.ts";
import type { TreeSnapshot } from "../spec/process-snapshot.ts";
import type { Instant } from "../values/duration.ts";
import type { Said } from "./event-words.ts";
import { saidBy } from "./event-words.ts";
import type { Kept } from "./kept.ts";
import { keep, keptNothing } from "./kept.ts";
import type { Line } from "./lines.ts";
import { formatWords } from "./words.ts";

/** Something that happened, once or several times in a row. Times are in milliseconds. */
export type Mark = Said & {
  readonly at: number;
  /** Its place in the file, which decides where times are equal. */
  readonly place: number;
  readonly generation: number | undefined;
  until: number;
  count: number;
};

/** A run of the command, and when its phases began, as far as the file says so. */
export type Lane = {
  readonly generation: number | undefined;
  readonly from: number;
  /** It was ready, where it had to say so. */
  ready?: number;
  /** A stop signal came, which ends a run unless it was no request to end. */
  asked?: number;
  /** The command could not be started. */
  hasFailed?: boolean;
  /** curfew began to end it. */
  ending?: number;
  /** A timer fired, and the line does not say which. */
  timer?: number;
  /** The main child ended. */
  exited?: number;
  /** Every process of it was gone, or it was over. */
  gone?: number;
  last: number;
  exitCode?: number;
};

/** The part of a file that is about one run, or about one service with its generations. */
export type Timeline = {
  readonly lanes: Map<number, Lane>;
  omittedLanes: number;
  /** Marks that tell how it ended, and the others, which may be very many. */
  readonly main: Kept<Mark>;
  readonly minor: Kept<Mark>;
  last: number;
  pid?: number | undefined;
  startedAt?: string | undefined;
  tree?: TreeSnapshot;
  hasSent: boolean;
  report?: JsonObject;
};

/** All that is known of a file. */
export type EventsFile = {
  timeline: Timeline;
  /** Runs before the one that is shown. */
  earlier: number;
  /** Lines of curfew's. */
  lines: number;
  /** Lines that are none of curfew's, or too long. */
  skipped: number;
};

/** How many marks of each kind stay, at the beginning and at the end. */
export const MOST_MARKS = 30;
const MOST_MINOR = 10;
/** How many generations stay. */
const FIRST_LANES = 6;
const MOST_LANES = 18;

/** Later than any run: what adds to it stays exact. */
const LATEST = 1e15;

export function emptyFile(): EventsFile {
  return { timeline: emptyTimeline(), earlier: 0, lines: 0, skipped: 0 };
}

function emptyTimeline(): Timeline {
  return {
    lanes: new Map(),
    omittedLanes: 0,
    main: keptNothing(),
    minor: keptNothing(),
    last: 0,
    hasSent: false,
  };
}

/** Takes the next line of the file into account. */
export function takeLine(file: EventsFile, text: Line): void {
  if (text?.trim() === "") return;
  const line = text === undefined ? undefined : objectIn(parseJson(text));
  const event = textIn(line?.event);
  const at = numberIn(line?.at_ms) ?? -1;
  const isReport =
    event === undefined &&
    textIn(line?.outcome) !== undefined &&
    numberIn(line?.schema_version) !== undefined;
  const isEvent = event !== undefined && at >= 0;
  if (line === undefined || !(isReport || isEvent)) {
    file.skipped += 1;
    return;
  }
  file.lines += 1;
  if (file.timeline.report !== undefined) {
    // The report is the last line of a run, so the lines of another run have been appended.
    file.timeline = emptyTimeline();
    file.earlier += 1;
  }
  if (event === undefined) file.timeline.report = line;
  else takeEvent(file, event, Math.min(at, LATEST), line);
}

/** Events that, without a generation, may concern a service as a whole. */
const OF_SERVICE = ["listening", "changed", "signal", "message"];

function takeEvent(file: EventsFile, event: string, at: number, line: JsonObject): void {
  const { timeline, lines: place } = file;
  const generation = numberIn(line.generation);
  timeline.last = Math.max(timeline.last, at);
  const isOfRun = generation !== undefined || !OF_SERVICE.includes(event);
  const lane = isOfRun ? laneOf(timeline, generation, at) : timeline.lanes.get(0);
  if (lane !== undefined) note(timeline, lane, event, at, line);
  if (event === "deadline" && textIn(line.reason) === undefined) return;
  const mark = { ...saidBy(event, line), at, place, until: at, count: 1, generation };
  const isMinor = mark.tone === "minor";
  const kept = isMinor ? timeline.minor : timeline.main;
  const last = kept.last.at(kept.next - 1) ?? kept.first.at(-1);
  if (last !== undefined && isSame(last, mark)) {
    last.until = at;
    last.count += 1;
    return;
  }
  keep(kept, mark, isMinor ? MOST_MINOR : MOST_MARKS);
}

function isSame(one: Mark, other: Mark): boolean {
  const text = (mark: Mark) => formatWords(mark.words, (part) => part);
  return one.generation === other.generation && text(one) === text(other);
}

/** The lane of a generation. Of very many, the first ones and the last ones stay. */
function laneOf(timeline: Timeline, generation: number | undefined, at: number): Lane {
  const { lanes } = timeline;
  const key = generation ?? 0;
  const known = lanes.get(key);
  if (known !== undefined) return known;
  const lane: Lane = { generation, from: at, last: at };
  lanes.set(key, lane);
  if (lanes.size > MOST_LANES) {
    const oldest = [...lanes.keys()][FIRST_LANES];
    if (oldest !== undefined) lanes.delete(oldest);
    timeline.omittedLanes += 1;
  }
  return lane;
}

/** The signals that ask curfew for the end, if no option says otherwise. */
const STOPS = ["SIGTERM", "SIGINT", "SIGQUIT"];

/** Notes what an event says about the phases of a run. */
function note(timeline: Timeline, lane: Lane, event: string, at: number, line: JsonObject): void {
  lane.last = Math.max(lane.last, at);
  switch (event) {
    case "spawned":
      timeline.startedAt ??= textIn(line.started_at);
      timeline.pid ??= numberIn(line.pid);
      return;
    case "spawn-failed":
      lane.hasFailed = true;
      return;
    case "ready":
      lane.ready ??= at;
      return;
    case "signal":
      if (STOPS.includes(textIn(line.signal) ?? "")) lane.asked ??= at;
      return;
    case "sent":
      timeline.hasSent = true;
      return;
    case "deadline":
      noteDeadline(timeline, lane, at, line);
      return;
    case "output-limit":
    case "cancelled":
    case "caller-gone":
    case "guardian-gone":
    case "backstop":
    case "not-ready":
      noteTree(timeline, at, line);
      lane.ending ??= at;
      if (event === "not-ready") lane.ready ??= at;
      return;
    case "exited":
      lane.exited ??= at;
      if (textIn(line.proof) !== undefined) lane.gone ??= at;
      return;
    case "swept":
    case "tree-empty":
      lane.exited ??= at;
      lane.gone ??= at;
      return;
    case "ended": {
      const exitCode = numberIn(line.exit_code);
      if (exitCode !== undefined) lane.exitCode = exitCode;
      lane.exited ??= at;
      lane.gone ??= at;
    }
  }
}

function noteDeadline(timeline: Timeline, lane: Lane, at: number, line: JsonObject): void {
  const reason = textIn(line.reason);
  if (reason === undefined) {
    if (lane.exited === undefined) lane.timer ??= at;
    return;
  }
  noteTree(timeline, at, line);
  lane.ending ??= at;
}

function noteTree(timeline: Timeline, at: number, line: JsonObject): void {
  const tree = readTree(line, (at * 1000) as Instant);
  if (tree !== undefined) timeline.tree = tree;
}
