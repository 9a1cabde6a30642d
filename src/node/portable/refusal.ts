import type { Containment, OnStop } from "../../core/spec/spec.ts";
import { NO_LIMIT } from "../../core/values/duration.ts";
import { NO_SIZE_LIMIT } from "../../core/values/size.ts";
import type { Asked, Order, Refusal } from "../way/way.ts";
import { hasOwnProc } from "./processes/own-proc.ts";
import { numberOf } from "./processes/signalling.ts";

const CONTAINMENTS: readonly Containment[] = ["auto", "group", "child"];

/** Node does not tell when a command is stopped. `auto` and `ignore` need not know. */
const ON_STOP: readonly OnStop[] = ["auto", "ignore"];

/** Why our program does not run the command. */
export type Lack = "chosen" | "unsupported" | "missing";

const LACKS: Readonly<Record<Lack, string>> = {
  chosen: ', which backend: "portable" does not use',
  unsupported: ", which this platform has no package for",
  missing: ", which cannot be used here",
};

const PROGRAM = "needs curfew's program";

/** A function makes the text from the words for the lack. */
type Check = readonly [
  option: string,
  isRefused: (asked: Asked) => boolean,
  text: string | ((lack: string) => string),
];

const needsProgram = (lack: string) => PROGRAM + lack;

/** What cannot be had without our program, by the library's names of the options. */
const CHECKS: readonly Check[] = [
  ["cpuLimit", ({ cpuLimit = NO_LIMIT }) => cpuLimit !== NO_LIMIT, needsProgram],
  ["memLimit", ({ memLimit = NO_SIZE_LIMIT }) => memLimit !== NO_SIZE_LIMIT, needsProgram],
  ["processLimit", ({ processLimit = 0 }) => processLimit !== 0, needsProgram],
  ["pty", ({ pty = false }) => pty !== false, needsProgram],
  ["endWithStdin", ({ endsWithStdin = false }) => endsWithStdin, needsProgram],
  [
    "containment",
    ({ containment = "auto" }) => !CONTAINMENTS.includes(containment),
    (lack) => `${PROGRAM}${lack}: without it "auto", "group" and "child" can be had`,
  ],
  [
    "onStop",
    ({ onStop = "auto" }) => !ON_STOP.includes(onStop),
    "needs curfew's program: Node does not tell when a command is stopped",
  ],
  [
    "spare",
    ({ spare = [] }) => spare.length > 0 && !hasOwnProc(),
    "needs curfew's program or Linux's /proc, which shows the words of processes",
  ],
  [
    "killSignal",
    ({ signal }) => signal !== undefined && numberOf(signal) === undefined,
    "this platform has no such signal",
  ],
];

/** The first option of an order that this way cannot serve. */
export function refusalOf({ asked }: Order, lack: Lack): Refusal | undefined {
  const found = CHECKS.find(([, isRefused]) => isRefused(asked));
  if (found === undefined) return undefined;
  const [option, , text] = found;
  return { option, text: typeof text === "string" ? text : text(LACKS[lack]) };
}
