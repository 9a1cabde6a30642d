import type { Process, Survivor } from "../spec/tree.ts";
import { quote } from "../values/quote.ts";

/** Processes as messages name them: number and name of each. */
export function namesOf(processes: readonly Process[], utf8: boolean): string {
  return processes.map((process) => named(process, utf8)).join(", ");
}

/** Why a process could not be ended, in the words of a message. */
const WHY: Readonly<Record<Survivor["why"], string>> = {
  eperm: "not permitted",
  unkillable: "does not die",
  still_forking: "still forking",
  dying: "still dying",
};

/** The same, and why each has survived. */
export function survivorsOf(survivors: readonly Survivor[], utf8: boolean): string {
  return survivors.map((one) => survivor(one, utf8)).join(", ");
}

function survivor(one: Survivor, utf8: boolean): string {
  if (one.pid === 0) return named(one, utf8);
  return `${named(one, utf8)} (${WHY[one.why]})`;
}

function named({ pid, command }: Process, utf8: boolean): string {
  if (pid === 0) return "a process that cannot be named";
  return `${pid} ${quote(command, utf8)}`;
}
