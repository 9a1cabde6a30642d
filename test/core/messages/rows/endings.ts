// What run and init say of an end that curfew has caused.
import type { EndingMessage } from "../../../../src/core/messages/ending-sentence.ts";
import type { Duration } from "../../../../src/core/values/duration.ts";
import type { Bytes } from "../../../../src/core/values/size.ts";

const limit = 8_000_000 as Duration;
const time = { why: "time", limit } as const;
const term = (to: "command" | "group" | "rest" | "all") => ({ signal: "SIGTERM", to }) as const;
const npm = { kind: "ending", command: "npm", cause: time } as const;
const gone = { kind: "ended", command: "npm", isAtLeast: false, isProven: true } as const;
const left = {
  kind: "ended-leftovers",
  command: "npm",
  processes: [{ pid: 7, command: "node" }],
  isMore: false,
  killed: 0,
  isAtLeast: false,
  isProven: true,
} as const;
const many = Array.from({ length: 7 }, (_, at) => ({ pid: 7 + at, command: "node" }));

/** The message, and its sentence. */
export const SENTENCES: readonly (readonly [EndingMessage, string])[] = [
  [
    { ...npm, sent: term("command"), others: 6 },
    "time limit of 8s reached; sent TERM to npm, 6 more processes are running",
  ],
  [
    { ...npm, sent: term("command"), others: 1 },
    "time limit of 8s reached; sent TERM to npm, 1 more process is running",
  ],
  [{ ...npm, sent: term("command"), others: 0 }, "time limit of 8s reached; sent TERM to npm"],
  [
    { ...npm, sent: term("command"), others: undefined },
    "time limit of 8s reached; sent TERM to npm",
  ],
  [
    { ...npm, sent: term("group"), others: 2 },
    "time limit of 8s reached; sent TERM to npm and its process group, 2 more processes are running",
  ],
  [
    { ...npm, sent: term("rest"), others: 2 },
    "time limit of 8s reached; sent TERM to what npm left behind, 2 processes are running",
  ],
  [
    { ...npm, sent: term("all"), others: 2 },
    "time limit of 8s reached; sent TERM to all processes",
  ],
  [
    { ...npm, sent: { signal: "SIGKILL", to: "all", isOrdered: true }, others: 2 },
    "time limit of 8s reached; sending KILL to all processes",
  ],
  [
    { ...npm, sent: { ...term("command"), failure: "EPERM" }, others: 2 },
    "time limit of 8s reached; cannot send TERM to npm: operation not permitted",
  ],
  [
    { ...npm, sent: term("command"), others: 104, isPartial: true },
    "time limit of 8s reached; sent TERM to npm, there are at least 104 more processes",
  ],
  [
    { ...npm, sent: term("rest"), others: 1, isPartial: true },
    "time limit of 8s reached; sent TERM to what npm left behind, there is at least 1 process",
  ],
  [
    { ...npm, sent: { ...term("group"), failure: "ESRCH" }, others: 2 },
    "time limit of 8s reached; npm had just exited",
  ],
  [{ ...npm, sent: undefined, others: 2 }, "time limit of 8s reached"],
  [
    { ...npm, cause: { why: "time", limit: 0 as Duration }, sent: undefined, others: 2 },
    "time limit reached",
  ],
  [
    { ...npm, command: "a b", sent: term("command"), others: 0 },
    "time limit of 8s reached; sent TERM to 'a b'",
  ],
  [
    { ...npm, cause: { why: "silence", limit, isBusy: false }, sent: term("command"), others: 0 },
    "idle limit of 8s reached; sent TERM to npm",
  ],
  [
    { ...npm, cause: { why: "silence", limit, isBusy: true }, sent: term("command"), others: 0 },
    "idle limit of 8s reached, but the command was busy: what it prints may be buffered; sent TERM to npm",
  ],
  [
    { ...npm, cause: { why: "output", size: 1024 as Bytes }, sent: term("command"), others: 0 },
    "output limit of 1K reached, the rest is discarded; sent TERM to npm",
  ],
  [
    { ...npm, cause: { why: "output", size: 10 as Bytes }, sent: undefined, others: 0 },
    "output limit of 10 bytes reached, the rest is discarded",
  ],
  [
    { ...npm, cause: { why: "parent" }, sent: term("command"), others: undefined },
    "the process that started curfew has exited; sent TERM to npm",
  ],
  [
    { ...npm, cause: { why: "time of day" }, sent: term("command"), others: undefined },
    "deadline reached (--until or CURFEW_DEADLINE); sent TERM to npm",
  ],
  [
    { ...npm, cause: { why: "stdin" }, sent: term("command"), others: undefined },
    "the last writer of standard input is gone; sent TERM to npm",
  ],
  [
    { ...npm, cause: { why: "stopped" }, sent: term("command"), others: undefined },
    "the command was stopped, and --on-stop kill ends it; sent TERM to npm",
  ],
  [{ ...gone, count: 7, killed: 2 }, "all 7 processes are gone, 2 of them by KILL"],
  [{ ...gone, count: 7, killed: 7 }, "all 7 processes are gone, all of them by KILL"],
  [{ ...gone, count: 7, killed: 0 }, "all 7 processes are gone"],
  [
    { ...gone, count: 7, killed: 2, isAtLeast: true },
    "all 7 processes are gone, at least 2 of them by KILL",
  ],
  [{ ...gone, count: 7, killed: 0, isAtLeast: true }, "all 7 processes are gone; KILL was sent"],
  [
    { ...gone, count: 7, killed: undefined, isAtLeast: true },
    "all 7 processes are gone; KILL was sent",
  ],
  [{ ...gone, count: 1, killed: 2 }, "npm is gone; KILL was sent"],
  [{ ...gone, count: 1, killed: 1 }, "npm is gone, by KILL"],
  [{ ...gone, count: 1, killed: 0 }, "npm is gone"],
  [{ ...gone, count: undefined, killed: 0 }, "all processes are gone"],
  [{ ...gone, count: undefined, killed: 2 }, "all processes are gone, 2 of them by KILL"],
  [{ ...gone, count: undefined, killed: undefined }, "all processes are gone; KILL was sent"],
  [
    { ...gone, count: 7, killed: 2, isProven: false },
    "npm is gone; it is not known whether all its processes are",
  ],
  [left, "npm left 1 process behind: 7 'node'; it is gone"],
  [{ ...left, killed: 1 }, "npm left 1 process behind: 7 'node'; it is gone, by KILL"],
  [
    { ...left, processes: many.slice(0, 2), killed: 1 },
    "npm left 2 processes behind: 7 'node', 8 'node'; they are gone, 1 of them by KILL",
  ],
  [
    { ...left, processes: many },
    "npm left 7 processes behind: 7 'node', 8 'node', 9 'node', 10 'node', 11 'node', 2 more; they are gone",
  ],
  [
    { ...left, isMore: true, killed: 1 },
    "npm left at least 1 process behind: 7 'node'; they are gone, 1 of them by KILL",
  ],
  [{ ...left, processes: [] }, "npm left processes behind; they are gone"],
  [
    { ...left, isProven: false },
    "npm left 1 process behind: 7 'node'; it is not known whether all of them are gone",
  ],
  [
    { kind: "memory-limit", command: "npm", size: (512 * 1024 ** 2) as Bytes },
    "memory limit of 512M reached: the kernel killed npm",
  ],
  [
    { kind: "cpu-limit", command: "npm", time: limit, signal: "SIGXCPU" },
    "CPU time limit of 8s reached: the kernel sent XCPU to npm",
  ],
];
