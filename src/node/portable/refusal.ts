import type { Containment, OnStop, Spec } from "../../core/spec/spec.ts";
import { NO_LIMIT } from "../../core/values/duration.ts";
import { NO_SIZE_LIMIT } from "../../core/values/size.ts";
import type { Order, Refusal } from "../way/way.ts";
import { hasOwnProc } from "./processes/own-proc.ts";
import { numberOf } from "./processes/signalling.ts";

const CONTAINMENTS: readonly Containment[] = ["auto", "group", "child"];

/** Node does not tell when a command is stopped. `auto` and `ignore` need not know. */
const ON_STOP: readonly OnStop[] = ["auto", "ignore"];

const PROGRAM = "needs the program of curfew, which this platform has no package for";

type Check = readonly [option: string, isRefused: (spec: Spec) => boolean, text: string];

/** What cannot be had without our program, by the library's names of the options. */
const CHECKS: readonly Check[] = [
  ["cpuLimit", ({ cpuLimit }) => cpuLimit !== NO_LIMIT, PROGRAM],
  ["memLimit", ({ memLimit }) => memLimit !== NO_SIZE_LIMIT, PROGRAM],
  ["processLimit", ({ processLimit }) => processLimit !== 0, PROGRAM],
  [
    "containment",
    ({ containment }) => !CONTAINMENTS.includes(containment),
    `${PROGRAM}: without it "auto", "group" and "child" can be had`,
  ],
  [
    "onStop",
    ({ onStop }) => !ON_STOP.includes(onStop),
    "needs the program of curfew: Node does not tell when a command is stopped",
  ],
  [
    "spare",
    ({ spare }) => spare.length > 0 && !hasOwnProc(),
    "needs the program of curfew or Linux's /proc, which shows the words of processes",
  ],
  [
    "killSignal",
    ({ signal }) => numberOf(signal) === undefined,
    "this platform has no such signal",
  ],
];

/** The first option of an order that this way cannot serve. */
export function refusalOf({ spec }: Order): Refusal | undefined {
  const found = CHECKS.find(([, isRefused]) => isRefused(spec));
  return found && { option: found[0], text: found[2] };
}
