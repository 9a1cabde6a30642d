// What is wrong with an option, and what may have been meant.
import { nearest } from "../../core/values/nearest.ts";
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
  const [near = ""] = nearest(name, [...Object.keys(OPTION_TABLE), ...ELSEWHERE.keys()]);
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
