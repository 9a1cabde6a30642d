// What is wrong with an option, thrown at once.
import { CurfewError } from "../result/result.ts";
import type { Options } from "./options.ts";
import { OPTION_TABLE } from "./table.ts";
import { isAbortSignal, isRecord, shown } from "./values.ts";

/** The error about a value that is not accepted. */
export function refused(option: keyof Options, value: unknown): CurfewError {
  const row = OPTION_TABLE[option];
  const code = row.kind === "later" ? "unsupported" : row.code;
  return new CurfewError(code, `${option}: ${shown(value)} is not ${row.expected}`, { option });
}

/** An error about an option, in words of its own. */
export function badOption(option: string, text: string): CurfewError {
  return new CurfewError("bad_option", `${option}: ${text}`, { option });
}

/** Throws at the first option that does not exist, comes later, or has a value of no right kind. */
export function checkOptions(options: unknown): asserts options is Options {
  if (!isRecord(options)) {
    throw new CurfewError("bad_option", `the options are ${shown(options)}, not an object`);
  }
  for (const name of Object.keys(options)) {
    if (!isOption(name)) throw unknownOption(name);
    const value = options[name];
    if (value !== undefined) checkOption(name, value);
  }
}

function checkOption(name: keyof Options, value: unknown): void {
  const row = OPTION_TABLE[name];
  if (name === "signal" && ["string", "number"].includes(typeof value)) {
    throw badOption(name, `${shown(value)} is no AbortSignal; a signal's name is for killSignal`);
  }
  if (name === "killSignal" && isAbortSignal(value)) {
    throw badOption(name, "this is an AbortSignal, which is for signal");
  }
  switch (row.kind) {
    case "flag":
      return;
    case "later":
      if (value === false) return;
      throw new CurfewError("unsupported", `${name}: not in this version`, { option: name });
    default:
      if (!row.accepts(value)) throw refused(name, value);
  }
}

export function isOption(name: string): name is keyof Options {
  return Object.hasOwn(OPTION_TABLE, name);
}

function unknownOption(name: string): CurfewError {
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
