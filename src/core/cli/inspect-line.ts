// The command line of `inspect`, apart from the others like that of `kill`.
import { INSPECT_DEFAULTS } from "../spec/inspect-spec.ts";
import type { Env } from "../values/locale.ts";
import type { Request } from "./options/command-line.ts";
import { badOperand } from "./options/command-line.ts";
import { INSPECT_OPTIONS } from "./options/inspect.ts";
import { scanOptions } from "./options/scan.ts";
import { COUNT, PID } from "./options/values.ts";

const INSPECT = { options: INSPECT_OPTIONS, defaults: INSPECT_DEFAULTS };

/** Parses `[OPTION]... [PID]...` of `inspect`; options may also follow the PIDs. */
export function parseInspect(words: readonly string[], env: Env): Request {
  let fields = INSPECT_DEFAULTS;
  let rest = words;
  const pids: number[] = [];
  for (;;) {
    const scan = scanOptions({ ...INSPECT, defaults: fields }, rest, env);
    if (scan.kind !== "scanned") return scan;
    const [word, ...behind] = scan.operands;
    if (word === undefined) return { kind: "inspect", spec: { ...scan.fields, pids } };
    // 0 stands for no process.
    const pid = COUNT.parse(word, env);
    if (pid === undefined) return badOperand({ ...PID, expected: COUNT.expected }, word);
    pids.push(pid);
    fields = scan.fields;
    rest = behind;
  }
}
