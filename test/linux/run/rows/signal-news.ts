import type { Spec } from "../../../../src/core/spec/spec.ts";
import type { Arrived } from "../../../../src/linux/kernel/answers.ts";
import { signalNews } from "../../../../src/linux/run/signal-news.ts";
import { fork, makeKernel, processOf } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { runOf, started } from "../../model/scene.ts";
import { end } from "../../model/signals.ts";
import type { Kernel } from "../../model/types.ts";

const [HUP, INT, USR1, TERM, CHLD, CONT, TTIN, SIG32] = [1, 2, 10, 15, 17, 18, 21, 32];
const [BY_KILL, BY_WRITING, BY_KERNEL, BY_QUEUE] = [0, 1, 0x80, -1];
const STRANGER = 77;

type Told = { readonly prepare?: (kernel: Kernel) => void; readonly spec?: Partial<Spec> };

/** The event of a signal, without its plain parts; the command is 60, in curfew's group. */
function told(arrived: Arrived, { prepare = () => {}, spec = {} }: Told = {}, command = 60) {
  const kernel = makeKernel();
  fork(kernel, 100, { pid: 60 });
  prepare(kernel);
  const event = signalNews(runOf("init cmd", kernel, spec), () => command, arrived);
  if (event === undefined) return undefined;
  const { type, at, ...rest } = event;
  const shown = Object.entries(rest).filter(([, value]) => value !== false);
  return [type, at - kernel.now, ...shown.map(([name, value]) => `${name}: ${value}`)].join(" ");
}

const elsewhere: Told = {
  prepare: (kernel) => {
    const command = kernel.processes.get(60);
    if (command !== undefined) command.group = 60;
  },
};
const leader: Told = {
  prepare: (kernel) => {
    for (const process of [kernel.own, kernel.processes.get(60)]) {
      Object.assign(process ?? {}, { session: 100, group: 100 });
    }
  },
};
const ignoring = (...signals: readonly number[]): Told => ({
  prepare: (kernel) => {
    for (const signal of signals) kernel.ignored.add(signal);
  },
});
const ignored: Told = ignoring(HUP);
const unseenParent: Told = {
  prepare: (kernel) => {
    kernel.own.parent = 0;
  },
  spec: { dieWithParent: true },
};

/** curfew is below a shell, a guardian and a curfew; another curfew is elsewhere. */
const below: Told = {
  prepare: ({ processes, files }) => {
    processes.set(20, processOf({ pid: 20, command: "curfew" }));
    processes.set(30, processOf({ pid: 30, parent: 20, command: "guardian" }));
    Object.assign(processes.get(50) ?? {}, { parent: 30 });
    processes.set(STRANGER, processOf({ pid: STRANGER, command: "curfew" }));
    for (const pid of [20, STRANGER]) files.set(`/proc/${pid}/exe`, "/opt/curfew");
    files.set("/proc/30/cmdline", "guardian: 20 1020 0: sh\0");
  },
};

/** The curfew above belongs to another user, and its program cannot be seen. */
const belowAnother = (title: string, user = 0): Told => ({
  prepare: (kernel) => {
    below.prepare?.(kernel);
    const { own, files, processes } = kernel;
    own.uid = 7;
    for (const pid of [20, 30]) Object.assign(processes.get(pid) ?? {}, { uid: user });
    files.delete("/proc/20/exe");
    files.set("/proc/30/cmdline", title);
  },
});

/** The guardian is the first process of a PID namespace, outside of which its supervisor is. */
const belowFirst = (title: string): Told => ({
  prepare: ({ processes, files }) => {
    processes.set(1, processOf({ pid: 1, parent: 0, command: "guardian" }));
    files.set("/proc/1/cmdline", title);
  },
});

/** A shell sends HUP to curfew, which has a terminal open that may be gone. */
function shellTells(hasTerminal: boolean): string | undefined {
  const kernel = makeKernel();
  kernel.hasTerminal = hasTerminal;
  const event = signalNews({ ...runOf("run cmd", kernel), terminal: 9 }, () => 0, [
    HUP,
    BY_KILL,
    50,
  ]);
  if (event?.type !== "signal") return undefined;
  return `signal 0 signal: ${event.signal}${event.hangup ? " hangup: true" : ""}`;
}

export const SIGNAL_NEWS: readonly Row[] = [
  ["by kill(2)", () => told([TERM, BY_KILL, STRANGER]), "signal 0 signal: SIGTERM"],
  [
    "the guardian's CONT, by its own hand or by what it wrote, is no request",
    () => {
      const { run, guardian } = started("init cmd");
      return [
        signalNews(run, () => 0, [CONT, BY_KILL, guardian]),
        signalNews(run, () => 0, [CONT, BY_WRITING, 0]),
        signalNews(run, () => 0, [CONT, BY_KILL, STRANGER])?.type,
        signalNews(run, () => 0, [CONT, BY_KERNEL, 0])?.type,
        signalNews(run, () => 0, [TERM, BY_WRITING, 0])?.type,
      ];
    },
    [undefined, undefined, "signal", "signal", "signal"],
  ],
  [
    "children that end without a pause are reaped in parts",
    () => {
      const kernel = makeKernel();
      const run = runOf("run cmd", kernel);
      for (let count = 0; count < 300; count += 1) fork(kernel, 100, { state: "Z" });
      signalNews(run, () => 0, [CHLD, 1, 61]);
      const left = [...kernel.processes.values()].filter(({ state }) => state === "Z").length;
      return [left, kernel.arrived];
    },
    [50, [[CHLD, 0, 100]]],
  ],
  ["from curfew itself: none", () => told([TERM, BY_KILL, 100]), undefined],
  [
    "no signal at all, with a value or without",
    () => [told([65, BY_KILL, STRANGER]), told([65, BY_QUEUE, STRANGER, 1, 2, 3])],
    [undefined, undefined],
  ],
  [
    "to the guardian, which passed it on",
    () => {
      const { kernel, run, guardian } = started("run cmd");
      return [guardian, 77, 0].map((sender) => {
        const event = signalNews(run, () => 0, [TERM, BY_KILL, sender]);
        return [event?.type === "signal" && event.relayed, kernel.counts.get("isGuardian")];
      });
    },
    [
      [true, 1],
      [false, 2],
      [false, 2],
    ],
  ],
  [
    "a key reaches the command together with curfew",
    () => [2, 3, 20, 28].map((key) => told([key, BY_KERNEL, 0])),
    ["INT", "QUIT", "TSTP", "WINCH"].map((key) => `signal 0 signal: SIG${key} delivered: true`),
  ],
  [
    "a key's signal, sent by a process",
    () => told([INT, BY_KILL, STRANGER]),
    "signal 0 signal: SIGINT",
  ],
  ["a key to another group", () => told([INT, BY_KERNEL, 0], elsewhere), "signal 0 signal: SIGINT"],
  ["a key without a command", () => told([INT, BY_KERNEL, 0], {}, 0), "signal 0 signal: SIGINT"],
  ["no key, from the kernel", () => told([USR1, BY_KERNEL, 0]), "signal 0 signal: SIGUSR1"],
  [
    "a stop in the background reaches the whole group, whatever is known of it",
    () => [TTIN, 22].map((stop) => told([stop, BY_KERNEL, 0], elsewhere)),
    ["IN", "OU"].map((way) => `signal 0 signal: SIGTT${way} delivered: true`),
  ],
  [
    "a stop in the background, sent by a process",
    () => told([TTIN, BY_KILL, STRANGER]),
    "signal 0 signal: SIGTTIN",
  ],
  [
    "a hang-up",
    () => told([HUP, BY_KERNEL, 0]),
    "signal 0 signal: SIGHUP delivered: true hangup: true",
  ],
  [
    "a hang-up tells the leader of the session alone",
    () => told([HUP, BY_KERNEL, 0], leader),
    "signal 0 signal: SIGHUP hangup: true",
  ],
  [
    "another key reaches the leader's group",
    () => told([INT, BY_KERNEL, 0], leader),
    "signal 0 signal: SIGINT delivered: true",
  ],
  [
    "HUP from a shell whose terminal is gone, and from a process whose terminal is there",
    () => [shellTells(false), shellTells(true)],
    ["signal 0 signal: SIGHUP hangup: true", "signal 0 signal: SIGHUP"],
  ],
  [
    "from a curfew above, and from its guardian",
    () => [20, 30].map((sender) => told([TERM, BY_KILL, sender], below)),
    ["signal 0 signal: SIGTERM above: true", "signal 0 signal: SIGTERM above: true"],
  ],
  [
    "from a shell above, from a curfew elsewhere, and a signal that asks for no end",
    () => [
      told([TERM, BY_KILL, 50], below),
      told([TERM, BY_KILL, STRANGER], below),
      told([USR1, BY_KILL, 20], below),
    ],
    ["signal 0 signal: SIGTERM", "signal 0 signal: SIGTERM", "signal 0 signal: SIGUSR1"],
  ],
  [
    "from a curfew above that is another user's: its guardian tells, but no other process's title",
    () => [
      told([TERM, BY_KILL, 20], belowAnother("guardian: 20 1020 0: sh\0")),
      told([TERM, BY_KILL, 20], belowAnother("guardian: 21 1020 0: sh\0")),
      told([TERM, BY_KILL, 20], belowAnother("sh\0")),
      told([TERM, BY_KILL, 20], belowAnother("guardian: 20 1020 0: sh\0", 8)),
      told([TERM, BY_KILL, STRANGER], belowAnother("guardian: 20 1020 0: sh\0")),
    ],
    ["signal 0 signal: SIGTERM above: true", ...Array(4).fill("signal 0 signal: SIGTERM")],
  ],
  [
    "from outside of a PID namespace whose first process is a guardian, or is none",
    () => [
      told([TERM, BY_KILL, 0], belowFirst("guardian: 4711 99 0: sh\0")),
      told([TERM, BY_KILL, 0], belowFirst("init\0")),
    ],
    ["signal 0 signal: SIGTERM above: true", "signal 0 signal: SIGTERM"],
  ],
  ["ignored when curfew was started", () => told([HUP, BY_KILL, STRANGER], ignored), undefined],
  [
    "ignored keys: those that a process sends count, those of a terminal do not",
    () => [BY_KILL, BY_QUEUE, BY_KERNEL].map((by) => told([INT, by, STRANGER], ignoring(INT))),
    ["signal 0 signal: SIGINT", "signal 0 signal: SIGINT", undefined],
  ],
  [
    "ignored signals: none reaches timeout, all reach the init of a drop-in name",
    () =>
      (["never", "sent", "always"] as const).map((receivesIgnored) =>
        [HUP, 3].map((number) =>
          told([number, BY_KILL, STRANGER], { ...ignoring(HUP, 3), spec: { receivesIgnored } }),
        ),
      ),
    [
      [undefined, undefined],
      [undefined, "signal 0 signal: SIGQUIT"],
      ["signal 0 signal: SIGHUP", "signal 0 signal: SIGQUIT"],
    ],
  ],
  ["not ignored itself", () => told([INT, BY_KILL, STRANGER], ignored), "signal 0 signal: SIGINT"],
  [
    "ignored, but the reload signal",
    () => told([HUP, BY_KILL, STRANGER], { ...ignored, spec: { reloadSignal: "SIGHUP" } }),
    "signal 0 signal: SIGHUP",
  ],
  [
    "whether it is ignored is asked once",
    () => {
      const kernel = makeKernel();
      const run = runOf("run cmd", kernel);
      for (const signal of [TERM, TERM, HUP, TERM]) {
        signalNews(run, () => 0, [signal, BY_KILL, STRANGER]);
      }
      return kernel.counts.get("isIgnored");
    },
    2,
  ],
  [
    "with a value",
    () => told([USR1, BY_QUEUE, STRANGER, 7, 8, 9]),
    `signal 0 signal: SIGUSR1 queued: ${[BY_QUEUE, STRANGER, 7, 8, 9]}`,
  ],
  [
    "with less than a value",
    () => [told([USR1, BY_QUEUE, STRANGER, 7]), told([USR1, BY_QUEUE, STRANGER, 7, 8])],
    ["signal 0 signal: SIGUSR1", "signal 0 signal: SIGUSR1"],
  ],
  [
    "the exit of a parent without a PID here",
    () => told([SIG32, 0, 0], unseenParent),
    "caller-gone 0",
  ],
  [
    "the same signal from a process",
    () => told([SIG32, 0, STRANGER], unseenParent),
    "signal 0 signal: SIG32",
  ],
  [
    "the same signal without --die-with-parent",
    () => told([SIG32, 0, 0]),
    "signal 0 signal: SIG32",
  ],
  [
    "a child's end: every dead child is reaped, but no guardian",
    () => reaps({}),
    { event: undefined, left: [50, 63, 100], said: "" },
  ],
  [
    "it is said, where that is asked for",
    () => reaps({ sayReaped: true }).said.match(/6[0-9]/g),
    ["61", "62"],
  ],
];

/** Two dead children and one that lives. */
function reaps(spec: Partial<Spec>) {
  const kernel = makeKernel();
  const run = runOf("run cmd", kernel, spec);
  for (const pid of [61, 62, 63]) fork(kernel, 100, { pid });
  for (const pid of [61, 62]) end(kernel, kernel.processes.get(pid) ?? kernel.own, [1, 0]);
  const event = signalNews(run, () => 0, [CHLD, 1, 61]);
  const stderr = kernel.descriptors.get(2);
  const said = stderr?.kind === "sink" ? stderr.text : "";
  return { event, left: [...kernel.processes.keys()].sort((a, b) => a - b), said };
}
