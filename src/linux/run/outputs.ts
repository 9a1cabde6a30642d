import { sameLog, sameOutput } from "../../core/cli/options/command-line.ts";
import { drawTree } from "../../core/inspect/drawing.ts";
import { formatAnnotation, isAnnotated } from "../../core/messages/annotation.ts";
import type { Message, Voice } from "../../core/messages/messages.ts";
import { formatMessage } from "../../core/messages/messages.ts";
import { formatEvent } from "../../core/report/event-line.ts";
import type { EventRecord } from "../../core/report/event-record.ts";
import { recordOf } from "../../core/report/event-record.ts";
import { formatMetrics } from "../../core/report/metrics.ts";
import type { Report } from "../../core/report/report.ts";
import { formatReport } from "../../core/report/report-json.ts";
import type { TreeSnapshot } from "../../core/spec/process-snapshot.ts";
import type { OutputTarget, Spec } from "../../core/spec/spec.ts";
import type { Instant } from "../../core/values/duration.ts";
import { errnoName } from "../../core/values/errno.ts";
import type { WallTime } from "../../core/values/wall-time.ts";
import { EAGAIN, EINPROGRESS, NO_DESCRIPTOR, STDERR, STDOUT } from "../kernel/abi.ts";
import type { Written } from "../kernel/answers.ts";
import { now } from "../kernel/clock.ts";
import { sys } from "../kernel/window.ts";
import type { HostContext } from "./context.ts";
import { behind, DONE, linesOf, MOMENT, noteLost, put, queue, settled } from "./output.ts";

/** How long all last lines may take together, from the first one on, in microseconds. */
const LAST_LINES = 1_000_000;
/**
 * How long the report may take as the last line of events where a program reads those: it may be
 * busy for seconds, and without the report it would not know how the run ended. That a program has
 * ended is seen at once.
 */
const REPORT_TO_PROGRAM = 10_000_000;
/** The share of it that is kept for the last line of events, and another one for the report. */
const SHARE = 250_000;
/** Flags of a write: empty the file first, close it afterwards (`native/src/output/scribe.rs`). */
const CUT = 1;
const CLOSE = 2;

/** Opens what report and events are written to: descriptors, or a message. */
export function openOutputs({ report, events, log, mergesOutput }: Spec): Opened | Message {
  const merged = mergesOutput ? sys.copyDescriptor(STDOUT, STDERR) : 0;
  if (merged < 0) {
    const errno = errnoName(-merged);
    return { kind: "cannot-write", part: "--merge-output", given: `fd:${STDOUT}`, errno };
  }
  const opened = { report: openTarget("--report", report), events: openTarget("--events", events) };
  if (typeof opened.report !== "number") return opened.report;
  if (typeof opened.events !== "number") return opened.events;
  const isShared = opened.report >= 0 && sys.isSameFile(opened.report, opened.events) !== 0;
  if (isShared && events !== undefined) return sameOutput(events);
  const outputs = { report: opened.report, events: opened.events, log: NO_DESCRIPTOR };
  return log === undefined ? outputs : withLog(outputs, log);
}

type Opened = { readonly report: number; readonly events: number; readonly log: number };

/** The same with the log. Lines are added to a file, because a log tells of many runs. */
function withLog(outputs: Opened, target: OutputTarget): Opened | Message {
  const log = openTarget("--log", target, APPEND);
  if (typeof log !== "number") return log;
  const others = [outputs.report, outputs.events];
  const isShared = others.some((other) => other >= 0 && sys.isSameFile(log, other) !== 0);
  return isShared ? sameLog(target) : { ...outputs, log };
}

/** A way to open a file: its lines are added to what the file holds. */
const APPEND = 1;

/** Opens one of them: a descriptor, or a message. */
export function openTarget(
  part: string,
  target: OutputTarget | undefined,
  how: number = 0,
): number | Message {
  if (target === undefined) return NO_DESCRIPTOR;
  const isFile = target.kind === "path";
  const answer = isFile ? sys.openFile(target.path, how) : sys.takeDescriptor(target.fd, 0);
  if (answer >= 0) return answer;
  return { kind: "cannot-write", part, given: nameOf(target), errno: errnoName(-answer) };
}

function nameOf(target: OutputTarget): string {
  return target.kind === "path" ? target.path : `fd:${target.fd}`;
}

/** A file that was given by its name is emptied when there is something new to write. */
function cutOf(target: OutputTarget | undefined): number {
  return target?.kind === "path" ? CUT : 0;
}

/**
 * Prints a message on stderr or in the log, with a drawing of the tree below it. It is dropped if
 * the reader does not take it at once.
 */
export function sayNow(host: HostContext, message: Message, tree?: TreeSnapshot): void {
  const { spec } = host;
  const voice = host.voice();
  const text = formatMessage(voice, message);
  // The emulated tool may print nothing here.
  if (text === "") return;
  if (spec.control !== undefined) {
    emit(host, messageRecord(host, message));
    return;
  }
  const { utf8 } = voice;
  const lines = tree === undefined ? text : text + drawingOf(tree, utf8);
  const annotation = annotationOf(host, message, utf8);
  const isLogged = host.log >= 0;
  sayLines(host, isLogged ? lines : lines + annotation);
  if (isLogged && annotation !== "") sys.offer(STDERR, annotation, sys.now(), MOMENT, 0);
}

function drawingOf(tree: TreeSnapshot, utf8: boolean): string {
  return drawTree(tree, { utf8 })
    .map((line) => `${line}\n`)
    .join("");
}

/** Where curfew's own lines go. */
function voiceFd({ log }: HostContext): number {
  return log < 0 ? STDERR : log;
}

function sayLines(host: HostContext, text: string): void {
  const { saying } = host.state;
  const fd = voiceFd(host);
  const before = settled(saying, fd, sys.now());
  if (before === undefined) {
    if (!queue(saying, text)) saying.lost += linesOf(text);
    return;
  }
  if (before !== DONE) noteLost(saying, before);
  noteLost(saying, put(saying, fd, behind(saying, saying.start, text), 0));
}

/** The line that GitHub's runner makes an annotation of: one for each run. Empty: none. */
function annotationOf({ spec, state }: HostContext, message: Message, utf8: boolean): string {
  const isMeant = spec.telling === "tree" && !state.isAnnotated && isAnnotated(message);
  if (!isMeant || sys.env("GITHUB_ACTIONS") !== "true") return "";
  state.isAnnotated = true;
  return formatAnnotation(message, utf8);
}

/** A message as a line of events has it, where a program reads those and not stderr. */
function messageRecord({ voice, state }: HostContext, message: Message): EventRecord {
  const at = now();
  const since = (state.starts.at(-1)?.at ?? at) as Instant;
  const text = formatMessage(voice(), message).trimEnd();
  return recordOf({ type: "message", at, code: message.kind, text }, since);
}

/** Notes when the command is started, by both clocks: the wall clock may be set meanwhile. */
export function noteStart({ spec, state }: HostContext, at: number): void {
  if (spec.report === undefined && spec.events === undefined) return;
  state.starts = [...state.starts.slice(-1), { at, wall: sys.wallClock() }];
}

/** The wall time of the start that a report is about. */
function startedAt({ state }: HostContext, report: Report): WallTime {
  const start = state.starts.findLast(({ at }) => at <= report.startedAt);
  const { at, wall } = start ?? { at: sys.now(), wall: sys.wallClock() };
  return (wall + report.startedAt - at) as WallTime;
}

/** Writes an event. If its reader is late, the line is dropped and counted. */
export function emit(host: HostContext, record: EventRecord): void {
  const { events, state } = host;
  if (events < 0) return;
  const text = `${formatEvent(record)}\n`;
  if (!awaitTold(host, sys.now())) {
    if (!queue(state.telling, text)) state.dropped += 1;
    return;
  }
  const lines = behind(state.telling, state.lineStart, text);
  note(host, put(state.telling, events, lines, eventsCut(host)));
}

/** The flags for a line of events: the first one empties the file. */
function eventsCut({ spec, state }: HostContext): number {
  const flags = state.hasEvents ? 0 : cutOf(spec.events);
  state.hasEvents = true;
  return flags;
}

/** Whether the last write of events is over; waits until an instant. */
function awaitTold(host: HostContext, until: number): boolean {
  const { telling } = host.state;
  if (!telling.isBusy) return true;
  const written = settled(telling, host.events, until);
  if (written !== undefined) note(host, written);
  return written !== undefined;
}

/** Counts lines of events that were dropped. */
function note({ state }: HostContext, [count, errno]: Written): void {
  if (errno === EINPROGRESS) return;
  if (errno === 0) {
    state.lineStart = "";
    return;
  }
  state.dropped += state.telling.lines;
  state.droppedFor = errnoName(errno);
  // A part of a line was written: the next line must not continue it.
  if (count > 0) state.lineStart = "\n";
}

/** Writes metrics, report and the last event of a run that is over. */
export function writeReport(host: HostContext, report: Report): void {
  const { spec, state, events } = host;
  const until = lastUntil(host);
  // A part of the time is kept for what is written later.
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
  const forEvents = host.control.fd < 0 ? until : sys.now() + REPORT_TO_PROGRAM;
  // The lines before it have to be written first.
  awaitTold(host, forEvents);
  const { dropped: count, droppedFor: errno } = state;
  const given = spec.events === undefined ? "" : nameOf(spec.events);
  const said: Message = { kind: "dropped", part: "--events", given, count, errno };
  // A program is told by an event, and the last line is the report.
  const isTold = spec.control !== undefined;
  const told = count > 0 && isTold ? `${formatEvent(messageRecord(host, said))}\n` : "";
  const lines = behind(state.telling, state.lineStart, told + text());
  const target = { part: "--events", target: spec.events, fd: events };
  const isWritten = write(host, target, lines, forEvents, eventsCut(host));
  if (isWritten && state.dropped > 0 && !isTold) sayNow(host, { ...said, count: state.dropped });
}

/** The name of an errno of `offer`. A slow file is reported like a reader that does not read. */
export function reasonOf(errno: number): string {
  return errnoName(errno === EINPROGRESS ? EAGAIN : errno);
}

/** The common deadline of all last lines. */
function lastUntil({ state }: HostContext): number {
  state.lastUntil ??= sys.now() + LAST_LINES;
  return state.lastUntil;
}

/** What is written from now on belongs to the last lines. */
export function beginLastLines(host: HostContext): void {
  lastUntil(host);
}

type Last = {
  readonly part: string;
  readonly target: OutputTarget | undefined;
  readonly fd: number;
};

/** Writes the last text to a target. False, after a message: it could not be written. */
function write(
  host: HostContext,
  { part, target, fd }: Last,
  text: string,
  until: number,
  flags: number,
): boolean {
  const [, errno] = sys.offer(fd, text, until, MOMENT, flags + CLOSE);
  if (errno === 0 || target === undefined) return true;
  // What a program would be told by the events cannot be told when those are closed.
  if (host.spec.control !== undefined && fd === host.events) return false;
  sayNow(host, { kind: "cannot-write", part, given: nameOf(target), errno: reasonOf(errno) });
  return false;
}

/** Prints a message where no command was started: then curfew may wait for the reader. */
export function say(voice: Voice, message: Message): void {
  sys.write(STDERR, formatMessage(voice, message));
}

/** Writes the messages that are still queued, if their reader takes them before the deadline. */
export function finishOutputs(host: HostContext): void {
  const { saying } = host.state;
  if (saying.isBusy) finishSaying(host);
  const { log } = host.spec;
  if (saying.lost === 0 || log === undefined) return;
  // The last line of the log, for which nothing waits: the reader of the others did not take them.
  const given = nameOf(log);
  const said: Message = {
    kind: "dropped",
    part: "--log",
    given,
    count: saying.lost,
    errno: "EAGAIN",
  };
  sys.offer(host.log, `${saying.start}${formatMessage(host.voice(), said)}`, sys.now(), MOMENT, 0);
}

function finishSaying(host: HostContext): void {
  const { saying } = host.state;
  const fd = voiceFd(host);
  const before = settled(saying, fd, lastUntil(host));
  if (before === undefined) {
    saying.lost += saying.lines + linesOf(saying.queued);
    return;
  }
  noteLost(saying, before);
  if (saying.queued === "") return;
  const text = behind(saying, saying.start, "");
  saying.lines = linesOf(text);
  noteLost(saying, sys.offer(fd, text, lastUntil(host), MOMENT, 0));
}
