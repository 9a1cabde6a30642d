import { parseKill } from "../../core/cli/kill-line.ts";
import { nearest } from "../../core/values/nearest.ts";
import { badOption } from "../options/check.ts";
import { durationText, isRecord, shown, signalText, wholeText } from "../options/values.ts";
import { inCamelCase } from "../result/report.ts";
import { CurfewError, type ErrorCode } from "../result/result.ts";
import type { Way } from "../way/way.ts";
import type { KillOptions, KillResult } from "./types.ts";

type KillRow = {
  readonly flag: string;
  readonly code: ErrorCode;
  readonly expected: string;
  readonly text: (value: unknown) => string | undefined;
};

const KILL_TABLE: Readonly<Record<keyof KillOptions, KillRow>> = {
  killSignal: {
    flag: "--signal",
    code: "unknown_signal",
    expected: 'a name such as "SIGTERM", or a number from 1 to 64',
    text: signalText,
  },
  killAfter: {
    flag: "--kill-after",
    code: "bad_duration",
    expected: 'milliseconds above 0, or a string such as "10s"; "inf" for never',
    text: durationText,
  },
  startTime: {
    flag: "--require-start-time",
    code: "bad_option",
    expected: "a whole number of ticks",
    text: wholeText,
  },
  force: {
    flag: "--force",
    code: "bad_option",
    expected: "true or false",
    text: (value) => (typeof value === "boolean" ? "" : undefined),
  },
};

/** Gives a way, once the options are known to be right. */
type WayGiver = () => Pick<Way, "killTree"> | undefined;

/** The answer to `killTree`. Rejects with what is wrong. */
export async function endTree(pid: number, options: unknown, wayOf: WayGiver): Promise<KillResult> {
  const words = wordsOf(options, pid);
  const way = wayOf();
  if (way === undefined) throw new CurfewError("no_binary", "nothing here can end processes");
  const ending = await way.killTree({ pid, words });
  if (ending.kind === "failed") throw new CurfewError(ending.code, ending.text);
  const { outcome, survivors, reason } = inCamelCase(ending.result);
  if (reason === undefined) return { outcome, survivors } as KillResult;
  // The reason is a sentence of the command line's.
  const ours = String(reason).replace("--force overrules", "force: true overrules");
  return { outcome, survivors, reason: ours } as KillResult;
}

function wordsOf(options: unknown, pid: number): readonly string[] {
  if (!isRecord(options)) throw badOption("options", `${shown(options)} is no object`);
  const words = Object.entries(options).flatMap(([name, value]) => wordOf(name, value));
  const request = parseKill([...words, String(pid)], () => undefined);
  if (request.kind !== "usage") return words;
  const [flag] = request.part.split(" ");
  const found = Object.entries(KILL_TABLE).find(([, row]) => row.flag === flag);
  if (found === undefined) throw badOption("pid", `${pid} is not ${request.expected}`);
  throw refusedValue(found[0], found[1], options[found[0]]);
}

function wordOf(name: string, value: unknown): readonly string[] {
  if (!Object.hasOwn(KILL_TABLE, name)) {
    const [near] = nearest(name, Object.keys(KILL_TABLE));
    throw badOption(name, `killTree has no such option${near ? `; is ${near} meant?` : ""}`);
  }
  if (value === undefined) return [];
  const row = KILL_TABLE[name as keyof KillOptions];
  const text = row.text(value);
  if (text === undefined) throw refusedValue(name, row, value);
  if (row.flag === "--force") return value === true ? [row.flag] : [];
  return [`${row.flag}=${text}`];
}

function refusedValue(option: string, { code, expected }: KillRow, value: unknown): CurfewError {
  return new CurfewError(code, `${option}: ${shown(value)} is not ${expected}`, { option });
}
