import { sameOutput } from "../../core/cli/options/command-line.ts";
import type { Message, Voice } from "../../core/messages/messages.ts";
import { formatMessage } from "../../core/messages/messages.ts";
import { formatEvent } from "../../core/report/event-line.ts";
import type { EventRecord } from "../../core/report/event-record.ts";
import { formatMetrics } from "../../core/report/metrics.ts";
import type { Report } from "../../core/report/report.ts";
import { formatReport } from "../../core/report/report-json.ts";
import type { OutputTarget, Spec } from "../../core/spec/spec.ts";
import { errnoName } from "../../core/values/errno.ts";
import type { WallTime } from "../../core/values/wall-time.ts";
import { EAGAIN, EINPROGRESS, NO_DESCRIPTOR, STDERR } from "../kernel/abi.ts";
import type { Written } from "../kernel/window.ts";
import { sys } from "../kernel/window.ts";
import type { Output, World } from "./held.ts";

/** How long the last lines may take together, from the first of them, in microseconds. */
const LAST_LINES = 1_000_000;
/** What the last line of events has of it, whoever let the report wait; so has the report. */
const SHARE = 250_000;
/** How long what is written while the command runs may take once it has begun. */
export const MOMENT = 50_000;
/** What waits for a file that takes its time is no more than this, in characters. */
const MOST_QUEUED = 1 << 16;

/** What a write does besides (`native/src/output/scribe.rs`): a file is emptied, or closed. */
const CUT = 1;
const CLOSE = 2;

/** What report and events go to: descriptors, or what to say. */
export function openPlaces({ report, events }: Spec): Places | Message {
  const places = { report: openPlace("--report", report), events: openPlace("--events", events) };
  if (typeof places.report !== "number") return places.report;
  if (typeof places.events !== "number") return places.events;
  const isShared = places.report >= 0 && sys.isSameFile(places.report, places.events) !== 0;
  if (isShared && events !== undefined) return sameOutput(events);
  return { report: places.report, events: places.events };
}

type Places = { readonly report: number; readonly events: number };

/** Opens what a report or events go to; a descriptor, or what to say. */
export function openPlace(part: string, place: OutputTarget | undefined): number | Message {
  if (place === undefined) return NO_DESCRIPTOR;
  const isFile = place.kind === "path";
  const answer = isFile ? sys.openFile(place.path) : sys.takeDescriptor(place.fd);
  if (answer >= 0) return answer;
  return { kind: "unwritten", part, given: nameOf(place), errno: errnoName(-answer) };
}

function nameOf(place: OutputTarget): string {
  return place.kind === "path" ? place.path : `fd:${place.fd}`;
}

/** A file that we opened by its name is ours to empty, when there is something new to write. */
function cutOf(place: OutputTarget | undefined): number {
  return place?.kind === "path" ? CUT : 0;
}

/** Says something on stderr; who does not read it misses it. */
export function sayNow({ voice, changing }: World, message: Message): void {
  const text = formatMessage(voice(), message);
  // A tool that we stand in for may have nothing to say here.
  if (text === "") return;
  if (settled(changing.saying, STDERR, sys.now()) === undefined) queue(changing.saying, text);
  else put(changing.saying, STDERR, behind(changing.saying, "", text), 0);
}

/** What became of the last write, by an instant; undefined while a file still takes its time. */
function settled(output: Output, fd: number, until: number): Written | undefined {
  if (!output.isBusy) return DONE;
  const written = sys.offered(fd, until);
  output.isBusy = written[1] === EINPROGRESS;
  return output.isBusy ? undefined : written;
}

const DONE: Written = [0, 0];

/** What comes while a file takes its time is written with the next text. False: it is too much. */
function queue(output: Output, text: string): boolean {
  if (output.queued.length + text.length > MOST_QUEUED) return false;
  output.queued += text;
  return true;
}

/** A text behind what waited, which waits no longer. */
function behind(output: Output, start: string, text: string): string {
  const whole = `${start}${output.queued}${text}`;
  output.queued = "";
  return whole;
}

/** Writes a text; who does not take it at once does not get it. */
function put(output: Output, fd: number, text: string, flags: number): Written {
  const written = sys.offer(fd, text, sys.now(), MOMENT, flags);
  output.isBusy = written[1] === EINPROGRESS;
  output.lines = text.trim().split("\n").length;
  return written;
}

/** Notes when the command is started, for the report: a clock on the wall may be set meanwhile. */
export function noteStart({ spec, changing }: World, at: number): void {
  if (spec.report === undefined && spec.events === undefined) return;
  changing.starts = [...changing.starts.slice(-1), { at, wall: sys.wallClock() }];
}

/** By the start that the report is about; where there was none, by the clock as it is now. */
function startedAt({ changing }: World, report: Report): WallTime {
  const start = changing.starts.findLast(({ at }) => at <= report.startedAt);
  const { at, wall } = start ?? { at: sys.now(), wall: sys.wallClock() };
  return (wall + report.startedAt - at) as WallTime;
}

/** One event. A reader who is late costs the line, and nothing else. */
export function emit(world: World, record: EventRecord): void {
  const { events, changing } = world;
  if (events < 0) return;
  const text = `${formatEvent(record)}\n`;
  if (!isTold(world, sys.now())) {
    if (!queue(changing.telling, text)) changing.dropped += 1;
    return;
  }
  const lines = behind(changing.telling, changing.lineStart, text);
  note(world, put(changing.telling, events, lines, eventsCut(world)));
}

/** The first line empties the file. */
function eventsCut({ spec, changing }: World): number {
  const flags = changing.hasEvents ? 0 : cutOf(spec.events);
  changing.hasEvents = true;
  return flags;
}

/** Whether it is known what became of the last lines of events, by an instant. */
function isTold(world: World, until: number): boolean {
  const { telling } = world.changing;
  if (!telling.isBusy) return true;
  const written = settled(telling, world.events, until);
  if (written !== undefined) note(world, written);
  return written !== undefined;
}

/** What became of lines of events. */
function note({ changing }: World, [count, errno]: Written): void {
  if (errno === EINPROGRESS) return;
  if (errno === 0) {
    changing.lineStart = "";
    return;
  }
  changing.dropped += changing.telling.lines;
  changing.droppedFor = errnoName(errno);
  // Half a line: what follows must not be taken for its other half.
  if (count > 0) changing.lineStart = "\n";
}

/** Everything that was asked for about a run that is over. */
export function writeReport(world: World, report: Report): void {
  const { spec, changing, events } = world;
  const until = lastUntil(world);
  // What comes later has its share of the time.
  const forReport = until - (events < 0 ? 0 : SHARE);
  if (spec.metrics) {
    const forMetrics = forReport - (world.report < 0 ? 0 : SHARE);
    sys.offer(STDERR, `${formatMetrics(report)}\n`, forMetrics, MOMENT, 0);
  }
  const text = () => `${formatReport(report, startedAt(world, report))}\n`;
  if (world.report >= 0) {
    const place = { part: "--report", place: spec.report, fd: world.report };
    write(world, place, text(), forReport, cutOf(spec.report));
  }
  if (events < 0) return;
  // Where the lines before it are still being written this one would be too late as well.
  isTold(world, until);
  const lines = behind(changing.telling, changing.lineStart, text());
  const place = { part: "--events", place: spec.events, fd: events };
  const isWritten = write(world, place, lines, until, eventsCut(world));
  if (isWritten && changing.dropped > 0 && spec.events !== undefined) {
    const { dropped: count, droppedFor: errno } = changing;
    sayNow(world, { kind: "dropped", given: nameOf(spec.events), count, errno });
  }
}

/** The name of an errno of `offer`. A file that takes too long is not read in time, either. */
export function reasonOf(errno: number): string {
  return errnoName(errno === EINPROGRESS ? EAGAIN : errno);
}

/** The one deadline of all last lines. */
function lastUntil({ changing }: World): number {
  changing.lastUntil ??= sys.now() + LAST_LINES;
  return changing.lastUntil;
}

type Last = {
  readonly part: string;
  readonly place: OutputTarget | undefined;
  readonly fd: number;
};

/** The last text to a place: nothing follows. False, and said, where it could not be written. */
function write(
  world: World,
  { part, place, fd }: Last,
  text: string,
  until: number,
  flags: number,
): boolean {
  const [, errno] = sys.offer(fd, text, until, MOMENT, flags + CLOSE);
  if (errno === 0 || place === undefined) return true;
  sayNow(world, { kind: "unwritten", part, given: nameOf(place), errno: reasonOf(errno) });
  return false;
}

/** Says something on stderr where nothing was started: it waits for a reader, as any program. */
export function say(voice: Voice, message: Message): void {
  sys.write(STDERR, formatMessage(voice, message));
}

/** What is still to be said is said, if a file takes it before the last lines' time is over. */
export function finishOutputs(world: World): void {
  const { saying } = world.changing;
  if (!saying.isBusy || settled(saying, STDERR, lastUntil(world)) === undefined) return;
  if (saying.queued === "") return;
  sys.offer(STDERR, behind(saying, "", ""), lastUntil(world), MOMENT, 0);
}
