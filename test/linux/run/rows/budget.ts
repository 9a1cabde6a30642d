// Whole runs on a model kernel whose wall clock can be set, and whose stdin can hang up.
import type { Action } from "../../../../src/core/run/action.ts";
import { perform } from "../../../../src/linux/run/host.ts";
import { fork, later, makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { live, runOf, WILL } from "../../model/scene.ts";
import { end } from "../../model/signals.ts";
import type { Kernel, Process } from "../../model/types.ts";

const SECOND = 1_000_000;
const EMFILE = 24;
const TERM = 15;
/** What the wall clock shows at the start, in seconds since 1970. */
const NOW = 1_700_005_000;

type Act = (kernel: Kernel, command: Process) => void;
type Scene = {
  readonly habits?: Process["habits"];
  readonly prepare?: (kernel: Kernel) => void;
  /** What happens, so many seconds after the start. */
  readonly acts?: readonly (readonly [seconds: number, act: Act])[];
};

/** A whole run: exit code, how long it took, what was sent, messages. */
function lived(line: string, { habits = {}, prepare, acts = [] }: Scene = {}) {
  const { code, kernel, stderr } = live(line, (on) => {
    on.birth.habits = habits;
    on.birth.begins = (there, command) => {
      for (const [seconds, act] of acts) later(there, seconds * SECOND, () => act(there, command));
    };
    prepare?.(on);
  });
  const seconds = Math.round((kernel.now - 5_000 * SECOND) / 100_000) / 10;
  const sent = kernel.log.filter((call) =>
    /^(kill|commandKill|killMembers|guardianOrder) /.test(call),
  );
  const told = stderr.replace(/^curfew( \w+)?: /gm, "").split("\n");
  // Why curfew ends a tree has rows elsewhere.
  const said = told.filter((line) => /^(running|nothing|--end)/.test(line));
  return [code, seconds, sent.length, said.join("\n")];
}

/** The wall clock is set on, or back. */
const clock =
  (seconds: number): Act =>
  (kernel) => {
    kernel.epoch += seconds * SECOND;
  };
const exits =
  (code: number): Act =>
  (kernel, command) =>
    end(kernel, command, [1, code]);
const hangsUp =
  (unread: number): Act =>
  ({ stdin }) =>
    void Object.assign(stdin, { isHungUp: true, unread });
const reads =
  (unread: number): Act =>
  ({ stdin }) =>
    void Object.assign(stdin, { unread });

/** The deadline of the caller, process 50, so many seconds from now. */
const inheriting =
  (seconds: number, from = "50:1050") =>
  ({ env }: Kernel): void => {
    env.set("CURFEW_DEADLINE", String(NOW + seconds));
    env.set("CURFEW_DEADLINE_FROM", from);
  };
const parentEnds: Act = (kernel) => {
  kernel.processes.delete(50);
  kernel.own.parent = 1;
};
const stubborn = { [TERM]: "ignores" } as const;

export const BUDGET_LIVES: readonly Row[] = [
  ["the time of day has come", () => lived(`run --until @${NOW + 7} cmd`), [124, 7, 1, ""]],
  [
    "it had come before the start",
    () => lived(`run --until @${NOW - 1} cmd`),
    [124, 0, 0, "nothing was started: the time limit passed at 2023-11-14T23:36:39.000Z"],
  ],
  [
    "the clock is set on: sooner",
    () => lived(`run --until @${NOW + 700} cmd`, { acts: [[5, clock(600)]] }),
    [124, 100, 1, ""],
  ],
  [
    "the clock is set back: later",
    () => lived(`run --until @${NOW + 700} cmd`, { acts: [[5, clock(-600)]] }),
    [124, 1300, 1, ""],
  ],
  [
    "the clock is set on past the time: at once",
    () => lived(`run --until @${NOW + 700} cmd`, { acts: [[5, clock(3600)]] }),
    [124, 5, 1, ""],
  ],
  [
    "the clock is set back just before the time",
    () => lived(`run --until @${NOW + 7} cmd`, { acts: [[7, clock(-60)]] }),
    [124, 67, 1, ""],
  ],
  [
    "it is set several times",
    () =>
      lived(`run --until @${NOW + 700} cmd`, {
        acts: [
          [5, clock(600)],
          [6, clock(-600)],
          [7, clock(300)],
        ],
      }),
    [124, 400, 1, ""],
  ],
  [
    "without --until no clock is watched",
    () => lived("run --timeout 9 --propagate-deadline cmd", { acts: [[5, clock(600)]] }),
    [124, 9, 1, ""],
  ],
  [
    "a clock that cannot be watched is as good as one that is never set",
    () =>
      lived(`run --until @${NOW + 7} cmd`, {
        prepare: ({ faults }) => void faults.push(["watchWallClock", 0, EMFILE]),
      }),
    [124, 7, 1, ""],
  ],
  [
    "generations end together, whatever is watched",
    () => lived(`init --until @${NOW + 700} --reload-signal HUP cmd`, { acts: [[5, clock(600)]] }),
    [124, 100, 1, ""],
  ],
  [
    "generations for which the time had come before the start",
    () => lived(`init --until @${NOW - 1} --reload-signal HUP cmd`),
    [124, 0, 0, "nothing was started: the time limit passed at 2023-11-14T23:36:39.000Z"],
  ],
  [
    "an inherited deadline leaves the caller a quarter, or --kill-after",
    () => lived("run cmd", { prepare: inheriting(8) }),
    [124, 6, 1, ""],
  ],
  [
    "the same with more time",
    () => lived("run cmd", { prepare: inheriting(100) }),
    [124, 95, 1, ""],
  ],
  [
    "it moves with the clock",
    () => lived("run cmd", { prepare: inheriting(100), acts: [[5, clock(-50)]] }),
    [124, 145, 1, ""],
  ],
  [
    "it had passed before the start",
    () => lived("run cmd", { prepare: inheriting(-8) }),
    [124, 0, 0, "nothing was started: the time limit passed at 2023-11-14T23:36:32.000Z"],
  ],
  [
    "of a process that is not above us",
    () =>
      lived("run cmd", {
        prepare: (kernel) => {
          fork(kernel, 1, { pid: 60 });
          inheriting(-8, "60:1060")(kernel);
        },
        acts: [[20, exits(3)]],
      }),
    [3, 20, 0, ""],
  ],
  [
    "of a process whose number another one has by now",
    () => lived("run cmd", { prepare: inheriting(-8, "50:7"), acts: [[20, exits(3)]] }),
    [3, 20, 0, ""],
  ],
  [
    "without a /proc no process can be known",
    () =>
      lived("run cmd", {
        prepare: (kernel) => {
          inheriting(-8)(kernel);
          kernel.proc = "none";
        },
        acts: [[20, exits(3)]],
      }),
    [3, 20, 0, ""],
  ],
  [
    "--ignore-deadline",
    () => lived("run --ignore-deadline cmd", { prepare: inheriting(8), acts: [[20, exits(3)]] }),
    [3, 20, 0, ""],
  ],
  [
    "the process that it holds for ends before it: it holds no longer",
    () =>
      lived("run cmd", {
        prepare: inheriting(100),
        acts: [
          [5, parentEnds],
          [200, exits(3)],
        ],
      }),
    [3, 200, 0, ""],
  ],
  [
    "--timeout stays then",
    () => lived("run --timeout 150 cmd", { prepare: inheriting(100), acts: [[5, parentEnds]] }),
    [124, 150, 1, ""],
  ],
  [
    "stdin hangs up: the first signal at half of --kill-after, SIGKILL at its end",
    () => lived("run --end-with-stdin -k 4 cmd", { acts: [[7, hangsUp(0)]], habits: stubborn }),
    [137, 11, 3, ""],
  ],
  [
    "a command that ends with its stdin",
    () =>
      lived("run --end-with-stdin -k 4 cmd", {
        acts: [
          [7, hangsUp(0)],
          [8, exits(0)],
        ],
      }),
    [0, 8, 0, ""],
  ],
  [
    "what is unread is waited for, as long as something is read",
    () =>
      lived("run --end-with-stdin -k 4 cmd", {
        acts: [
          [7, hangsUp(9)],
          [10, reads(5)],
          [13, reads(1)],
          [16, reads(0)],
        ],
      }),
    [143, 18, 1, ""],
  ],
  [
    "what nothing reads is not waited for longer than --kill-after",
    () => lived("run --end-with-stdin -k 4 cmd", { acts: [[7, hangsUp(9)]] }),
    [143, 13, 1, ""],
  ],
  [
    "a terminal that has hung up says nothing of bytes",
    () => lived("run --end-with-stdin -k 4 cmd", { acts: [[7, hangsUp(-5)]] }),
    [143, 9, 1, ""],
  ],
  ...(
    [
      [1, "standard input is a file, so it has no writer that can exit"],
      [2, "standard input is a device that does not report when its other end is closed"],
      [3, "standard input is open for writing, so it always has a writer"],
      [4, "standard input is a socket that has no other end"],
      [-9, "standard input is closed"],
      [-EMFILE, "standard input cannot be watched: too many open files"],
    ] as const
  ).map(
    ([kind, text]): Row => [
      `a stdin that tells nothing: ${kind}`,
      () =>
        lived("run --end-with-stdin cmd", {
          prepare: ({ stdin }) => void Object.assign(stdin, { kind }),
        }),
      [125, 0, 0, `--end-with-stdin: ${text}`],
    ],
  ),
  [
    "a stdin that cannot be watched",
    () =>
      lived("run --end-with-stdin cmd", {
        prepare: ({ faults }) => void faults.push(["watchHangUp", 0, EMFILE]),
      }),
    [125, 0, 0, "--end-with-stdin: standard input cannot be watched: too many open files"],
  ],
  [
    "signs of life",
    () =>
      lived("run --heartbeat 10 --timeout 25 cmd", {
        acts: [[15, (kernel, { pid }) => void fork(kernel, pid, { command: "job" })]],
      }),
    [
      124,
      25,
      2,
      "running for 10s, 14s left; 1 process: 201 'cmd'\n" +
        "running for 20s, 4s left; 2 processes: 202 'job'",
    ],
  ],
  [
    "signs of life without a /proc",
    () =>
      lived("run --heartbeat 10 --timeout 15 cmd", {
        prepare: (kernel) => {
          kernel.proc = "none";
        },
      }),
    [124, 15, 2, "running for 10s, 4s left"],
  ],
];

const SPAWN: Action = { type: "spawn", will: WILL };

/** The variables that a command is given about a deadline, and the will. */
function handed(line: string, prepare: (kernel: Kernel) => void = () => {}) {
  const kernel = makeKernel();
  prepare(kernel);
  const run = runOf(line, kernel);
  perform(run, SPAWN as Exclude<Action, { type: "exit" }>);
  const call = kernel.log.find((text) => text.startsWith("spawn ")) ?? "";
  const will = kernel.log.find((text) => text.startsWith("guardianWill ")) ?? "";
  return [call.match(/CURFEW_DEADLINE[^"]*/g) ?? [], will.split(",").slice(3, 5).join()];
}

/** Instants of a will, in microseconds of the model's clock. */
const WILL_AT = (signal: number, sweep: number) =>
  [signal, sweep].map((seconds) => (5_000 + seconds) * SECOND).join();
const NOTHING = "0,0";

export const HANDED_DOWN: readonly Row[] = [
  ["nothing without the option", () => handed("run --timeout 9 cmd"), [[], NOTHING]],
  ["nothing without a limit", () => handed("run --propagate-deadline cmd"), [[], NOTHING]],
  [
    "our own limit, and our identity",
    () => handed("run --propagate-deadline --timeout 9 cmd"),
    [[`CURFEW_DEADLINE=${NOW + 9}`, "CURFEW_DEADLINE_FROM=100:1100"], WILL_AT(11, 14.5)],
  ],
  [
    "the time of day",
    () => handed(`run --propagate-deadline --until @${NOW + 7}.5 cmd`),
    [[`CURFEW_DEADLINE=${NOW + 7}.5`, "CURFEW_DEADLINE_FROM=100:1100"], WILL_AT(9.5, 13)],
  ],
  [
    "where /proc does not say when we were started: nothing",
    () =>
      handed("run --propagate-deadline --timeout 9 cmd", (kernel) => {
        kernel.proc = "none";
      }),
    [[], WILL_AT(11, 14.5)],
  ],
];
