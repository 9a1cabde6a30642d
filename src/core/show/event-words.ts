// What each line of an events file says, in a sentence.
import { maskSecrets } from "../inspect/mask.ts";
import { EVENTS } from "../report/event-line.ts";
import { listIn, numberIn, objectIn, textIn } from "../report/json-reading.ts";
import type { Json, JsonObject } from "../report/json-shape.ts";
import { LIFECYCLE_EVENTS } from "../report/lifecycle-events.ts";
import { readName } from "../report/process-reader.ts";
import type { DeadlineReason, Outcome } from "../report/report.ts";
import { DEADLINE_REASONS, OUTCOMES } from "../report/report.ts";
import type { Part, Words } from "./words.ts";
import { counted, fileText } from "./words.ts";

/** What a mark of a timeline is about, which decides its color. */
export type Tone =
  | "start"
  | "request"
  | "limit"
  | "sent"
  | "end"
  | "gone"
  | "bad"
  /** Left out first where there are too many. */
  | "minor";

export type Said = { readonly tone: Tone; readonly words: Words };

type Saying = readonly [tone: Tone, words?: (line: JsonObject) => Words];

/** Of a longer text the beginning is looked through for secrets, and shown. */
export const MOST_MASKED = 1000;
/** More processes than these are counted. */
const MOST_NAMED = 4;

/** The events that need more than the sentence of their table. */
const SAYINGS: Readonly<Record<string, Saying>> = {
  spawned: ["start", ({ pid }) => ["the command was started", ...pidOf(pid)]],
  "spawn-failed": ["bad", ({ errno }) => ["the command could not be started: ", textOf(errno)]],
  exited: ["end", (line) => [...ending(line), ...after("; left behind: ", line.leftovers)]],
  signal: ["request", (line) => ["curfew received ", signalOf(line)]],
  cancelled: [
    "request",
    ({ generation }) => [
      generation === undefined ? "the caller asked for the end" : "curfew begins to end it",
    ],
  ],
  "caller-gone": ["request"],
  "control-kill": ["request", (line) => ["the caller sent ", signalOf(line)]],
  "control-extend": ["request"],
  stopped: ["request", (line) => ["the command was stopped by ", signalOf(line)]],
  continued: ["request", () => ["the command was continued"]],
  message: ["minor", ({ text }) => ["curfew said: ", masked(text)]],
  deadline: ["limit", ({ reason }) => [reasonText(reason)]],
  sent: ["sent", sending],
  backstop: ["sent"],
  sweeping: ["minor"],
  "output-limit": ["limit"],
  drained: ["minor"],
  "guardian-gone": ["bad"],
  "tree-empty": ["gone", ({ proof }) => ["the last process of the tree ended", ...proofOf(proof)]],
  looked: ["minor", ({ leftovers }) => ["still running: ", ...namesOf(leftovers)]],
  swept: ["gone", swept],
  listening: ["start", ({ address }) => ["curfew listens on ", textOf(address)]],
  changed: ["request", ({ path }) => [textOf(path), " has changed"]],
  ready: ["start", () => ["the command is ready"]],
  "not-ready": ["bad", () => ["the command did not become ready in time"]],
  ended: ["gone", ({ exit_code }) => ["the generation has ended, exit code ", numberOf(exit_code)]],
};

const MEANINGS: Readonly<Record<string, { readonly means: string }>> = {
  ...EVENTS,
  ...LIFECYCLE_EVENTS,
};

/** What an event says. One that this version does not know is named. */
export function saidBy(event: string, line: JsonObject): Said {
  const [usual, words] = Object.hasOwn(SAYINGS, event) ? (SAYINGS[event] ?? MINOR) : MINOR;
  const isRung = RUNGS.includes(textIn(line.reason) ?? "");
  const tone = line.tree_gone === false && event === "swept" ? "bad" : isRung ? "minor" : usual;
  if (words !== undefined) return { tone, words: words(line) };
  const means = Object.hasOwn(MEANINGS, event) ? MEANINGS[event]?.means : undefined;
  return { tone, words: [means === undefined ? fileText(event) : plain(means)] };
}

const MINOR: Saying = ["minor"];

/** The reasons of a deadline that begins no end. */
const RUNGS = ["half", "kill_after"];

function reasonText(reason: Json | undefined): Part {
  const word = textIn(reason) ?? "";
  if (Object.hasOwn(DEADLINE_REASONS, word)) {
    return plain(DEADLINE_REASONS[word as DeadlineReason]);
  }
  return reason === undefined || reason === null ? "a timer fired" : textOf(reason);
}

/** How a run ended, in words. */
export function outcomeText(outcome: Outcome): string {
  return plain(OUTCOMES[outcome]);
}

/** A sentence of a table without the marks of Markdown. */
function plain(means: string): string {
  return means.replaceAll("`", "");
}

/** How a process ended, from the keys of `exited` or of a report's `child`. */
export function ending({ exit_code, signal, core_dumped }: JsonObject): Words {
  if (typeof exit_code === "number") return [`the command exited with code ${exit_code}`];
  const core = core_dumped === true ? ", and dumped core" : "";
  return signal === null || signal === undefined
    ? ["the command ended"]
    : ["the command died of ", signalOf({ signal }), core];
}

const RECEIVERS: Readonly<Record<string, string>> = {
  child: "the command",
  group: "the command's process group",
  tree: "the processes that had not got it",
};

/** `sent`, or an entry of a report's `signals_sent`. */
export function sending(line: JsonObject): Words {
  const { target, count } = line;
  const word = textIn(target) ?? "";
  const receiver = Object.hasOwn(RECEIVERS, word) ? (RECEIVERS[word] ?? "") : textOf(target);
  const often = (numberIn(count) ?? 1) > 1 ? `, ${numberIn(count)} times` : "";
  return ["sent ", signalOf(line), " to ", receiver, often];
}

function swept({ tree_gone, proof, survivors, child }: JsonObject): Words {
  const end = objectIn(child);
  const begin: Words = end === undefined ? [] : [...ending(end), "; "];
  if (tree_gone === false) return [...begin, "could not be killed: ", ...namesOf(survivors)];
  return tree_gone === true
    ? [...begin, "every process is gone", ...proofOf(proof)]
    : [...begin, "every process that curfew found was killed"];
}

/** A signal without the SIG of its name. */
function signalOf({ signal }: JsonObject): Part {
  const name = textIn(signal) ?? "a signal";
  return /^SIG[A-Z\d+-]{1,9}$/.test(name) ? name.slice(3) : fileText(name);
}

/** The proof that no process is left, behind a sentence that says so. */
export function proofOf(proof: Json | undefined): Words {
  return textIn(proof) === undefined ? [] : [" (proof: ", textOf(proof), ")"];
}

function pidOf(pid: Json | undefined): Words {
  return numberIn(pid) === undefined ? [] : [`, PID ${numberIn(pid)}`];
}

function after(words: string, processes: Json | undefined): Words {
  return listIn(processes).length === 0 ? [] : [words, ...namesOf(processes)];
}

/** The processes of a list, with their PIDs and names. */
export function namesOf(processes: Json | undefined): Words {
  const all = listIn(processes).flatMap((one) => readName(one) ?? []);
  if (all.length === 0) return ["no process"];
  const named = all.slice(0, MOST_NAMED).flatMap(({ pid, command }, index): Part[] => {
    return [`${index === 0 ? "" : ", "}${pid} `, fileText(command, 40)];
  });
  const more = all.length - MOST_NAMED;
  return more > 0 ? [...named, ` and ${counted(more, "more process", "more processes")}`] : named;
}

/** A value that should be a text, as a text from the file. */
function textOf(value: Json | undefined): Part {
  return fileText(typeof value === "object" || value === undefined ? "?" : String(value));
}

/** A sentence of curfew's, which may repeat what a command line had. */
function masked(value: Json | undefined): Part {
  return textOf(maskSecrets([(textIn(value) ?? "").slice(0, MOST_MASKED)])[0]);
}

function numberOf(value: Json | undefined): Part {
  return typeof value === "number" ? String(value) : textOf(value);
}
