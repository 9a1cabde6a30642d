// The command line of `kill`, apart from the others like that of `run`.
import { KILL_DEFAULTS } from "../spec/kill-spec.ts";
import type { Env } from "../values/locale.ts";
import type { Request } from "./options/command-line.ts";
import { badOperand, extraOperand, missingOperand } from "./options/command-line.ts";
import { KILL_OPTIONS } from "./options/kill.ts";
import { scanOptions } from "./options/scan.ts";
import { PID } from "./options/values.ts";

const KILL = { options: KILL_OPTIONS, defaults: KILL_DEFAULTS };

/** Parses `[OPTION]... PID...` of `kill`. */
export function parseKill(words: readonly string[], env: Env): Request {
  const scan = scanOptions(KILL, withNamedSignals(words), env);
  if (scan.kind !== "scanned") return scan;
  const { fields, operands } = scan;
  if (operands.length === 0) return missingOperand("PID", "PID...");
  const pids: number[] = [];
  for (const word of operands) {
    const pid = PID.parse(word, env);
    if (pid === undefined) return badOperand(PID, word);
    pids.push(pid);
  }
  if (fields.requireStartTime !== undefined && operands.length > 1) {
    return extraOperand("PID", operands[1], "one PID with --require-start-time");
  }
  return { kind: "kill", spec: { ...fields, pids } };
}

/** `-9`, `-KILL` or `-SIGKILL`, as kill(1) takes a signal. No option looks like that. */
const SIGNAL_WORD = /^-(\d+|(?:SIG)?[A-Z][A-Z\d]+(?:[+-]\d+)?)$/;

/** Writes signals that are options of their own as --signal has them. */
function withNamedSignals(words: readonly string[]): readonly string[] {
  const named: string[] = [];
  let isValue = false;
  for (const word of words) {
    if (!isValue && (word === "--" || !word.startsWith("-"))) break;
    const signal = isValue ? undefined : SIGNAL_WORD.exec(word)?.[1];
    named.push(signal === undefined ? word : `--signal=${signal}`);
    isValue = !isValue && VALUE_FOLLOWS.test(word);
  }
  return [...named, ...words.slice(named.length)];
}

/** Options whose value is the next word. */
const VALUE_FOLLOWS = /^(--(signal|kill-after|require-start-time)|-[a-z]*[sk])$/;
