// The actions of every event in every phase of a run, and the phase that follows. The tables of
// docs/machine.md are made from them.
import { code, table } from "../../../scripts/docs/markdown.ts";
import type { Event } from "../../../src/core/report/event.ts";
import type { State } from "../../../src/core/run/state.ts";
import { deadlineOf } from "../../../src/core/run/state.ts";
import { start, step } from "../../../src/core/run/step.ts";
import { isRelayed } from "../../../src/core/spec/relay.ts";
import type { Spec } from "../../../src/core/spec/spec.ts";
import type { Instant } from "../../../src/core/values/duration.ts";
import type { Input } from "./transcript.ts";
import {
  above,
  backstop,
  calledOff,
  cancelled,
  continued,
  controlClose,
  controlExtend,
  controlInspect,
  controlKill,
  controlOutput,
  controlRefused,
  controlResize,
  counted,
  deadline,
  delivered,
  died,
  drained,
  empty,
  excess,
  executed,
  exited,
  guardianGone,
  guardianKilled,
  hungUp,
  looked,
  orphaned,
  queued,
  relayed,
  resumed,
  signal,
  spawned,
  spawnFailed,
  specOf,
  stopped,
  sweeping,
  swept,
  textOf,
  woke,
  woken,
  wrote,
  ZERO,
} from "./transcript.ts";

/** Events that lead to a phase. The first sequence that does is taken. */
const PHASES: Readonly<Record<State["phase"], readonly (readonly Input[])[]>> = {
  starting: [[]],
  running: [[spawned]],
  stopping: [[spawned, deadline]],
  leftovers: [
    [spawned, exited(0, "job")],
    [spawned, deadline, exited(0, "job")],
  ],
  sweeping: [
    [spawned, exited(0, "job"), deadline],
    [spawned, deadline, deadline],
  ],
  draining: [[spawned, exited(0)]],
  finished: [
    [spawned, exited(0)],
    [spawned, exited(0), drained()],
  ],
};
const NAMES = Object.keys(PHASES) as State["phase"][];

/** The phases of a command line: only a relay has something to deliver at the end. */
const phasesOf = (spec: Spec) => NAMES.filter((name) => name !== "draining" || isRelayed(spec));

/** The events that only a relay makes. */
const OF_RELAY: readonly Event["type"][] = ["wrote", "output-limit", "drained"];

type Variants = readonly (readonly [name: string, input: Input])[];

/** Each event, with the variants that make a difference. The type demands a row for a new event. */
const EVENTS: Readonly<Record<Event["type"], Variants>> = {
  spawned: [["spawned", spawned]],
  "spawn-failed": [["spawn-failed", spawnFailed("not_found", "ENOENT")]],
  exited: [
    ["exited 0, nothing is left", exited(0)],
    ["exited 0, something is left", exited(0, "job")],
    ["died of TERM, nothing is left", died("SIGTERM")],
  ],
  "tree-empty": [["tree-empty", empty]],
  looked: [["looked", looked()]],
  swept: [
    ["swept, nothing is left", swept("SIGKILL")],
    ["swept, the command had ended", swept()],
    ["swept, a survivor", swept("SIGKILL", "job")],
  ],
  backstop: [["backstop", backstop(1)]],
  sweeping: [["sweeping", sweeping]],
  woken: [["woken", woke("child")]],
  counted: [["counted", counted(1)]],
  "guardian-gone": [
    ["guardian-gone", guardianGone],
    ["guardian-gone, by SIGKILL", guardianKilled],
  ],
  stopped: [
    ["stopped by TSTP", stopped("SIGTSTP")],
    ["stopped by TSTP, below a shell", stopped("SIGTSTP", "shell")],
    ["stopped by TSTP of the terminal, below a shell", stopped("SIGTSTP", "terminal", "shell")],
    ["stopped by TSTP of the terminal, no shell", stopped("SIGTSTP", "terminal")],
    ["stopped by STOP", stopped("SIGSTOP")],
    ["stopped by STOP, below a shell", stopped("SIGSTOP", "shell")],
    ["stopped by TTIN", stopped("SIGTTIN")],
  ],
  continued: [["continued", continued]],
  resumed: [["resumed", resumed]],
  signal: [
    ["signal TERM", signal("SIGTERM")],
    ["signal TERM, delivered", delivered("SIGTERM")],
    ["signal TERM, relayed", relayed("SIGTERM")],
    ["signal TERM, of a curfew above", above("SIGTERM")],
    ["signal TERM, with a value", queued("SIGTERM", -1, 1, 0, 7, 0)],
    ["signal INT, delivered", delivered("SIGINT")],
    ["signal HUP", signal("SIGHUP")],
    ["signal HUP, the terminal is gone", hungUp],
    ["signal QUIT", signal("SIGQUIT")],
    ["signal USR1", signal("SIGUSR1")],
    ["signal ALRM", signal("SIGALRM")],
    ["signal TSTP", signal("SIGTSTP")],
    ["signal CONT", signal("SIGCONT")],
    ["signal WINCH", signal("SIGWINCH")],
  ],
  "called-off": [["called off", calledOff()]],
  executed: [["executed", executed]],
  wrote: [["wrote, just now", wrote(1)]],
  "output-limit": [["output-limit", excess]],
  drained: [
    ["drained", drained()],
    ["drained, more than allowed", drained({ isOverLimit: true })],
  ],
  cancelled: [["cancelled", cancelled]],
  "control-kill": [["control-kill USR1", controlKill("SIGUSR1")]],
  "control-extend": [["control-extend 1s", controlExtend(1)]],
  "control-resize": [["control-resize", controlResize]],
  "control-close": [["control-close", controlClose]],
  "control-output": [["control-output", controlOutput]],
  "control-inspect": [["control-inspect", controlInspect]],
  "control-refused": [["control-refused", controlRefused]],
  "caller-gone": [["caller-gone", orphaned]],
  // Only a few runs have these, and none of the tables.
  "clock-set": [],
  "deadline-void": [],
  "stdin-closed": [],
  heartbeat: [],
  deadline: [
    ["deadline, due", deadline],
    ["deadline, early", woken],
  ],
};

/** The command lines of the tables: each subcommand with a limit and its defaults. */
export const LINES: readonly string[] = [
  "timeout -k 2 5 cmd",
  "run --timeout 5 cmd",
  "init --timeout 5 cmd",
  "run --timeout 5 --idle-timeout 3 --max-output 1M cmd",
];

const SECOND = 1_000_000;

/** Transcripts leave the word `timeout` out. */
const wishOf = (line: string): Spec => specOf(line.replace(/^timeout /, ""));

/** An event a second later; a deadline when it is due. */
function eventOf({ event, due }: Input, state: State, before: Instant): Event | undefined {
  const asked = deadlineOf(state);
  if (!due) return { ...event, at: (before + SECOND) as Instant };
  return asked === undefined ? undefined : { ...event, at: (asked + 1) as Instant };
}

/** A state of a phase, and when it began. Undefined: no sequence leads to the phase. */
function stateIn(spec: Spec, phase: State["phase"]): readonly [State, Instant] | undefined {
  for (const way of PHASES[phase]) {
    let state: State = start(spec).state;
    let at = ZERO as Instant;
    for (const input of way) {
      const event = eventOf(input, state, at);
      if (event === undefined) continue;
      state = step(spec, state, event).state;
      at = event.at;
    }
    if (state.phase === phase) return [state, at];
  }
  return undefined;
}

/** The actions of an event, and the phase that follows if it is another one. */
function cell(spec: Spec, phase: State["phase"], input: Input): string {
  const [state, at] = stateIn(spec, phase) ?? [];
  if (state === undefined || at === undefined) return "not reached";
  const event = eventOf(input, state, at);
  if (event === undefined) return "never due";
  const next = step(spec, state, event);
  const done = textOf(next.actions).replaceAll("SIG", "");
  const changed = next.state.phase === phase ? "" : `**${next.state.phase}**`;
  return [done, changed].filter(Boolean).join(" → ");
}

/** The table of one command line. */
export function tableOf(line: string): string {
  const spec = wishOf(line);
  const phases = phasesOf(spec);
  const events = Object.keys(EVENTS) as Event["type"][];
  const shown = events.filter((event) => isRelayed(spec) || !OF_RELAY.includes(event));
  const rows = shown.flatMap((event) =>
    EVENTS[event].map(([name, input]) => [
      name,
      ...phases.map((phase) => cell(spec, phase, input)),
    ]),
  );
  return table(["Event", ...phases.map(code)], rows);
}

/** Whether a command line comes to every phase, so that no column is empty by mistake. */
export function isWhole(line: string): boolean {
  const spec = wishOf(line);
  return phasesOf(spec).every((phase) => stateIn(spec, phase) !== undefined);
}
