import type { Target } from "../../../../src/core/run/action.ts";
import type { Spec } from "../../../../src/core/spec/spec.ts";
import type { Instant } from "../../../../src/core/values/duration.ts";
import type { Signal } from "../../../../src/core/values/signal.ts";
import { newsOf } from "../../../../src/linux/run/host.ts";
import { kill } from "../../../../src/linux/run/signals.ts";
import { fork } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import type { Started } from "../../model/scene.ts";
import { started } from "../../model/scene.ts";
import type { Habit, Kernel } from "../../model/types.ts";

const [STOP, TSTP, TTOU, EMFILE] = [19, 20, 22, 24];

type Scene = {
  readonly group?: Spec["group"];
  readonly target?: Target;
  readonly signal?: Signal;
  /** What the command, and a process in its group, do at such a signal. */
  readonly habit?: Habit;
  readonly kid?: Habit;
  readonly after?: (scene: Started) => void;
};

/** The processes that have got SIGSTOP besides, by name. */
function stopped(scene: Scene): string {
  const { group = "command", target = "group", signal = "SIGTSTP", habit, kid, after } = scene;
  const habits = (is: Habit | undefined) => (is === undefined ? {} : { [TSTP]: is, [TTOU]: is });
  const begun = started(
    "init cmd",
    ({ birth }) => void Object.assign(birth.habits, habits(habit)),
    {
      group,
    },
  );
  const { kernel, run, command } = begun;
  fork(kernel, command.pid, { command: "kid", habits: habits(kid) });
  fork(kernel, command.pid, { command: "daemon", group: 300 });
  after?.(begun);
  kernel.log.length = 0;
  kill(run, target, signal);
  const all = [...kernel.processes.values()];
  const times = (had: readonly number[]) => had.filter((number) => number === STOP).length;
  return all.flatMap(({ command, had }) => Array(times(had)).fill(command)).join(" ");
}

/** Whether the stop counts as the terminal's, after a key or after a signal of a process. */
function isTerminals(group: Spec["group"], isKey: boolean): boolean | undefined {
  const { kernel, run } = started("run cmd", undefined, { group });
  run.answers.length = 0;
  if (isKey) run.state.terminalStop = TSTP;
  kill(run, "child", "SIGTSTP");
  kernel.runs[0]?.rows.push([2, 5, STOP]);
  const event = newsOf(run, 1 as Instant);
  return event?.type === "stopped" ? event.terminal : undefined;
}

const fails =
  (...fault: Kernel["faults"][number]) =>
  ({ kernel }: Started) =>
    void kernel.faults.push(fault);

export const JOB_STOPS: readonly Row[] = [
  [
    "a terminal's stop that a process sent stops the command and its group, if they do not handle it",
    () => [
      stopped({}),
      stopped({ group: "session" }),
      stopped({ signal: "SIGTTIN" }),
      stopped({ signal: "SIGTTOU" }),
      stopped({ target: "child" }),
    ],
    ["cmd kid", "cmd kid", "cmd kid", "cmd kid", "cmd"],
  ],
  [
    "SIGSTOP in place of the terminal's signal counts as the terminal's",
    () => [
      isTerminals("alone", true),
      isTerminals("command", true),
      isTerminals("alone", false),
      isTerminals("caller", true),
    ],
    [true, true, false, false],
  ],
  [
    "a process that ignores or catches the signal is not stopped",
    () => [
      stopped({ habit: "ignores" }),
      stopped({ kid: "ignores" }),
      stopped({ kid: "exits 0" }),
      stopped({ habit: "ignores", kid: "ignores" }),
    ],
    ["kid", "cmd", "cmd", ""],
  ],
  [
    "another signal stops no process; nor does one in the caller's group, which the kernel stops",
    () => [
      stopped({ signal: "SIGUSR1" }),
      stopped({ signal: "SIGCONT" }),
      stopped({ group: "caller" }),
      stopped({ group: "own" }),
      stopped({ target: "rest" }),
    ],
    ["", "", "", "", ""],
  ],
  [
    "a process that cannot be looked at is left alone",
    () => [
      stopped({ after: fails("openProcess", 0, EMFILE) }),
      stopped({ after: fails("readText", 0, EMFILE) }),
    ],
    ["cmd", ""],
  ],
  [
    "no descriptor stays",
    () => {
      const open: number[] = [];
      stopped({
        after: ({ kernel }) => {
          const { descriptors } = kernel;
          const set = descriptors.set.bind(descriptors);
          descriptors.set = (fd, what) => {
            open.push(fd);
            return set(fd, what);
          };
          const remove = descriptors.delete.bind(descriptors);
          descriptors.delete = (fd) => {
            open.splice(open.indexOf(fd), 1);
            return remove(fd);
          };
        },
      });
      return open;
    },
    [],
  ],
  [
    "after the command's exit no process is stopped",
    () =>
      stopped({
        after: ({ kernel }) => void Object.assign(kernel.runs[0] ?? {}, { isReaped: true }),
      }),
    "",
  ],
];
