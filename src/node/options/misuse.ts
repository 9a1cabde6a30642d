// What is wrong with an option, and what may have been meant.
import { CurfewError } from "../result/result.ts";
import { expectedOf } from "./expected.ts";
import type { Options } from "./options.ts";
import { OPTION_TABLE } from "./table.ts";
import { isAbortSignal, shown } from "./values.ts";

/** The error about a value that is not accepted. */
export function refused(option: keyof Options, value: unknown): CurfewError {
  const row = OPTION_TABLE[option];
  const mistake = mistaken(option, value);
  const text = mistake ?? `${shown(value)} is not ${expectedOf(option)}`;
  const code = mistake === undefined ? row.code : "bad_option";
  return new CurfewError(code, `${option}: ${text}`, { option });
}

/** Other libraries use one name for both. */
function mistaken(option: keyof Options, value: unknown): string | undefined {
  if (option === "signal" && ["string", "number"].includes(typeof value)) {
    return `${shown(value)} is no AbortSignal; a signal's name is for killSignal`;
  }
  if (option === "killSignal" && isAbortSignal(value)) {
    return "this is an AbortSignal, which is for signal";
  }
  return undefined;
}

export function unknownOption(name: string): CurfewError {
  const near = nearest(name, [...Object.keys(OPTION_TABLE), ...ELSEWHERE.keys()]) ?? "";
  const known = ELSEWHERE.get(name) ?? ELSEWHERE.get(near) ?? near;
  const hint = known === "" ? "" : `; is ${known} meant?`;
  return new CurfewError("bad_option", `${shown(name)} is no option${hint}`, { option: name });
}

/** Names that other libraries give to what we have. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["cancelSignal", "signal"],
  ["forceKillAfterDelay", "killAfter"],
  ["maxBuffer", "keepOutput or maxOutput"],
  ["reject", "throws"],
  ["nothrow", "throws"],
  ["localDir", "preferLocal"],
  ["inputFile", "stdin: {file}"],
  ["all", 'stderr: "stdout"'],
  ["lines", "iteration over the run"],
  ["killDescendants", "what every run does"],
  ["cleanup", "what every run does"],
  ["detached", 'leftovers: "leave"'],
  ["shell", 'run("sh", ["-c", text])'],
]);

/** The known name that the fewest changes of letters make of this one, if they are few. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, distance: distance(name.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  const most = Math.max(2, Math.floor(name.length / 3));
  return best !== undefined && best.distance <= most ? best.one : undefined;
}

/** Letters to change, add or leave out (Levenshtein); two that are swapped count once. */
function distance(one: string, other: string): number {
  if (one.length > 40) return one.length;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      const isSwap = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwap && i > 1 && j > 1) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}
