import type { ProcessSnapshot, TreeSnapshot } from "../spec/process-snapshot.ts";
import type { Duration } from "../values/duration.ts";
import { CUT, quoteWithin, widthOf, wordWithin } from "./columns.ts";
import type { Place } from "./layout.ts";
import { ASCII_GLYPHS, layOut, UTF8_GLYPHS } from "./layout.ts";
import { maskSecrets } from "./mask.ts";
import { listeningWords, PATH_COLUMNS, pathWidthOf, unreadWords, waitWords } from "./wait-words.ts";

/** The bounds of a drawing. */
export const MOST_LINES = 20;
export const MOST_COLUMNS = 120;

/** A command line has at least so many columns, if it needs them. */
const LEAST_COMMAND = 20;
/** A word that has fewer columns is left out, because its beginning says too little. */
const LEAST_WORD = 12;
/** A path in the facts has at least so many columns. */
const LEAST_PATH = 16;

/** A line begins with it, so that none begins with what a process has chosen. */
const MARGIN = "  ";

/**
 * The tree as lines of text: at most 20 of at most 120 columns. Secrets that are recognized in
 * command lines are masked, and what a terminal would act upon is escaped.
 */
export function drawTree(tree: TreeSnapshot, { utf8 }: { readonly utf8: boolean }): string[] {
  const { processes, omitted } = tree;
  const isWhole = processes.length + (omitted > 0 ? 1 : 0) <= MOST_LINES;
  const drawn = isWhole ? processes : mostTelling(processes, MOST_LINES - 1);
  const places = layOut(processes, drawn, utf8 ? UTF8_GLYPHS : ASCII_GLYPHS);
  const lines = places.map((place) => lineOf(place, utf8));
  return [...lines, ...omittedLines(processes.length - drawn.length, omitted)];
}

/** The time that a process has existed, in words: `8.1s`, `5m12s`, `3h05m`, `2d4h`. */
export function formatAge(age: Duration): string {
  const seconds = Math.floor(age / 1e6);
  if (seconds < 10) return `${(Math.floor(age / 1e5) / 10).toFixed(1)}s`;
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${twoDigits(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? `${hours}h${twoDigits(minutes % 60)}m`
    : `${Math.floor(hours / 24)}d${hours % 24}h`;
}

function twoDigits(value: number): string {
  return String(100 + value).slice(1);
}

function omittedLines(notDrawn: number, notLooked: number): string[] {
  const more = (count: number) => `${count} more process${count === 1 ? "" : "es"}`;
  const begin = `${MARGIN}${CUT} and`;
  if (notLooked === 0) return notDrawn === 0 ? [] : [`${begin} ${more(notDrawn)}`];
  // What is below a process that was not looked at is not known.
  if (notDrawn === 0) return [`${begin} at least ${more(notLooked)}, not looked at`];
  return [`${begin} ${more(notDrawn)}, and at least ${notLooked} not looked at`];
}

/** What is worth a line, where there are too many processes: the causes of a hang first. */
function mostTelling(all: readonly ProcessSnapshot[], count: number): readonly ProcessSnapshot[] {
  const parents = new Set(all.map(({ parent }) => parent));
  const ranked = all
    .map((process, index) => ({ process, index, rank: rankOf(process, index, parents) }))
    .sort((one, other) => one.rank - other.rank || one.index - other.index);
  const chosen = new Set(ranked.slice(0, count).map(({ process }) => process));
  return all.filter((process) => chosen.has(process));
}

/** The kinds of waiting that explain nothing by themselves. */
const ORDINARY: readonly string[] = ["child", "futex", "poll", "signal", "zombie", "sleep"];

function rankOf(process: ProcessSnapshot, index: number, parents: ReadonlySet<number>): number {
  if (index === 0) return 0;
  const { waitsFor, listening, isWaitingForInput, pid, state } = process;
  if (isWaitingForInput) return 1;
  if (waitsFor !== undefined && !ORDINARY.includes(waitsFor.kind)) return 2;
  if (listening.length > 0) return 2;
  if (state === "Z") return 5;
  return parents.has(pid) ? 3 : 4;
}

/** The facts stand in and behind brackets, which no word of a command line can imitate. */
function lineOf({ process, prefix, descent }: Place, utf8: boolean): string {
  const start = `${MARGIN}${prefix}${process.pid} `;
  const room = MOST_COLUMNS - widthOf(start);
  const kinship = {
    plain: "",
    orphan: "orphan; ",
    elsewhere: `child of ${process.parent}; `,
  }[descent];
  const factsWith = (pathColumns: number) => {
    const waits = waitWords(process, utf8, pathColumns);
    const says = [waits, listeningWords(process, utf8), unreadWords(process, utf8)];
    return ` [${measured(process)}] ${kinship}${says.filter(Boolean).join("; ")}`;
  };
  const whole = factsWith(PATH_COLUMNS);
  const least = Math.min(LEAST_COMMAND, widthOf(commandWithin(process, LEAST_COMMAND, utf8)));
  // A path is cut sooner than the words behind it.
  const excess = Math.max(0, least + widthOf(whole) - room);
  const pathColumns = Math.max(LEAST_PATH, pathWidthOf(process, utf8) - excess);
  const facts = excess === 0 ? whole : factsWith(pathColumns);
  const command = commandWithin(process, Math.max(room - widthOf(facts), LEAST_COMMAND), utf8);
  return cutEnd(`${start}${command}${facts}`.trimEnd());
}

/** How old it is, for how long it has waited, and the processor time in percent of its age. */
function measured({ age, waitTime, cpuTime }: ProcessSnapshot): string {
  const share = age > 0 ? Math.round((100 * cpuTime) / age) : 0;
  const waiting = waitTime === undefined ? "" : `, waiting ${formatAge(waitTime)}`;
  return `${formatAge(age)} old${waiting}${share > 0 ? `, CPU ${share}%` : ""}`;
}

/** The words of the command line; the kernel's name for a process that has none. */
function commandWithin(process: ProcessSnapshot, columns: number, utf8: boolean): string {
  const { commandLine, isCommandLineCut, command } = process;
  if (commandLine.length === 0) return quoteWithin(command, columns, utf8);
  const words = maskSecrets(commandLine);
  const all = words.map((word) => wordWithin(word, columns, utf8));
  const whole = all.join(" ");
  if (!isCommandLineCut && widthOf(whole) <= columns) return whole;
  let [shown, room] = ["", columns - CUT.length - 1];
  for (const [index, word] of words.entries()) {
    const next = all[index] ?? "";
    const blank = shown === "" ? "" : " ";
    room -= blank.length;
    if (widthOf(next) > room) {
      const isTelling = room >= LEAST_WORD;
      return `${shown}${blank}${isTelling ? wordWithin(word, room + CUT.length, utf8) : CUT}`;
    }
    shown += `${blank}${next}`;
    room -= widthOf(next);
  }
  return `${shown} ${CUT}`;
}

function cutEnd(line: string): string {
  if (widthOf(line) <= MOST_COLUMNS) return line;
  let [shown, width] = ["", 0];
  for (const character of line) {
    width += widthOf(character);
    if (width > MOST_COLUMNS - CUT.length) break;
    shown += character;
  }
  return `${shown}${CUT}`;
}
