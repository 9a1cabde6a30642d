// What a drawing shows, in every format: made from the timeline when the file is at its end.
import { maskSecrets } from "../inspect/mask.ts";
import { listIn, numberIn, objectIn, textIn, textsIn } from "../report/json-reading.ts";
import type { JsonObject } from "../report/json-shape.ts";
import { readTree } from "../report/process-reader.ts";
import type { Outcome } from "../report/report.ts";
import { OUTCOMES } from "../report/report.ts";
import type { TreeSnapshot } from "../spec/process-snapshot.ts";
import type { Instant } from "../values/duration.ts";
import type { Tone } from "./event-words.ts";
import { MOST_MASKED, namesOf, outcomeText, proofOf, sending } from "./event-words.ts";
import type { Kept } from "./kept.ts";
import { lastOf } from "./kept.ts";
import type { Scale } from "./scale.ts";
import { scaleOf } from "./scale.ts";
import { clockText } from "./time-words.ts";
import type { EventsFile, Lane, Mark, Timeline } from "./timeline.ts";
import type { Words } from "./words.ts";
import { counted, fileText } from "./words.ts";

export const PHASES = {
  starting: "not ready yet",
  running: "running",
  ending: "being ended",
  leftovers: "only leftovers run",
} as const;
export type Phase = keyof typeof PHASES;

/** A part of a lane; `begin` and `end` are places from 0 to 1. */
export type Segment = { readonly phase: Phase; readonly begin: number; readonly end: number };

/** The drawing of one generation, or of the only run. */
export type LaneView = {
  /** Empty for the only run. */
  readonly label: string;
  readonly segments: readonly Segment[];
};

/** A row below the drawing. */
export type Row = {
  readonly time: string;
  readonly place: number;
  readonly tone: Tone;
  /** The generation; empty where there are none. */
  readonly lane: string;
  readonly words: Words;
};

export type View = {
  readonly title: Words;
  readonly facts: readonly (readonly [name: string, words: Words])[];
  readonly scale: Scale;
  readonly lanes: readonly LaneView[];
  readonly rows: readonly Row[];
  readonly tree: TreeSnapshot | undefined;
  readonly notes: readonly string[];
};

/** What is shown of a file. */
export function viewOf(file: EventsFile): View {
  const { timeline } = file;
  const { report, lanes } = timeline;
  const isService = [...lanes.keys()].some((generation) => generation !== 0);
  const elapsed = isService ? 0 : (numberIn(report?.elapsed_ms) ?? 0);
  const total = Math.max(timeline.last, elapsed);
  const sent = timeline.hasSent || isService || report === undefined ? [] : sentOf(report);
  const phased = phasedLanes(timeline, total, sent[0]?.at);
  const only = phased.length === 1 ? phased[0] : undefined;
  const scale = scaleOf(total, only?.ending);
  const marks = [...marksOf(timeline, total, only), ...sent, ...lastMark(timeline, total)];
  return {
    title: titleOf(timeline),
    facts: factsOf(timeline, total),
    scale,
    lanes: phased.map((lane) => laneView(lane, scale, isService)),
    rows: marks
      .sort((one, other) => one.at - other.at || one.place - other.place)
      .map((mark) => ({
        time: clockText(mark.at, total),
        place: scale.placeOf(mark.at),
        tone: mark.tone,
        lane: mark.generation === undefined ? "" : String(mark.generation),
        words: repeated(mark, total),
      })),
    tree: timeline.tree ?? (report && readTree(report, 0 as Instant)),
    notes: notesOf(file),
  };
}

function repeated({ words, count, until }: Mark, total: number): Words {
  return count === 1 ? words : [...words, ` (${count} times, until ${clockText(until, total)})`];
}

/** A lane whose phases are all known, each not before the one that it follows. */
type Phased = {
  readonly generation: number | undefined;
  readonly begin: number;
  readonly ready: number | undefined;
  readonly ending: number | undefined;
  readonly exited: number;
  readonly gone: number;
};

function phasedLanes(timeline: Timeline, total: number, firstSent: number | undefined): Phased[] {
  const lanes: Lane[] = [...timeline.lanes.values()];
  // A report alone has no lines that would make a lane.
  if (lanes.length === 0) lanes.push({ generation: undefined, from: 0, last: total });
  const started = lanes.filter(({ hasFailed, generation }) => {
    const wasStarted = timeline.report?.child !== null || generation !== undefined;
    return wasStarted && hasFailed !== true;
  });
  return started.map((lane) => phased(lane, total, endingOf(timeline, lane, firstSent)));
}

function phased(lane: Lane, total: number, ending: number | undefined): Phased {
  const { generation, from: first, ready, exited: ended, gone = total } = lane;
  const begin = generation === undefined ? 0 : first;
  const exited = Math.max(begin, ended ?? gone);
  const isBefore = ending !== undefined && ending <= exited;
  return {
    ...{ generation, begin, ready, exited },
    ending: isBefore ? Math.max(begin, ending) : undefined,
    gone: Math.max(exited, gone),
  };
}

/** When curfew began to end a run, as far as the lines or the report tell. */
function endingOf(
  { report }: Timeline,
  lane: Lane,
  firstSent: number | undefined,
): number | undefined {
  if (lane.ending !== undefined) return lane.ending;
  const outcome = textIn(report?.outcome);
  const isStop = outcome === undefined || outcome === "cancelled" || lane.generation !== undefined;
  if (isStop && lane.asked !== undefined) return lane.asked;
  const isLimit = outcome === "timed_out" || outcome === "idle_timed_out";
  return isLimit ? (firstSent ?? lane.timer) : undefined;
}

function laneView(lane: Phased, { placeOf }: Scale, isService: boolean): LaneView {
  const { begin, ready = begin, ending, exited, gone, generation } = lane;
  const bounds: readonly (readonly [Phase, number, number])[] = [
    ["starting", begin, Math.min(ready, ending ?? exited)],
    ["running", Math.max(begin, ready), ending ?? exited],
    ["ending", ending ?? exited, exited],
    ["leftovers", exited, gone],
  ];
  const lasting = bounds.filter(([, from, to]) => to > from);
  // A run that took no time is seen as well.
  const drawn = lasting.length > 0 ? lasting : bounds.slice(1, 2);
  const segments = drawn.map(([phase, from, to]): Segment => {
    return { phase, begin: placeOf(from), end: placeOf(to) };
  });
  return { label: isService ? `generation ${generation ?? "?"}` : "", segments };
}

/** Signals that were sent, from the report of a run whose lines do not have them. */
function sentOf(report: JsonObject): readonly Mark[] {
  return listIn(report.signals_sent)
    .slice(0, 20)
    .flatMap((value) => {
      const line = objectIn(value);
      const at = numberIn(line?.at_ms);
      return line === undefined || at === undefined || !(at >= 0)
        ? []
        : [markAt(Math.min(at, 1e15), 0, "sent", sending(line))];
    });
}

function markAt(at: number, place: number, tone: Tone, words: Words): Mark {
  return { at, place, until: at, count: 1, generation: undefined, tone, words };
}

/** The marks that were kept, and what stands for those that were not. */
function marksOf(
  { main, minor, report }: Timeline,
  total: number,
  only: Phased | undefined,
): readonly Mark[] {
  const all = [...keptMarks(main, total), ...keptMarks(minor, total)];
  const outcome = textIn(report?.outcome) ?? "";
  const isTold = all.some(({ tone }) => tone === "limit");
  if (isTold || only?.ending === undefined || !outcome.endsWith("timed_out")) return all;
  // Its line does not say which timer fired, but the report does. It came before what was sent.
  return [markAt(only.ending, -1, "limit", outcomeWords(outcome)), ...all];
}

function keptMarks(kept: Kept<Mark>, total: number): readonly Mark[] {
  const last = lastOf(kept);
  const before = kept.first.at(-1);
  if (kept.omitted === 0 || before === undefined) return [...kept.first, ...last];
  const until = clockText(last[0]?.at ?? total, total);
  const events = counted(kept.omitted, "more event", "more events");
  const gap = markAt(before.until, before.place + 0.5, "minor", [
    `${events} until ${until}, not shown`,
  ]);
  return [...kept.first, gap, ...last];
}

/** How curfew itself ended. */
function lastMark({ report }: Timeline, total: number): readonly Mark[] {
  const code = numberIn(report?.exit_code);
  return code === undefined
    ? []
    : [markAt(total, Infinity, "end", [`curfew exited with code ${code}`])];
}

function titleOf({ report, pid }: Timeline): Words {
  const words = textsIn(report?.command).slice(0, 100);
  const command = words.map((word) => word.slice(0, MOST_MASKED));
  if (command.length > 0) return [fileText(maskSecrets(command).map(shellWord).join(" "))];
  return pid === undefined ? ["A run of curfew"] : [`PID ${pid}`];
}

function shellWord(word: string): string {
  return /^[\w./:=@%+,~*-]+$/.test(word) ? word : `'${word}'`;
}

function outcomeWords(outcome: string): Words {
  return Object.hasOwn(OUTCOMES, outcome) ? [outcomeText(outcome as Outcome)] : [fileText(outcome)];
}

function factsOf({ report, startedAt, lanes }: Timeline, total: number): View["facts"] {
  const start = lanes.size > 1 ? startedAt : (textIn(report?.started_at) ?? startedAt);
  const facts: [string, Words][] = [];
  if (start !== undefined) facts.push(["Start", [fileText(start, 40)]]);
  const took = clockText(total, total);
  if (report === undefined) return [...facts, ["Duration", [`${took}, as far as the file tells`]]];
  const outcome = textIn(report.outcome) ?? "";
  const code = numberIn(report.exit_code);
  const exit = code === undefined ? "" : `; exit code ${code}`;
  facts.push(["Duration", [took]], ["Outcome", [...outcomeWords(outcome), exit]]);
  facts.push(["Processes", cleanupWords(report)]);
  if (listIn(report.leftovers).length > 0) {
    facts.push(["Left behind", namesOf(report.leftovers)]);
  }
  const usage = usageWords(report);
  return usage === undefined ? facts : [...facts, ["Used", [usage]]];
}

function cleanupWords({ child, tree_gone, proof, survivors }: JsonObject): Words {
  if (child === null) return ["none was started"];
  if (tree_gone === true) return ["all are gone", ...proofOf(proof)];
  if (tree_gone === false) return ["not all could be ended: ", ...namesOf(survivors)];
  return ["whether some still run is not known, or some were left alone on purpose"];
}

function usageWords({ resources }: JsonObject): string | undefined {
  const used = objectIn(resources);
  const [user, system] = [numberIn(used?.user_ms), numberIn(used?.system_ms)];
  if (user === undefined || system === undefined) return undefined;
  const most = numberIn(used?.max_rss_bytes);
  const memory = most === undefined ? "" : `, ${(most / 1048576).toFixed(1)} MiB in one process`;
  return `${((user + system) / 1000).toFixed(3)} s of processor time${memory}`;
}

function notesOf({ timeline, earlier, skipped }: EventsFile): readonly string[] {
  const notes: string[] = [];
  if (timeline.report === undefined) {
    notes.push(
      "The file ends before the report: curfew still runs, was killed or could not write.",
    );
  }
  if (earlier > 0) {
    notes.push(`${counted(earlier, "earlier run", "earlier runs")} in the file: not shown.`);
  }
  const { omittedLanes } = timeline;
  if (omittedLanes > 0) {
    notes.push(`${counted(omittedLanes, "more generation", "more generations")}: not drawn.`);
  }
  if (skipped > 0)
    notes.push(`${counted(skipped, "line", "lines")} skipped: no event of curfew's.`);
  return notes;
}
