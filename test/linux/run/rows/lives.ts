import { STUCK_LIMIT, SWEEP_LIMIT } from "../../../../src/core/run/ladder.ts";
import { EXIT_FAILED } from "../../../../src/core/spec/status.ts";
import { fork, later } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { live } from "../../model/scene.ts";
import { come, deliver, end } from "../../model/signals.ts";
import type { Guardian, Kernel, Process } from "../../model/types.ts";

const SECOND = 1_000_000;
/** SIGKILL comes a microsecond after it was due. */
const LEFT_OF_SWEEP = SWEEP_LIMIT - 1;
const [HUP, TERM, KILL, CHLD, CONT, TSTP] = [1, 15, 9, 17, 18, 20];

type Act = (kernel: Kernel, command: Process) => void;
type Scene = {
  readonly habits?: Process["habits"];
  readonly prepare?: (kernel: Kernel) => void;
  /** What happens, so many seconds after the start. */
  readonly acts?: readonly (readonly [seconds: number, act: Act])[];
  readonly pid?: number;
};

/** Calls that these rows show; other rows show wills and the calls of the start. */
const HIDDEN =
  /^(openTerminal|openSignals|becomeSubreaper|guardian(?:Will|Recipients)|spawn|openFile|reapStranger|raisePriority)\b/;

/** A whole run: exit code, calls, messages. */
function lived(line: string, { habits = {}, prepare, acts = [], pid }: Scene = {}) {
  const life = live(
    line,
    (kernel) => {
      kernel.birth.habits = habits;
      kernel.birth.begins = (on, command) => {
        for (const [seconds, act] of acts) later(on, seconds * SECOND, () => act(on, command));
      };
      prepare?.(kernel);
    },
    pid,
  );
  const did = life.kernel.log.filter((call) => !HIDDEN.test(call) && !call.startsWith("offer"));
  return [life.code, did, life.stderr.replace(/^curfew( \w+)?: /gm, "").trimEnd()];
}

/** The last line that a run has written: its report. */
function reportOf(line: string, scene: Scene, ...keys: readonly string[]) {
  const offers: string[] = [];
  const [code] = lived(line, {
    ...scene,
    prepare: (kernel) => {
      scene.prepare?.(kernel);
      kernel.log.push = (...calls) => {
        offers.push(...calls.filter((call) => call.startsWith("offer 11")));
        return Array.prototype.push.apply(kernel.log, calls);
      };
    },
  });
  const text = /"(.*)"(?: \d+)+$/.exec(offers.at(-1) ?? "")?.[1] ?? "{}";
  const report = JSON.parse(JSON.parse(`"${text}"`));
  return [code, ...keys.map((key) => report[key])];
}

const exits =
  (code: number): Act =>
  (kernel, command) =>
    end(kernel, command, [1, code]);
const toUs =
  (signal: number, sender = 77): Act =>
  (kernel) =>
    come(kernel, signal, 0, sender);
const change =
  (how: Partial<Guardian>): Act =>
  ({ runs: [guardian] }) =>
    void Object.assign(guardian ?? {}, how);
const leaves =
  (habits: Process["habits"] = {}): Act =>
  (kernel, command) =>
    void fork(kernel, command.pid, { command: "job", group: 400, session: 400, habits });
const guardianDies: Act = (kernel, { parent }) => {
  const guardian = kernel.processes.get(parent);
  if (guardian !== undefined) end(kernel, guardian, [2, KILL]);
};
const stubborn = { [TERM]: "ignores", [HUP]: "ignores" } as const;

const TO_CHILD = ["noteSignal 201 15", "commandKill 15"];
const TO_REST = ["killMembers 200 [] 15 -1 2000000", "killReached 18 2000000 1"];

/** The model cannot make a reader, so the tree is drawn without what that would have seen. */
const DRAWN =
  "  201 'cmd' [0.0s old] not known (EAGAIN): " +
  "its command line, what it waits for, what it listens on";

export const LIVES: readonly Row[] = [
  ["a command ends", () => lived("run cmd", { acts: [[1, exits(3)]] }), [3, ["endGuardian"], ""]],
  [
    "a command dies of a signal, and curfew of the same",
    () => lived("run cmd", { acts: [[1, (kernel, command) => end(kernel, command, [2, TERM])]] }),
    [143, ["endGuardian", "dieBy 15 0"], ""],
  ],
  [
    "a command cannot be found",
    () =>
      lived("run cmd", {
        prepare: ({ birth }) => {
          birth.fails = [2, 2];
        },
      }),
    [127, ["endGuardian"], "cannot run 'cmd': no such file or directory"],
  ],
  [
    "the limit, and the command dies of it",
    () => lived("run --timeout 2 cmd"),
    [
      124,
      [...TO_CHILD, "endGuardian"],
      `time limit of 2s reached; sent TERM to cmd\n${DRAWN}\ncmd is gone`,
    ],
  ],
  [
    "the limit, and it does not: the rest at half of the time, then SIGKILL",
    () => lived("run -v --timeout 2 -k 4 cmd", { habits: stubborn }),
    [
      124,
      [...TO_CHILD, ...TO_REST, `guardianOrder 1 ${LEFT_OF_SWEEP}`, "endGuardian"],
      "sending signal TERM to command 'cmd'\n" +
        `time limit of 2s reached; sent TERM to cmd\n${DRAWN}\n` +
        "sending signal KILL to command 'cmd'\n" +
        "cmd is gone, by KILL",
    ],
  ],
  [
    "timeout: curfew leads the group, and leaves it before it is killed",
    () => lived("timeout -k 4 2 cmd", { habits: stubborn }),
    [
      137,
      [
        "leadGroup",
        "kill -100 15",
        "kill -100 18",
        "joinGroup 40",
        `guardianOrder 5 ${LEFT_OF_SWEEP}`,
        "endGuardian",
        "dieBy 9 0",
      ],
      "",
    ],
  ],
  [
    "a signal to curfew is forwarded",
    () => lived("run cmd", { acts: [[1, toUs(TERM)]] }),
    [143, [...TO_CHILD, "endGuardian", "dieBy 15 0"], ""],
  ],
  [
    "a signal to the guardian is passed on",
    () =>
      lived("run cmd", {
        acts: [
          [
            1,
            (kernel) => {
              kernel.runs[0]?.rows.push([7, TERM]);
              come(kernel, CHLD, 0, 200);
            },
          ],
        ],
      }),
    [143, [...TO_CHILD, "endGuardian", "dieBy 15 0"], ""],
  ],
  [
    "what the command leaves gets the first signal, then SIGKILL",
    () =>
      lived("run -k 4 cmd", {
        acts: [
          [1, leaves(stubborn)],
          [2, exits(0)],
        ],
      }),
    [
      0,
      [...TO_REST, `guardianOrder 1 ${LEFT_OF_SWEEP}`, "endGuardian"],
      "cmd left 1 process behind: 202 'job'; it is gone, by KILL",
    ],
  ],
  [
    "what the command leaves ends by it",
    () =>
      lived("run -v cmd", {
        acts: [
          [1, leaves()],
          [2, exits(0)],
        ],
      }),
    [0, [...TO_REST, "endGuardian"], "still running: 202 'job'"],
  ],
  [
    "what the command leaves is left",
    () =>
      lived("run --leftovers leave cmd", {
        acts: [
          [1, leaves()],
          [2, exits(0)],
        ],
      }),
    [0, ["guardianOrder 2 0", "endGuardian"], ""],
  ],
  [
    "the guardian is lost: curfew takes over",
    () => lived("run cmd", { acts: [[1, guardianDies]] }),
    [
      EXIT_FAILED,
      ["close 0 = -9", "close 1", `sweep 0 ${SWEEP_LIMIT} [] "" ${STUCK_LIMIT} 2`, "endGuardian"],
      "the guardian ended unexpectedly; terminating the processes that it held",
    ],
  ],
  [
    "the guardian does not answer: curfew takes over when it is late",
    () =>
      reportOf(
        "run --report r --timeout 2 -k 4 cmd",
        { habits: stubborn, acts: [[3, change({ isDeaf: true })]] },
        "outcome",
        "tree_gone",
      ),
    [124, "timed_out", true],
  ],
  [
    "a guardian that was stopped goes on",
    () =>
      lived("run cmd", {
        acts: [
          [
            1,
            ({ processes }) => {
              const guardian = processes.get(200);
              if (guardian !== undefined) guardian.state = "T";
            },
          ],
          [2, (kernel, command) => deliver(kernel, command, TERM, 77)],
        ],
      }),
    [143, ["endGuardian", "dieBy 15 0"], ""],
  ],
  [
    "a survivor",
    () =>
      reportOf(
        "run --report r --timeout 2 -k 4 cmd",
        { habits: { ...stubborn, [KILL]: "ignores" } },
        "outcome",
        "tree_gone",
        "survivors",
      ),
    [
      EXIT_FAILED,
      "timed_out",
      false,
      [
        {
          pid: 201,
          start_time: 1201,
          uid: 0,
          command: "cmd",
          state: "S",
          why: "unkillable",
          parent: 200,
        },
      ],
    ],
  ],
  [
    "curfew's parent exits",
    () =>
      reportOf(
        "run --report r --die-with-parent cmd",
        { acts: [[1, ({ processes }) => void processes.delete(50)]] },
        "outcome",
      ),
    [143, "parent_died"],
  ],
  [
    "a stop is mirrored",
    () =>
      lived("run cmd", {
        prepare: (kernel) => {
          kernel.hasTerminal = true;
          kernel.own.group = 100;
        },
        acts: [
          [1, (kernel, command) => deliver(kernel, command, TSTP, 0)],
          [2, exits(0)],
        ],
      }),
    [
      0,
      [
        ...["rememberTerminal 10", "stopSelf 20", "noteSignal 201 18", "commandKill 18"],
        ...["endGuardian", "restoreTerminal 10 0"],
      ],
      "",
    ],
  ],
  [
    "an orphan that PID 1 adopted: a leftover, which gets the first signal",
    () =>
      lived("init --timeout 9 cmd", {
        pid: 1,
        acts: [
          [1, (kernel) => void fork(kernel, 1, { pid: 500, command: "sh", group: 500 })],
          [2, exits(0)],
        ],
      }),
    [
      0,
      ["endGuardian", "killMembers 1 [] 15 -1 2000000", "killReached 18 2000000 1", "endGuardian"],
      "",
    ],
  ],
  [
    "nothing is named in another's /proc",
    () =>
      reportOf(
        "run --report r cmd",
        {
          prepare: (kernel) => {
            kernel.proc = "another";
          },
          acts: [
            [1, leaves()],
            [2, exits(0)],
          ],
        },
        "leftovers",
        "reliability_reasons",
      ),
    [0, [], ["no_cgroup", "foreign_pidns_possible", "no_proc"]],
  ],
  [
    "run does not forward CONT",
    () =>
      lived("run --process-group caller cmd", {
        acts: [
          [1, toUs(CONT)],
          [2, exits(0)],
        ],
      }),
    [0, ["endGuardian"], ""],
  ],
  [
    "but to a command in a group of its own, which the caller's CONT does not reach",
    () =>
      lived("run cmd", {
        acts: [
          [1, toUs(CONT)],
          [2, exits(0)],
        ],
      }),
    [0, ["noteSignal 201 18", "commandKill 18", "endGuardian"], ""],
  ],
  [
    "no descriptor is free when the command exits: a leftover that cannot be named",
    () =>
      reportOf(
        "run --report r -k 4 cmd",
        {
          acts: [
            [1, leaves(stubborn)],
            [1.5, (kernel) => void Object.assign(kernel, { isFull: true })],
            [2, exits(0)],
          ],
        },
        "leftovers",
        "tree_gone",
      ),
    [0, [{ pid: 0, command: "?" }], true],
  ],
  [
    "timeout below a shell outside of the PID namespace: no other member of the group is killed",
    () =>
      lived("timeout -k 4 2 cmd", {
        habits: stubborn,
        prepare: ({ own }) => void Object.assign(own, { group: 0 }),
      }),
    [
      137,
      [
        "leadGroup",
        "kill -100 15",
        "kill -100 18",
        `guardianOrder 1 ${LEFT_OF_SWEEP}`,
        "endGuardian",
        "dieBy 9 0",
      ],
      "",
    ],
  ],
];

/** What is printed, where, and the exit code. */
function printed(words: readonly string[], prepare: (kernel: Kernel) => void = () => {}) {
  const { code, kernel, stderr } = live("", (on) => {
    on.argv = [...words];
    prepare(on);
  });
  const stdout = kernel.descriptors.get(1);
  const first = (text: string) => text.split("\n", 1)[0];
  return [code, first(stdout?.kind === "sink" ? stdout.text : ""), first(stderr)];
}

const USAGE = "Usage: curfew COMMAND [OPTION]... [OPERAND]...";

export const PROGRAM: readonly Row[] = [
  [
    "rights that the caller does not have",
    () =>
      printed(["curfew", "run", "cmd"], (kernel) => {
        kernel.isSecure = true;
      }),
    [
      EXIT_FAILED,
      "",
      "curfew: set-user-ID: refusing to run: expected to run with the caller's own rights",
    ],
  ],
  [
    "a call that is refused, and without which nothing works",
    () =>
      ["run cmd", "kill 50", "doctor"].map((line) =>
        printed(["curfew", ...line.split(" ")], ({ refused }) => {
          refused.always = ["close", 1];
        }),
      ),
    ["run", "kill", "doctor"].map((name) => [
      EXIT_FAILED,
      "",
      `curfew ${name}: the system call close is refused: operation not permitted`,
    ]),
  ],
  [
    "a call that only runs need",
    () =>
      ["run cmd", "timeout 1 cmd", "kill 77777", "doctor"].map((line) => {
        const [code, , said] = printed(["curfew", ...line.split(" ")], ({ refused }) => {
          refused.runs = ["clone3", 38];
        });
        return `${code} ${/clone3/.test(`${said}`)}`;
      }),
    ["125 true", "125 true", "0 false", "125 true"],
  ],
  ["a version", () => printed(["curfew", "--version"]), [0, "curfew (curfew) 0.0.0", ""]],
  [
    "a version that cannot be printed",
    () =>
      printed(["curfew", "--version"], (kernel) => {
        kernel.descriptors.delete(1);
      }),
    [EXIT_FAILED, "", "curfew: cannot write to standard output: bad file descriptor"],
  ],
  ["help", () => printed(["curfew", "--help"]).slice(0, 2), [0, USAGE]],
  ["help of a subcommand", () => printed(["curfew", "kill", "--help"])[0], 0],
  ["nothing", () => printed(["curfew"])[0], 0],
  ["a word that is none", () => printed(["curfew", "walk"])[0], EXIT_FAILED],
  [
    "another name",
    () => printed(["/usr/bin/tini", "--version"])[1],
    "tini version 0.19.0 (curfew 0.0.0)",
  ],
  ["curfew's name by default", () => printed([])[1], USAGE],
];
