import type { Event } from "../../../../src/core/report/event.ts";
import type { Action } from "../../../../src/core/run/action.ts";
import type { Spec } from "../../../../src/core/spec/spec.ts";
import { isServing } from "../../../../src/core/spec/spec.ts";
import type { ExitCode } from "../../../../src/core/spec/status.ts";
import type { Duration, Instant } from "../../../../src/core/values/duration.ts";
import type { Arrived } from "../../../../src/linux/kernel/answers.ts";
import { closeRun, leave, newsOf, perform } from "../../../../src/linux/run/host.ts";
import { deadlineNews, parentNews } from "../../../../src/linux/run/host-news.ts";
import { fork, later, makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import type { Started } from "../../model/scene.ts";
import { hostOf, refusalOf, runOf, serviceOf, specOf, started, WILL } from "../../model/scene.ts";
import { come, end } from "../../model/signals.ts";
import type { Kernel } from "../../model/types.ts";
import { withCgroups } from "./guardian-news.ts";

const [EPERM, EAGAIN, EACCES, ENOMEM, EMFILE] = [1, 11, 13, 12, 24];
const SPAWN: Action = { type: "spawn", will: WILL };

type Prepare = (kernel: Kernel) => void;
type Done = Exclude<Action, { type: "exit" }>;

const fails =
  (...faults: Kernel["faults"]): Prepare =>
  (kernel) =>
    void kernel.faults.push(...faults);

/** The signals that curfew receives by its signalfd, for a command line. */
function taken(line: string): readonly number[] {
  const kernel = makeKernel();
  hostOf(line, kernel);
  return Array.from({ length: 64 }, (_, at) => at + 1).filter(
    (signal) => (kernel.held & (1n << BigInt(signal - 1))) !== 0n,
  );
}

const without = (...signals: readonly number[]) =>
  Array.from({ length: 64 }, (_, at) => at + 1).filter((signal) => !signals.includes(signal));

function refused(line: string, prepare: Prepare) {
  const kernel = makeKernel();
  prepare(kernel);
  const message = refusalOf(line, kernel);
  const open = [...kernel.descriptors.values()].filter(({ kind }) => kind === "listener").length;
  return [message, open, kernel.counts.get("spawn") ?? 0];
}

/** The calls of the start, in order. */
function opens(line: string, prepare: Prepare = () => {}) {
  const kernel = makeKernel();
  prepare(kernel);
  if (isServing(specOf(line))) serviceOf(line, kernel);
  else hostOf(line, kernel);
  return kernel.log.map((call) => call.replace(/^(openSignals|offer \d+) .*/, "$1"));
}

/** The calls for an action. */
function does(action: Done, line = "run cmd", prepare?: (scene: Started) => void, spec = {}) {
  const scene = started(line, undefined, spec);
  prepare?.(scene);
  scene.kernel.log.length = 0;
  perform(scene.run, action);
  return scene.kernel.log;
}

/** The first event after a start, and when; the clock stands still if nothing happens. */
function told(prepare: Prepare, deadline?: number, line = "run --die-with-parent cmd") {
  const kernel = makeKernel();
  const host = hostOf(line, kernel);
  host.perform(SPAWN as Done);
  host.wait(undefined);
  prepare(kernel);
  const begin = kernel.now;
  const until = deadline === undefined ? undefined : ((begin + deadline) as Instant);
  const event: Event = host.wait(until);
  const { type, at, ...rest } = event;
  const signal = "signal" in rest ? ` ${rest.signal}` : "";
  return `${type}${signal} after ${kernel.now - begin}`;
}

const exits: Prepare = (kernel) => {
  const command = kernel.processes.get(201);
  if (command !== undefined) end(kernel, command, [1, 0]);
};
const parentEnds: Prepare = (kernel) => void kernel.processes.delete(50);
const term: Prepare = (kernel) => come(kernel, 15, 0, 77);
const all =
  (...acts: readonly Prepare[]): Prepare =>
  (kernel) => {
    for (const act of acts) act(kernel);
  };

/** The error of a start, or its event. */
function startOf(prepare: Prepare, spec: Partial<Spec> = {}) {
  const kernel = makeKernel();
  const run = runOf("run cmd", kernel, spec);
  prepare(kernel);
  perform(run, SPAWN as Done);
  const [event] = run.answers;
  return event?.type === "spawn-failed" ? event.error : [event?.type, run.outerPid];
}

const spawnError = { kind: "spawn", command: "cmd" };
const notConfined = { ...spawnError, code: "not_confined" };

export const OPENINGS: readonly Row[] = [
  [
    "timeout takes what ends by default, and what tells of children",
    () => taken("timeout 1 cmd"),
    without(9, 18, 19, 20, 23, 28),
  ],
  [
    "run takes a terminal's stop and a new size as well",
    () => taken("run --process-group caller cmd"),
    without(9, 18, 19, 23),
  ],
  [
    "in a group of its own the command has no other way to hear of a continuation",
    () => taken("run cmd"),
    without(9, 19, 23),
  ],
  ["init takes all that can be taken", () => taken("init cmd"), without(9, 19)],
  [
    "other signals than a subcommand's own",
    () => taken("init --reload-signal USR1 cmd"),
    without(9, 19),
  ],
  [
    "a plain run asks for little",
    () => opens("run cmd"),
    ["openTerminal = -6", "openSignals", "becomeSubreaper"],
  ],
  [
    "signals are held before anything is made, the parent is watched before that",
    () => opens("init --report r --events e --die-with-parent --listen 127.0.0.1:1 cmd"),
    [
      "openTerminal = -6",
      "openSignals",
      'openFile "r" 0',
      'openFile "e" 0',
      "becomeSubreaper",
      "openProcess 50",
      'listenTcp "127.0.0.1" 1 1 4096',
      "offer 12",
    ],
  ],
  [
    "a parent without a PID here is watched by a signal",
    () => opens("run --die-with-parent cmd", ({ own }) => Object.assign(own, { parent: 0 })),
    ["openTerminal = -6", "openSignals", "becomeSubreaper", "awaitParent 32"],
  ],
  [
    "timeout leads a group",
    () => opens("timeout 1 cmd"),
    ["openSignals", "becomeSubreaper", "leadGroup"],
  ],
  [
    "a terminal is remembered",
    () => opens("init cmd", (kernel) => Object.assign(kernel, { hasTerminal: true })),
    ["openTerminal", "openSignals", "becomeSubreaper", "rememberTerminal 10"],
  ],
  [
    "a report that cannot be opened",
    () => refused("run --report r cmd", fails(["openFile", 1, EACCES])),
    [{ kind: "cannot-write", part: "--report", given: "r", errno: "EACCES" }, 0, 0],
  ],
  [
    "events that cannot be opened",
    () => refused("run --report r --events e cmd", fails(["openFile", 2, EACCES])),
    [{ kind: "cannot-write", part: "--events", given: "e", errno: "EACCES" }, 0, 0],
  ],
  [
    "signals that cannot be held",
    () => refused("run cmd", fails(["openSignals", 1, EMFILE])),
    [{ ...spawnError, code: "resource", errno: "EMFILE" }, 0, 0],
  ],
  [
    "a parent that cannot be watched",
    () => refused("run --die-with-parent cmd", fails(["openProcess", 1, EMFILE])),
    [{ ...notConfined, detail: "--die-with-parent", errno: "EMFILE" }, 0, 0],
  ],
  [
    "a parent without a descriptor tells by a signal, too",
    () => opens("run --die-with-parent=50 cmd", fails(["openProcess", 1, EPERM])),
    [
      "openTerminal = -6",
      "openSignals",
      "becomeSubreaper",
      "openProcess 50 = -1",
      "awaitParent 32",
    ],
  ],
  [
    "nor by a signal",
    () =>
      refused(
        "run --die-with-parent=50 cmd",
        fails(["openProcess", 1, EPERM], ["awaitParent", 1, EPERM]),
      ),
    [{ ...notConfined, detail: "--die-with-parent=50", errno: "EPERM" }, 0, 0],
  ],
  [
    "another parent than was asked for: it is not watched",
    () => opens("run --die-with-parent=51 cmd"),
    ["openTerminal = -6", "openSignals", "becomeSubreaper"],
  ],
  [
    "a parent that has to be another, outside of the PID namespace",
    () => refused("run --die-with-parent=51 cmd", ({ own }) => Object.assign(own, { parent: 0 })),
    [{ ...notConfined, detail: "--die-with-parent=51", errno: "ESRCH" }, 0, 0],
  ],
  [
    "without --die-with-parent the parent is not watched",
    () => opens("run cmd", fails(["openProcess", 1, EPERM])).length,
    3,
  ],
  [
    "an address that cannot be listened on",
    () => refused("init --listen 127.0.0.1:1 cmd", fails(["listenTcp", 1, EACCES])),
    [{ kind: "cannot-listen", given: "127.0.0.1:1", errno: "EACCES" }, 0, 0],
  ],
  [
    "too few descriptors for the looks of later generations",
    () =>
      refused(
        "init --reload-signal HUP --listen 127.0.0.1:1 cmd",
        fails(["openProcess", 1, EMFILE]),
      ),
    [{ ...spawnError, code: "resource", errno: "EMFILE" }, 0, 0],
  ],
  [
    "what cannot be confined closes what was opened",
    () => refused("init --listen 127.0.0.1:1 --containment cgroup cmd", () => {}),
    [{ ...notConfined, detail: "--containment cgroup", errno: "ENOENT" }, 0, 0],
  ],
  [
    "no subreapers here",
    () => {
      const kernel = makeKernel();
      kernel.faults.push(["becomeSubreaper", 1, EPERM]);
      const { isSubreaper, confinement } = runOf("run cmd", kernel);
      return [isSubreaper, confinement.holding.mechanism];
    },
    [false, "group"],
  ],
  [
    "children from before the run",
    () => {
      const kernel = makeKernel();
      const none = runOf("run cmd", kernel).inherited;
      fork(kernel, 100, { pid: 61 });
      return [none, runOf("run cmd", kernel).inherited];
    },
    [[], [61]],
  ],
  [
    "children that cannot be told from the command's are a reason not to begin",
    () =>
      refused("run cmd", (kernel) => {
        fork(kernel, 100, { pid: 61 });
        kernel.faults.push(["list", 0, EMFILE]);
      }),
    [{ ...spawnError, code: "resource", errno: "EMFILE" }, 0, 0],
  ],
  [
    "but not where there is no /proc at all",
    () => {
      const kernel = makeKernel();
      fork(kernel, 100, { pid: 61 });
      kernel.proc = "none";
      return runOf("run cmd", kernel).inherited;
    },
    [],
  ],
];

export const WAITS: readonly Row[] = [
  [
    "the start is answered first",
    () => {
      const kernel = makeKernel();
      const host = hostOf("run --die-with-parent cmd", kernel);
      host.perform(SPAWN as Done);
      all(exits, parentEnds, term)(kernel);
      return host.wait(0 as Instant).type;
    },
    "spawned",
  ],
  ["the command's end comes before all else", () => firstOf(exits, parentEnds, term), "exited"],
  [
    "the deadline before the parent and signals",
    () => firstOf(parentEnds, term, pastDeadline),
    "deadline",
  ],
  ["the parent's end before signals", () => firstOf(term, parentEnds), "caller-gone"],
  ["a signal", () => told(term), "signal SIGTERM after 0"],
  ["a deadline only after it has passed", () => told(() => {}, 1000), "deadline after 1001"],
  [
    "what comes at the deadline comes before it",
    () => told((kernel) => later(kernel, 1000, () => term(kernel)), 1000),
    "signal SIGTERM after 1000",
  ],
  [
    "the exit of the parent wakes curfew",
    () => told((kernel) => later(kernel, 5, () => parentEnds(kernel))),
    "caller-gone after 5",
  ],
  [
    "the exit of the guardian wakes curfew",
    () => told((kernel) => later(kernel, 5, () => guardianEnds(kernel))),
    "guardian-gone after 5",
  ],
  [
    "after each signal the guardian is looked at: its SIGCHLD may have been one with another",
    () =>
      told((kernel) => {
        come(kernel, 17, 1, 999);
        kernel.runs[0]?.rows.push([6]);
        come(kernel, 15, 0, 77);
      }),
    "guardian-gone after 0",
  ],
  [
    "what is no news is passed over",
    () => told(all((kernel) => come(kernel, 10, 0, 100), term)),
    "signal SIGTERM after 0",
  ],
  [
    "a deadline is due strictly later",
    () => {
      const at = (time: number) => time as Instant;
      return [
        deadlineNews(at(5), at(5)),
        deadlineNews(at(5), at(6)),
        deadlineNews(undefined, at(6)),
        deadlineNews(at(0), at(6)),
      ];
    },
    [undefined, { type: "deadline", at: 6 }, undefined, { type: "deadline", at: 6 }],
  ],
  [
    "the parent's end is told once",
    () => {
      const kernel = makeKernel();
      const run = runOf("run --die-with-parent cmd", kernel);
      const fd = run.state.parentPidfd;
      const told = [parentNews(run, 7 as Instant)];
      parentEnds(kernel);
      told.push(parentNews(run, 8 as Instant), parentNews(run, 9 as Instant));
      return [...told, run.state.parentPidfd, kernel.descriptors.has(fd)];
    },
    [undefined, { type: "caller-gone", at: 8 }, undefined, -1, false],
  ],
];

const pastDeadline: Prepare = (kernel) => {
  kernel.now += 10;
};
const guardianEnds: Prepare = (kernel) => {
  const guardian = kernel.processes.get(200);
  if (guardian !== undefined) end(kernel, guardian, [2, 9]);
};

/** A prompt's job in a group of its own, below a shell that leads the session. */
function atShell(kernel: Kernel): void {
  kernel.hasTerminal = true;
  kernel.own.group = 100;
}

const noTerminal: Prepare = (kernel) => {
  kernel.hasTerminal = false;
};
const inShellsGroup: Prepare = ({ own }) => {
  own.group = 40;
};
const inOtherSession: Prepare = ({ own }) => {
  own.session = 100;
};
/** The shell is PID 1, as in a container. */
const belowInit: Prepare = (kernel) => {
  fork(kernel, 0, { pid: 1, group: 40, session: 40 });
  kernel.own.parent = 1;
};
const unseenShell: Prepare = ({ own }) => {
  own.parent = 0;
};

type Stopping = {
  readonly ours?: Arrived;
  readonly later?: Arrived;
  readonly signal?: number;
  readonly prepare?: Prepare;
  readonly spec?: Partial<Spec>;
  /** A stop after this one, which curfew did not get. */
  readonly again?: boolean;
};

/** The event of a stop after curfew got a signal: the terminal's or not, and whether a shell waits. */
function stop({ ours, later, signal = 20, prepare, spec, again = false }: Stopping) {
  const { kernel, run } = started("run cmd", prepare, spec);
  run.answers.length = 0;
  for (const one of [ours, later]) if (one !== undefined) kernel.arrived.push(one);
  for (let count = again ? 2 : 1; count > 0; count -= 1) kernel.runs[0]?.rows.push([2, 5, signal]);
  const events = [newsOf(run, 1 as Instant), again ? newsOf(run, 2 as Instant) : undefined];
  const event = events.at(again ? 1 : 0);
  return event?.type === "stopped" && [event.signal, event.terminal, event.shell];
}

/** Which of several things that have happened is told first; a deadline is due after 5. */
function firstOf(...acts: readonly Prepare[]): string {
  const kernel = makeKernel();
  const host = hostOf("run --die-with-parent cmd", kernel);
  host.perform(SPAWN as Done);
  host.wait(undefined);
  const deadline = (kernel.now + 5) as Instant;
  for (const act of acts) act(kernel);
  if (acts.includes(exits)) kernel.acts.splice(0).forEach(({ act }) => void act());
  return host.wait(deadline).type;
}

export const ACTIONS: readonly Row[] = [
  [
    "a kill",
    () => does({ type: "kill", target: "child", signal: "SIGUSR1" }),
    ["noteSignal 201 10", "commandKill 10"],
  ],
  [
    "a kill with a value",
    () => does({ type: "kill", target: "child", signal: "SIGUSR1", queued: [-1, 2, 3, 4, 5] }),
    ["noteSignal 201 10", "commandQueue 10 [-1,2,3,4,5] 0"],
  ],
  [
    "which processes have had the signal",
    () => does({ type: "recipients", recipients: "tree" }),
    ["guardianRecipients 3"],
  ],
  ["a will", () => does({ type: "will", will: WILL }), ["guardianWill [15,0,0,0,0,1,0,0]"]],
  [
    "a sweep",
    () => does({ type: "sweep", limit: 7 as Duration }),
    ["raisePriority", "guardianOrder 1 7"],
  ],
  [
    "taking over",
    () => does({ type: "take-over", limit: 7 as Duration }).map((call) => call.slice(0, 15)),
    ["raisePriority", "close 0 = -9", "close 1", 'sweep 0 7 [] ""'],
  ],
  ["leaving the tree", () => does({ type: "leave-tree" }), ["guardianOrder 2 0"]],
  [
    "saying something",
    () => does({ type: "say", message: { kind: "guardian-gone", isKilled: true } }).length,
    1,
  ],
  [
    "saying something is no event, and leaving the tree no stop",
    () => [
      does(
        { type: "say", message: { kind: "guardian-gone", isKilled: true } },
        "run --events e cmd",
      ).length,
      does({ type: "leave-tree" }, "run cmd", ({ command }) => {
        command.state = "T";
      }),
    ],
    [1, ["guardianOrder 2 0"]],
  ],
  [
    "an event",
    () =>
      does(
        { type: "emit", event: { type: "cancelled", at: 5 as Instant }, at: 0 as Duration },
        "run --events e cmd",
      ).map((call) => call.slice(0, 18)),
    ['offer 11 "{\\"event'],
  ],
  [
    "curfew stops as the command has stopped",
    () =>
      (["SIGTSTP", "SIGSTOP", "SIGTTIN"] as const).map((signal) =>
        does({ type: "mirror-stop", signal }, "run cmd", ({ command }) => {
          command.state = "T";
        }).slice(0, 1),
      ),
    [["stopSelf 20"], ["stopSelf 20"], ["stopSelf 21"]],
  ],
  [
    "when curfew is continued, so is the command",
    () =>
      does({ type: "mirror-stop", signal: "SIGTSTP" }, "run cmd", ({ command }) => {
        command.state = "T";
      }).slice(1),
    ["noteSignal 201 18", "commandKill 18"],
  ],
  [
    "a command that was continued already does not stop curfew",
    () => does({ type: "mirror-stop", signal: "SIGTSTP" }),
    [],
  ],
  [
    "a stop that the kernel discards is no stop: the command is not continued",
    () =>
      does({ type: "mirror-stop", signal: "SIGTSTP" }, "run cmd", ({ kernel, command }) => {
        command.state = "T";
        kernel.isOrphaned = true;
      }),
    ["stopSelf 20"],
  ],
  [
    "an event tells that curfew runs on, whether it had stopped or not",
    () =>
      ["T", "S"].map((state) => {
        const { run, command } = started("run cmd");
        command.state = state;
        run.answers.length = 0;
        perform(run, { type: "mirror-stop", signal: "SIGTSTP" });
        return run.answers.map(({ type }) => type);
      }),
    [["resumed"], ["resumed"]],
  ],
  [
    "a sweep that was not ordered is not told",
    () => {
      const { kernel, run } = started("run cmd");
      run.answers.length = 0;
      Object.assign(kernel.runs[0] ?? {}, { isSweeping: true });
      return newsOf(run, 1 as Instant, true);
    },
    undefined,
  ],
  [
    "a sweep that has begun is told once, and where a deadline has passed",
    () => {
      const { kernel, run } = started("run cmd");
      run.answers.length = 0;
      const told = [newsOf(run, 1 as Instant, true)?.type];
      perform(run, { type: "sweep", limit: 7 as Duration });
      const [guardian] = kernel.runs;
      if (guardian !== undefined) guardian.isSweeping = false;
      told.push(newsOf(run, 2 as Instant, true)?.type);
      if (guardian !== undefined) guardian.isSweeping = true;
      told.push(newsOf(run, 3 as Instant)?.type, newsOf(run, 4 as Instant, true)?.type);
      return [...told, newsOf(run, 5 as Instant, true)?.type];
    },
    [undefined, undefined, undefined, "sweeping", undefined],
  ],
  [
    "the terminal has stopped the command if curfew got the same signal from there",
    () => [
      stop({}),
      stop({ ours: [20, 0x80, 0] }),
      stop({ ours: [20, 0, 77] }),
      stop({ ours: [21, 0x80, 0] }),
      stop({ ours: [21, 0x80, 0], signal: 21 }),
      stop({ ours: [20, 0x80, 0], again: true }),
      stop({ ours: [20, 0x80, 0], later: [20, 0, 77] }),
    ],
    [
      ["SIGTSTP", false, false],
      ["SIGTSTP", true, false],
      ["SIGTSTP", false, false],
      ["SIGTSTP", false, false],
      ["SIGTTIN", true, false],
      ["SIGTSTP", false, false],
      ["SIGTSTP", false, false],
    ],
  ],
  [
    "and whether a shell with job control waits for curfew",
    () => [
      stop({ prepare: atShell }),
      stop({ prepare: all(atShell, noTerminal) }),
      stop({ prepare: all(atShell, inShellsGroup) }),
      stop({ prepare: all(atShell, inOtherSession) }),
      stop({ prepare: all(atShell, unseenShell) }),
      stop({ prepare: atShell, spec: { group: "session" } }),
      stop({ prepare: atShell, spec: { group: "terminal" } }),
      stop({ prepare: all(atShell, belowInit) }),
      stop({ prepare: atShell, spec: { restoreTerminal: "never" } }),
    ],
    [
      ["SIGTSTP", false, true],
      ["SIGTSTP", false, false],
      ["SIGTSTP", false, false],
      ["SIGTSTP", false, false],
      ["SIGTSTP", false, false],
      ["SIGTSTP", false, false],
      ["SIGTSTP", false, true],
      ["SIGTSTP", false, true],
      ["SIGTSTP", false, true],
    ],
  ],
  [
    "the terminal that was opened to look for a shell is closed",
    () => {
      const { kernel, run } = started("run --process-group caller cmd", atShell, {
        restoreTerminal: "never",
      });
      run.answers.length = 0;
      kernel.runs[0]?.rows.push([2, 5, 20]);
      kernel.log.length = 0;
      newsOf(run, 1 as Instant);
      return kernel.log;
    },
    ["openTerminal", "close 11"],
  ],
  [
    "signals that were read for it keep their turn",
    () => {
      const kernel = makeKernel();
      const host = hostOf("run cmd", kernel);
      host.perform(SPAWN as Done);
      host.wait(undefined);
      kernel.runs[0]?.rows.push([2, 5, 20]);
      // The first signal makes no event.
      for (const signal of [17, 10, 12, 15]) come(kernel, signal, 0, 77);
      return [1, 2, 3, 4].map(() => {
        const event = host.wait(undefined);
        return "signal" in event ? event.signal : event.type;
      });
    },
    ["SIGTSTP", "SIGUSR1", "SIGUSR2", "SIGTERM"],
  ],
  [
    "a start, and what holds the command",
    () => {
      const kernel = makeKernel();
      const run = runOf("run cmd", kernel);
      perform(run, SPAWN as Done);
      return run.answers.map((event) => ({ ...event, at: event.at - kernel.now }));
    },
    [{ type: "spawned", at: 0, holding: runOf("run cmd", makeKernel()).confinement.holding }],
  ],
  [
    "without a subreaper the command is held by a descriptor from the start",
    () => {
      const kernel = makeKernel();
      kernel.faults.push(["becomeSubreaper", 1, EPERM]);
      const run = runOf("run cmd", kernel);
      perform(run, SPAWN as Done);
      return [kernel.log.at(-1), kernel.counts.get("awaitCommand")];
    },
    ["commandKill 0", 1],
  ],
  [
    "a command in a namespace is waited for, no other",
    () =>
      (["pidns", "auto"] as const).map((containment) => {
        const kernel = makeKernel();
        perform(runOf("run cmd", kernel, { containment }), SPAWN as Done);
        return kernel.counts.get("awaitCommand") ?? 0;
      }),
    [1, 0],
  ],
  [
    "a start that is refused",
    () => [
      startOf(fails(["spawn", 1, EAGAIN])),
      startOf(fails(["guardianWill", 1, ENOMEM])),
      startOf(fails(["spawn", 1, EPERM])),
    ],
    [
      { ...spawnError, code: "resource", errno: "EAGAIN" },
      { ...spawnError, code: "resource", errno: "ENOMEM" },
      { ...spawnError, code: "resource", errno: "EPERM" },
    ],
  ],
  [
    "without a will nothing is started",
    () => {
      const kernel = makeKernel();
      const run = runOf("run cmd", kernel);
      kernel.faults.push(["guardianWill", 1, ENOMEM]);
      perform(run, SPAWN as Done);
      return kernel.counts.get("spawn");
    },
    undefined,
  ],
  [
    "namespaces that are refused, unless there is too little",
    () =>
      [EPERM, EAGAIN, ENOMEM].map((errno) =>
        startOf(fails(["spawn", 1, errno]), { containment: "pidns" }),
      ),
    [
      { ...notConfined, errno: "EPERM", detail: "--containment pidns" },
      { ...spawnError, code: "resource", errno: "EAGAIN" },
      { ...spawnError, code: "resource", errno: "ENOMEM" },
    ],
  ],
  [
    "the number outside of namespaces is looked for in them alone",
    () => [startOf(() => {}, { containment: "pidns" }), startOf(() => {})],
    [
      ["spawned", 201],
      ["spawned", 0],
    ],
  ],
];

export const LEAVINGS: readonly Row[] = [
  [
    "a run is over: the guardian, its groups",
    () => {
      const { kernel, run } = started("init cmd", withCgroups, { containment: "cgroup" });
      kernel.log.length = 0;
      closeRun(run);
      return kernel.log.map((call) => call.replace(/ .*/, ""));
    },
    ["endGuardian", "removeCgroup"],
  ],
  [
    "the end: the terminal is restored, and curfew dies of the signal",
    () => {
      const { kernel, run } = started("init cmd", (on) => {
        on.hasTerminal = true;
      });
      kernel.log.length = 0;
      const exit = { kind: "signal", signal: "SIGTERM", code: 143 as ExitCode } as const;
      const code: number = leave(run, { exit, forced: true });
      return [code, kernel.log];
    },
    [143, ["restoreTerminal 10 1", "dieBy 15 0"]],
  ],
  [
    "a code is no death",
    () => {
      const { kernel, run } = started("run cmd");
      kernel.log.length = 0;
      const exit = { kind: "code", code: 3 as ExitCode } as const;
      return [leave(run, { exit, forced: false }), kernel.log];
    },
    [3, []],
  ],
];
