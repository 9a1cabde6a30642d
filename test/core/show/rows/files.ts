// Events files, each as the objects of its lines.
type Line = Readonly<Record<string, unknown>>;

export const REPORT: Line = {
  schema_version: 1,
  command: ["npm", "test", "--", "--token", "abc", "a b"],
  outcome: "timed_out",
  timed_out: true,
  exit_code: 124,
  elapsed_ms: 2003.975,
  child: { pid: 3812, exit_code: null, signal: "SIGKILL", core_dumped: false },
  signals_sent: [
    { signal: "SIGTERM", at_ms: 1000.404, target: "child", count: 1 },
    { signal: "SIGTERM", at_ms: 1500.631, target: "tree", count: 1 },
    { signal: "SIGKILL", at_ms: 2000.535, target: "tree", count: 1 },
  ],
  tree_gone: true,
  proof: "echild",
  survivors: [],
  leftovers: [],
  resources: { user_ms: 1.042, system_ms: 0.842, max_rss_bytes: 1740800 },
  started_at: "2026-11-21T16:12:59.765Z",
};

const SPAWNED: Line = {
  event: "spawned",
  at_ms: 0.4,
  pid: 3812,
  started_at: "2026-11-21T16:12:59.765Z",
  containment: "subreaper",
};
const SWEPT: Line = {
  event: "swept",
  at_ms: 2003.9,
  tree_gone: true,
  proof: "echild",
  survivors: [],
  child: { pid: 3812, exit_code: null, signal: "SIGKILL", core_dumped: false },
};
const PROCESS = { pid: 3812, command: "npm", parent: 3811, age_ms: 1000, cpu_ms: 0, state: "S" };
const TREE = [
  { ...PROCESS, command_line: ["npm", "test"], waits_for: { kind: "child" } },
  {
    ...{ ...PROCESS, pid: 3815, parent: 3812, command: "node", command_line: ["node", "run.js"] },
    waits_for: { kind: "fifo_open", path: "/q" },
  },
];
const timer = (at_ms: number, more: Line = {}): Line => ({ event: "deadline", at_ms, ...more });
const sent = (at_ms: number, signal: string, target: string): Line => {
  return { event: "sent", at_ms, signal, target, count: 1 };
};
const of = (generation: number, event: string, at_ms: number, more: Line = {}): Line => {
  return { event, at_ms, generation, ...more };
};

/** A run as early versions wrote it: no line says what was sent, or which timer fired. */
export const EARLY: readonly Line[] = [
  SPAWNED,
  timer(1000.038),
  timer(1500.076),
  timer(2000.079),
  SWEPT,
  REPORT,
];

/** The same with all that there is to know. */
export const WHOLE: readonly Line[] = [
  SPAWNED,
  timer(1000.038, { reason: "timed_out", tree: TREE, tree_omitted: 3 }),
  sent(1000.4, "SIGTERM", "child"),
  timer(1500.076, { reason: "half" }),
  sent(1500.6, "SIGTERM", "tree"),
  timer(2000.079, { reason: "kill_after" }),
  sent(2000.5, "SIGKILL", "tree"),
  SWEPT,
  { ...REPORT, leftovers: [{ pid: 9, command: "node" }] },
];

/** It was killed, or still runs. */
export const CUT: readonly Line[] = WHOLE.slice(0, 3);

/** A service whose second generation does not get ready. */
export const SERVICE: readonly Line[] = [
  { event: "listening", at_ms: 0, name: "a", address: "127.0.0.1:8080", descriptor: 3 },
  of(1, "spawned", 3, { pid: 20, started_at: "2026-11-21T16:12:59.765Z" }),
  of(1, "ready", 400),
  { event: "changed", at_ms: 3000, path: "src/server.js" },
  of(2, "spawned", 3200, { pid: 30 }),
  of(2, "not-ready", 4200),
  of(2, "exited", 4300, { exit_code: null, signal: "SIGTERM", proof: "echild" }),
  of(2, "ended", 4300, { exit_code: 143 }),
  { event: "changed", at_ms: 6000, path: "src/server.js" },
  of(3, "spawned", 6200, { pid: 40 }),
  of(3, "ready", 6700),
  of(1, "cancelled", 6700),
  of(1, "exited", 7000, { exit_code: 0, proof: null, leftovers: [{ pid: 21, command: "tee" }] }),
  of(1, "looked", 7100, { leftovers: [{ pid: 21, command: "tee" }] }),
  of(1, "looked", 7200, { leftovers: [{ pid: 21, command: "tee" }] }),
  of(1, "tree-empty", 7300, { proof: "echild" }),
  of(1, "ended", 7300, { exit_code: 0 }),
  { event: "signal", at_ms: 6300, signal: "SIGHUP" },
  of(3, "signal", 9000, { signal: "SIGTERM" }),
  of(3, "exited", 9500, { exit_code: 0, proof: "echild", leftovers: [] }),
  of(3, "ended", 9500, { exit_code: 0 }),
  { ...REPORT, outcome: "cancelled", exit_code: 0, elapsed_ms: 3300, resources: null },
];

/** Processes could not be killed; a control line said something; output was too long. */
export const SURVIVORS: readonly Line[] = [
  SPAWNED,
  { event: "signal", at_ms: 10, signal: "SIGWINCH" },
  { event: "signal", at_ms: 20, signal: "SIGWINCH" },
  { event: "stopped", at_ms: 30, signal: "SIGTSTP" },
  { event: "continued", at_ms: 40 },
  { event: "control-kill", at_ms: 50, signal: "SIGUSR1" },
  { event: "control-extend", at_ms: 60, by_ms: 5 },
  { event: "message", at_ms: 70, code: "idle", text: "password=abc is it" },
  { event: "output-limit", at_ms: 80 },
  { event: "guardian-gone", at_ms: 85 },
  { event: "sweeping", at_ms: 90 },
  {
    ...{ event: "swept", at_ms: 500, tree_gone: false, proof: null, child: null },
    survivors: [1, 2, 3, 4, 5, 6].map((pid) => ({ pid, command: `d${pid}` })),
  },
  {
    ...{ ...REPORT, outcome: "output_limit", exit_code: 125, elapsed_ms: 501, tree_gone: false },
    survivors: [{ pid: 1, command: "d1", why: "unkillable" }],
    signals_sent: [],
  },
];

export const UNSTARTED: readonly Line[] = [
  { event: "spawn-failed", at_ms: 0.5, errno: "ENOENT" },
  {
    ...{ ...REPORT, outcome: "spawn_failed", exit_code: 127, elapsed_ms: 0.6, tree_gone: null },
    ...{ child: null, signals_sent: [], resources: null, proof: null },
  },
];

/** Words and keys of a later version. */
export const LATER: readonly Line[] = [
  { ...SPAWNED, planet: { deep: [1] } },
  { event: "constructor", at_ms: 5, x: 1 },
  timer(6, { reason: "eclipse" }),
  { event: "sent", at_ms: 7, signal: "SIGNEW+3", target: "moon", count: 2 },
  { ...REPORT, outcome: "__proto__", elapsed_ms: 8, tree_gone: "maybe", signals_sent: 5 },
];

/** The lines as a file has them. */
export function fileOf(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

export const FILES: Readonly<Record<string, readonly Line[]>> = {
  ...{ EARLY, WHOLE, CUT, SERVICE, SURVIVORS, UNSTARTED, LATER },
  "a report alone": [REPORT],
  "two runs": [...UNSTARTED, ...EARLY],
};
