// The command line of `show`, apart from the others like that of `kill`.
import { usageError } from "../spec/error.ts";
import { SHOW_DEFAULTS } from "../spec/show-spec.ts";
import type { Env } from "../values/locale.ts";
import type { Request } from "./options/command-line.ts";
import { extraOperand, missingOperand } from "./options/command-line.ts";
import { nameOf, scanOptions } from "./options/scan.ts";
import { SHOW_OPTIONS } from "./options/show.ts";

const SHOW = { options: SHOW_OPTIONS, defaults: SHOW_DEFAULTS };

/** Parses `[OPTION]... EVENTS` of `show`; options may also follow the file. */
export function parseShow(words: readonly string[], env: Env): Request {
  const scan = scanOptions(SHOW, words, env);
  if (scan.kind !== "scanned") return scan;
  const [path, ...behind] = scan.operands;
  if (path === undefined)
    return missingOperand("EVENTS", "the file that --events has written, or -");
  const rest = scanOptions({ ...SHOW, defaults: scan.fields }, behind, env);
  if (rest.kind !== "scanned") return rest;
  const [extra] = rest.operands;
  if (extra !== undefined) return extraOperand("EVENTS", extra, "one file");
  const [first, other] = [...new Set([...scan.given, ...rest.given].map(nameOf))];
  if (first !== undefined && other !== undefined) {
    const expected = `one format, ${first} or ${other}`;
    return usageError("conflicting_option", { part: other, given: undefined, expected });
  }
  return { kind: "show", spec: { ...rest.fields, path } };
}
