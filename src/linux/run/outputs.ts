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
import type { HostContext, Output } from "./context.ts";

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
export function openOutputs({ report, events }: Spec): Opened | Message {
  const opened = { report: openTarget("--report", report), events: openTarget("--events", events) };
  if (typeof opened.report !== "number") return opened.report;
  if (typeof opened.events !== "number") return opened.events;
  const isShared = opened.report >= 0 && sys.isSameFile(opened.report, opened.events) !== 0;
  if (isShared && events !== undefined) return sameOutput(events);
  return { report: opened.report, events: opened.events };
}

type Opened = { readonly report: number; readonly events: number };

/** Opens what a report or events go to; a descriptor, or what to say. */
export function openTarget(part: string, target: OutputTarget | undefined): number | Message {
  if (target === undefined) return NO_DESCRIPTOR;
  const isFile = target.kind === "path";
  const answer = isFile ? sys.openFile(target.path) : sys.takeDescriptor(target.fd);
  if (answer >= 0) return answer;
  return { kind: "cannot-write", part, given: nameOf(target), errno: errnoName(-answer) };
}

function nameOf(target: OutputTarget): string {
  return target.kind === "path" ? target.path : `fd:${target.fd}`;
}

/** A file that we opened by its name is ours to empty, when there is something new to write. */
function cutOf(target: OutputTarget | undefined): number {
  return target?.kind === "path" ? CUT : 0;
}

/** Says something on stderr; who does not read it misses it. */
export function sayNow({ voice, state }: HostContext, message: Message): void {
  const text = formatMessage(voice(), message);
  // A tool that we stand in for may have nothing to say here.
  if (text === "") return;
  if (settled(state.saying, STDERR, sys.now()) === undefined) queue(state.saying, text);
  else put(state.saying, STDERR, behind(state.saying, "", text), 0);
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
export function noteStart({ spec, state }: HostContext, at: number): void {
  if (spec.report === undefined && spec.events === undefined) return;
  state.starts = [...state.starts.slice(-1), { at, wall: sys.wallClock() }];
}

/** By the start that the report is about; where there was none, by the clock as it is now. */
function startedAt({ state }: HostContext, report: Report): WallTime {
  const start = state.starts.findLast(({ at }) => at <= report.startedAt);
  const { at, wall } = start ?? { at: sys.now(), wall: sys.wallClock() };
  return (wall + report.startedAt - at) as WallTime;
}

/** One event. A reader who is late costs the line, and nothing else. */
export function emit(host: HostContext, record: EventRecord): void {
  const { events, state } = host;
  if (events < 0) return;
  const text = `${formatEvent(record)}\n`;
  if (!isTold(host, sys.now())) {
    if (!queue(state.telling, text)) state.dropped += 1;
    return;
  }
  const lines = behind(state.telling, state.lineStart, text);
  note(host, put(state.telling, events, lines, eventsCut(host)));
}

/** The first line empties the file. */
function eventsCut({ spec, state }: HostContext): number {
  const flags = state.hasEvents ? 0 : cutOf(spec.events);
  state.hasEvents = true;
  return flags;
}

/** Whether it is known what became of the last lines of events, by an instant. */
function isTold(host: HostContext, until: number): boolean {
  const { telling } = host.state;
  if (!telling.isBusy) return true;
  const written = settled(telling, host.events, until);
  if (written !== undefined) note(host, written);
  return written !== undefined;
}

/** What became of lines of events. */
function note({ state }: HostContext, [count, errno]: Written): void {
  if (errno === EINPROGRESS) return;
  if (errno === 0) {
    state.lineStart = "";
    return;
  }
  state.dropped += state.telling.lines;
  state.droppedFor = errnoName(errno);
  // Half a line: what follows must not be taken for its other half.
  if (count > 0) state.lineStart = "\n";
}

/** Everything that was asked for about a run that is over. */
export function writeReport(host: HostContext, report: Report): void {
  const { spec, state, events } = host;
  const until = lastUntil(host);
  // What comes later has its share of the time.
  const forReport = until - (events < 0 ? 0 : SHARE);
  if (spec.metrics) {
    const forMetrics = forReport - (host.report < 0 ? 0 : SHARE);
    sys.offer(STDERR, `${formatMetrics(report)}\n`, forMetrics, MOMENT, 0);
  }
  const text = () => `${formatReport(report, startedAt(host, report))}\n`;
  if (host.report >= 0) {
    const target = { part: "--report", target: spec.report, fd: host.report };
    write(host, target, text(), forReport, cutOf(spec.report));
  }
  if (events < 0) return;
  // Where the lines before it are still being written this one would be too late as well.
  isTold(host, until);
  const lines = behind(state.telling, state.lineStart, text());
  const target = { part: "--events", target: spec.events, fd: events };
  const isWritten = write(host, target, lines, until, eventsCut(host));
  if (isWritten && state.dropped > 0 && spec.events !== undefined) {
    const { dropped: count, droppedFor: errno } = state;
    sayNow(host, { kind: "dropped", given: nameOf(spec.events), count, errno });
  }
}

/** The name of an errno of `offer`. A file that takes too long is not read in time, either. */
export function reasonOf(errno: number): string {
  return errnoName(errno === EINPROGRESS ? EAGAIN : errno);
}

/** The one deadline of all last lines. */
function lastUntil({ state }: HostContext): number {
  state.lastUntil ??= sys.now() + LAST_LINES;
  return state.lastUntil;
}

type Last = {
  readonly part: string;
  readonly target: OutputTarget | undefined;
  readonly fd: number;
};

/** The last text to a target: nothing follows. False, and said, where it could not be written. */
function write(
  host: HostContext,
  { part, target, fd }: Last,
  text: string,
  until: number,
  flags: number,
): boolean {
  const [, errno] = sys.offer(fd, text, until, MOMENT, flags + CLOSE);
  if (errno === 0 || target === undefined) return true;
  sayNow(host, { kind: "cannot-write", part, given: nameOf(target), errno: reasonOf(errno) });
  return false;
}

/** Says something on stderr where nothing was started: it waits for a reader, as any program. */
export function say(voice: Voice, message: Message): void {
  sys.write(STDERR, formatMessage(voice, message));
}

/** What is still to be said is said, if a file takes it before the last lines' time is over. */
export function finishOutputs(host: HostContext): void {
  const { saying } = host.state;
  if (!saying.isBusy || settled(saying, STDERR, lastUntil(host)) === undefined) return;
  if (saying.queued === "") return;
  sys.offer(STDERR, behind(saying, "", ""), lastUntil(host), MOMENT, 0);
}
