// What `--only cases` runs: eight commands at which libraries that start processes differ.

export const CASE_WAYS = [
  "spawn",
  "execFile",
  "execa",
  "execa, killDescendants",
  "nano-spawn",
  "tinyexec",
  "zx",
  "curfew",
] as const;
export type CaseWay = (typeof CASE_WAYS)[number];

/** How a call ended: milliseconds until then, and the library's own word. */
export type Settled = { readonly ms: number; readonly word: string };

export type Case = {
  readonly title: string;
  readonly command: readonly string[];
  readonly limitMs?: number;
  /** When the call is aborted; 0: before it begins. */
  readonly abortMs?: number;
};

const LIMIT_MS = 300;
const sh = (script: string): readonly string[] => ["sh", "-c", script];

export const CASES: readonly Case[] = [
  { title: "a grandchild holds the pipe", command: sh("sleep 4 & echo hi") },
  {
    title: "the same, with a limit",
    command: sh("sleep 4 & echo hi"),
    limitMs: LIMIT_MS,
  },
  {
    title: "a daemon with a session of its own, limit",
    command: sh("setsid sleep 30 </dev/null >/dev/null 2>&1 & sleep 3"),
    limitMs: LIMIT_MS,
  },
  {
    title: "a command that ignores TERM, limit",
    command: sh('trap "" TERM; sleep 4; true'),
    limitMs: LIMIT_MS,
  },
  {
    title: "abort, with a grandchild in the background",
    command: sh("sleep 4 & wait"),
    abortMs: LIMIT_MS,
  },
  { title: "aborted before the start", command: sh("sleep 2; true"), abortMs: 0 },
  { title: "a command that does not exist", command: ["curfew-no-such-command"] },
  { title: "`cat`, nothing given for stdin", command: ["cat"] },
];
