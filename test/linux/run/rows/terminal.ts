import type { Spec } from "../../../../src/core/spec/spec.ts";
import { handOver, placementOf, restore } from "../../../../src/linux/run/terminal.ts";
import { use } from "../../model/install.ts";
import { makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { runOf, specOf } from "../../model/scene.ts";
import type { Kernel } from "../../model/types.ts";

type Scene = {
  readonly prepare?: (kernel: Kernel) => void;
  readonly pid?: number;
  readonly spec?: Partial<Spec>;
};

const at = (scene: Scene = {}): Scene => ({
  ...scene,
  prepare: (kernel) => {
    kernel.hasTerminal = true;
    scene.prepare?.(kernel);
  },
});

/** Where the command runs, what its stop means, and the terminal that curfew gives back. */
function place(line: string, { prepare, pid, spec }: Scene = {}) {
  const kernel = use(makeKernel(pid));
  prepare?.(kernel);
  const { spec: placed, terminal } = placementOf({ ...specOf(line), ...spec });
  return [placed.group, placed.onStop, terminal].join(" ");
}

/** The calls for the terminal before the command and after it. */
function cared(
  group: Spec["group"],
  terminal: number,
  restoreTerminal: Spec["restoreTerminal"] = "always",
  forced = false,
  session = 40,
) {
  const kernel = makeKernel();
  kernel.own.session = session;
  const run = { ...runOf("init cmd", kernel, { group, restoreTerminal }), terminal };
  kernel.log.length = 0;
  handOver(run);
  restore(run, forced);
  return kernel.log;
}

/** The grace period after a signal that was forwarded. */
function graceOfSpec(line: string, pid: number, spec: Partial<Spec> = {}) {
  use(makeKernel(pid));
  return placementOf({ ...specOf(line), ...spec }).spec.killAfterStopSignal;
}

export const TERMINALS: readonly Row[] = [
  [
    "PID 1 of a container has a grace period of its own, unless one was given",
    () => {
      const before = specOf("init cmd").killAfterStopSignal;
      return [
        graceOfSpec("init cmd", 1) === specOf("init cmd").killAfterAsPid1,
        graceOfSpec("init cmd", 100) === before,
        graceOfSpec("init cmd", 1) === before,
        graceOfSpec("init cmd", 1, { killAfterAsPid1: undefined }) === before,
      ];
    },
    [true, true, false, true],
  ],
  ["without a terminal the command leads a group", () => place("init cmd"), "command auto -1"],
  ["with one it is in the caller's", () => place("init cmd", at()), "caller auto 10"],
  [
    "the first process of a container hands it over",
    () => place("init cmd", at({ pid: 1 })),
    "session auto 10",
  ],
  [
    "but not where it is no leader of a session",
    () =>
      place("init cmd", at({ pid: 1, prepare: ({ own }) => Object.assign(own, { session: 0 }) })),
    "caller ignore 10",
  ],
  [
    "nor where it replaces its command",
    () => [
      place("init cmd", at({ pid: 1, spec: { watch: ["/"] } })),
      place("init cmd", at({ pid: 1, spec: { reloadSignal: "SIGHUP" } })),
    ],
    ["caller ignore 10", "caller ignore 10"],
  ],
  [
    "a leader of a session that is not the first process does not hand it over",
    () => place("init cmd", at({ prepare: ({ own }) => Object.assign(own, { session: 100 }) })),
    "caller auto 10",
  ],
  [
    "what was asked for stays",
    () => [
      place("init --on-stop report cmd", at()),
      place("init --on-stop report cmd"),
      place("init cmd", { spec: { group: "session", onStop: "kill" } }),
    ],
    ["caller report 10", "command report -1", "session kill -1"],
  ],
  [
    "a terminal is left alone where the group was asked for",
    () => place("init cmd", at({ spec: { group: "own" } })),
    "own auto -1",
  ],
  [
    "it is remembered, and is as it was afterwards",
    () => cared("caller", 7),
    ["rememberTerminal 7", "restoreTerminal 7 1"],
  ],
  [
    "where the command ended by itself its settings may be meant, except under init",
    () => [cared("caller", 7, "forced").slice(1), cared("caller", 7, "forced", true).slice(1)],
    [["restoreTerminal 7 0"], ["restoreTerminal 7 1"]],
  ],
  [
    "run gives the terminal back that it shares, timeout leaves it alone",
    () => [
      place("run cmd", at()),
      place("run cmd"),
      place("run --process-group own cmd", at()),
      place("run --process-group caller cmd"),
      place("run --new-session cmd", at()),
      place("timeout -f 5 cmd", at()),
    ],
    [
      "caller auto 10",
      "alone auto -1",
      "alone auto 10",
      "caller auto -1",
      "session auto -1",
      "caller ignore -1",
    ],
  ],
  [
    "the command's session gets the terminal if curfew leads its own session",
    () => cared("session", 7, "always", false, 100),
    ["rememberTerminal 7", "releaseTerminal 7", "restoreTerminal 7 1"],
  ],
  [
    "a curfew that leads no session has no terminal to give away",
    () => cared("session", 7),
    ["rememberTerminal 7", "restoreTerminal 7 1"],
  ],
  [
    "a session with curfew's terminal, where there is one",
    () => [
      place("init cmd", at({ spec: { group: "terminal" } })),
      place("init cmd", { spec: { group: "terminal" } }),
    ],
    ["session auto 10", "session auto -1"],
  ],
  ["descriptor 0 is one", () => cared("caller", 0).length, 2],
  ["without a terminal nothing is done", () => cared("session", -1), []],
];
