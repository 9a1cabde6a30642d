import type { EventRecord } from "../../../../src/core/report/event-record.ts";
import type { Report } from "../../../../src/core/report/report.ts";
import type { Duration, Instant } from "../../../../src/core/values/duration.ts";
import { sys } from "../../../../src/linux/kernel/window.ts";
import type { RunContext } from "../../../../src/linux/run/context.ts";
import {
  emit,
  finishOutputs,
  openTarget,
  sayNow,
  writeReport,
} from "../../../../src/linux/run/outputs.ts";
import { written } from "../../model/descriptors.ts";
import { use } from "../../model/install.ts";
import { later, makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { runOf, started } from "../../model/scene.ts";
import type { Descriptor, Kernel } from "../../model/types.ts";

const [EACCES, EBADF, ENOSPC] = [13, 9, 28];
const SECOND = 1_000_000;
const ALL = Number.POSITIVE_INFINITY;
const AT = 5 as Instant;
const RECORD: EventRecord = { event: { type: "cancelled", at: AT }, at: 0 as Duration };
const TEXT = '{"event":"cancelled","at_ms":0}\n';

type Sink = Extract<Descriptor, { kind: "sink" }>;

/** A run that writes to a report and to events. */
function open(line = "run --report r --events e cmd"): { kernel: Kernel; run: RunContext } {
  const kernel = makeKernel();
  return { kernel, run: runOf(line, kernel) };
}

function sink(kernel: Kernel, fd: number): Sink {
  const found = kernel.descriptors.get(fd);
  if (found?.kind !== "sink") throw new Error(`${fd} is not written to`);
  return found;
}

/** Lines to a reader that leaves so much room, line by line. */
function lines(...rooms: readonly number[]) {
  const { kernel, run } = open();
  for (const room of rooms) {
    sink(kernel, run.events).room = room;
    emit(run, RECORD);
  }
  const { lineStart, dropped } = run.state;
  return { text: written(kernel, run.events), lineStart, dropped, waited: kernel.now - BEGIN };
}

const BEGIN = makeKernel().now;

function reportOf({ kernel, run }: { kernel: Kernel; run: RunContext }): Report {
  return {
    command: ["cmd"],
    outcome: "exited",
    timedOut: false,
    exitCode: 0,
    timeout: 0 as Duration,
    elapsed: 1000 as Duration,
    child: undefined,
    error: undefined,
    cause: undefined,
    startedAt: (kernel.now - 5 * SECOND) as Instant,
    signalsSent: [],
    escalated: false,
    stops: [],
    holding: run.confinement.holding,
    treeGone: true,
    proof: "echild",
    survivors: [],
    leftovers: [],
    waitedFor: [],
    spared: [],
    usage: undefined,
    tree: undefined,
    output: undefined,
  };
}

/** A report to prepared readers, and the messages about it. */
function reported(prepare: (kernel: Kernel, run: RunContext) => void, line?: string) {
  const opened = open(line);
  const { kernel, run } = opened;
  prepare(kernel, run);
  writeReport(run, reportOf(opened));
  const whole = (fd: number) => /^\n?\{.*\}\n$/.test(written(kernel, fd));
  return {
    report: whole(run.report),
    events: whole(run.events),
    said: written(kernel, 2).replace(/curfew: /g, ""),
    waited: kernel.now - BEGIN,
  };
}

const WELL = { report: true, events: true, said: "", waited: 0 };

const MOMENT = 50_000;
const UNREAD = (part: string, given: string) =>
  `${part}: cannot write to '${given}': resource temporarily unavailable\n`;

/** Lines, and the report unless it is stuck for ever, to a file that takes nothing for a while. */
function stuck(time: number, count = 4) {
  const opened = open();
  const { kernel, run } = opened;
  sink(kernel, run.events).holdsUntil = kernel.now + time;
  for (let line = 0; line < count; line++) emit(run, RECORD);
  if (time !== ALL) writeReport(run, reportOf(opened));
  const text = written(kernel, run.events);
  const lines = text.split("\n").slice(0, -1);
  for (const line of lines) JSON.parse(line);
  return {
    waited: kernel.now - BEGIN,
    dropped: run.state.dropped,
    lines: lines.length,
    said: written(kernel, 2),
  };
}

export const OUTPUTS: readonly Row[] = [
  [
    "where nothing is asked for nothing is opened",
    () => {
      const kernel = use(makeKernel());
      return [openTarget("--report", undefined), kernel.log];
    },
    [-1, []],
  ],
  ["a file, a descriptor", () => openedBy({}), [{ opened: "a" }, { opened: "same as 2" }]],
  [
    "what cannot be opened is told by name",
    () => openedBy({ openFile: EACCES, takeDescriptor: EBADF }),
    [
      { kind: "cannot-write", part: "--report", given: "a", errno: "EACCES" },
      { kind: "cannot-write", part: "--report", given: "fd:2", errno: "EBADF" },
    ],
  ],
  ["a line of events", () => lines(ALL), { text: TEXT, lineStart: "", dropped: 0, waited: 0 }],
  [
    "a line that no process reads is dropped at once",
    () => lines(0, ALL),
    { text: TEXT, lineStart: "", dropped: 1, waited: 0 },
  ],
  [
    "half a line is ended before the next one",
    () => lines(9, ALL, ALL),
    { text: `${TEXT.slice(0, 9)}\n${TEXT}${TEXT}`, lineStart: "", dropped: 1, waited: 0 },
  ],
  [
    "half a line stays to be ended until a line has been written",
    () => lines(9, 0),
    { text: TEXT.slice(0, 9), lineStart: "\n", dropped: 2, waited: 0 },
  ],
  [
    "no events are asked for: nothing is formatted or written",
    () => {
      const { kernel, run } = open("run cmd");
      emit(run, RECORD);
      return kernel.log.filter((call) => call.startsWith("offer"));
    },
    [],
  ],
  ["nothing is asked for: nothing is written", unasked, [[], 0]],
  [
    "one dropped line is counted as well",
    () =>
      reported((_, run) => {
        run.state.dropped = 1;
      }).said,
    "--events: 1 lines were not read in time at 'e'\n",
  ],
  ["one byte of a line is the beginning of a line", () => lines(1, ALL).text, `{\n${TEXT}`],
  ["report and events", () => reported(() => {}), WELL],
  ["a report alone", () => reported(() => {}, "run --report r cmd"), { ...WELL, events: false }],
  ["events alone", () => reported(() => {}, "run --events e cmd"), { ...WELL, report: false }],
  [
    "the report's time is when the command was started",
    () => {
      const opened = open();
      const { kernel, run } = opened;
      writeReport(run, reportOf(opened));
      const began = new Date((kernel.epoch + kernel.now - 5 * SECOND) / 1000).toISOString();
      return written(kernel, run.report).includes(began);
    },
    true,
  ],
  [
    "whatever the clock on the wall was set to meanwhile",
    () => {
      const { kernel, run } = started("run --report r cmd", () => {});
      const began = kernel.now;
      const told = new Date((kernel.epoch + kernel.now) / 1000).toISOString();
      sys.wait([], kernel.now + SECOND);
      kernel.epoch += 3600 * SECOND;
      const report = { ...reportOf({ kernel, run }), startedAt: began as Instant };
      writeReport(run, report);
      return written(kernel, run.report).includes(told);
    },
    true,
  ],
  [
    "where nothing tells of it the clock on the wall is not asked",
    () => {
      const { run } = started("run cmd", () => {});
      return run.state.starts;
    },
    [],
  ],
  [
    "signals are held before a report is opened",
    () => {
      const { kernel } = open();
      const names = kernel.log.map((call) => call.replace(/\W.*/, ""));
      return names.filter((name) => ["openSignals", "openFile"].includes(name));
    },
    ["openSignals", "openFile", "openFile"],
  ],
  [
    "a reader that comes within a second gets the report",
    () =>
      reported((kernel, { report }) => {
        sink(kernel, report).room = 30;
        later(kernel, 0.9 * SECOND, () => {
          sink(kernel, report).room = ALL;
        });
      }, "run --report r cmd"),
    { ...WELL, events: false, waited: 0.9 * SECOND },
  ],
  [
    "a reader that does not come costs three quarters of a second, and the report",
    () =>
      reported((kernel, { report }) => {
        sink(kernel, report).room = 30;
        later(kernel, 1.1 * SECOND, () => {
          sink(kernel, report).room = ALL;
        });
      }),
    {
      report: false,
      events: true,
      said: "--report: cannot write to 'r': resource temporarily unavailable\n",
      waited: 0.75 * SECOND,
    },
  ],
  [
    "a reader that takes one byte of the report",
    () =>
      reported((kernel, { report }) => {
        sink(kernel, report).room = 1;
      }).said,
    "--report: cannot write to 'r': resource temporarily unavailable\n",
  ],
  [
    "a full disk is named",
    () =>
      reported((kernel, { report }) => {
        Object.assign(sink(kernel, report), { errno: ENOSPC, room: 0 });
      }),
    { ...WELL, report: false, said: "--report: cannot write to 'r': no space left on device\n" },
  ],
  [
    "a disk that is full after half a report is named as well",
    () =>
      reported((kernel, { report }) => {
        Object.assign(sink(kernel, report), { errno: ENOSPC, room: 30 });
      }),
    { ...WELL, report: false, said: "--report: cannot write to 'r': no space left on device\n" },
  ],
  [
    "readers that do not come cost a second together, not one each",
    () =>
      reported((kernel, { report, events }) => {
        sink(kernel, report).room = 0;
        sink(kernel, events).room = 0;
      }),
    {
      report: false,
      events: false,
      said: `${UNREAD("--report", "r")}${UNREAD("--events", "e")}`,
      waited: SECOND,
    },
  ],
  [
    "a file that is stuck costs its share of the second, and only itself",
    () =>
      reported((kernel, { report, events }) => {
        sink(kernel, report).holdsUntil = ALL;
        sink(kernel, events).holdsUntil = kernel.now + 0.99 * SECOND;
      }),
    { ...WELL, report: false, said: UNREAD("--report", "r"), waited: 0.99 * SECOND },
  ],
  [
    "a file that takes its time within its share has its report",
    () =>
      reported((kernel, { report }) => {
        sink(kernel, report).holdsUntil = kernel.now + 0.74 * SECOND;
      }),
    { ...WELL, waited: 0.74 * SECOND },
  ],
  [
    "a report is all there is in its file, whatever was there before",
    () =>
      reported((kernel, { report, events }) => {
        sink(kernel, report).text = "an earlier report\n";
        sink(kernel, events).text = "earlier events\n";
      }),
    WELL,
  ],
  [
    "a line to a file that is stuck is waited for a moment, those behind it not at all",
    () => stuck(ALL),
    { waited: MOMENT, dropped: 0, lines: 0, said: "" },
  ],
  [
    "lines that a file takes late are there in the end, in order and whole",
    () => stuck(MOMENT + 5),
    { waited: MOMENT + 5, dropped: 0, lines: 5, said: "" },
  ],
  [
    "more than can wait for a file is dropped and counted",
    () => stuck(MOMENT + 5, 3000),
    {
      ...{ waited: MOMENT + 5, dropped: 951, lines: 2050 },
      said: "curfew: --events: 951 lines were not read in time at 'e'\n",
    },
  ],
  [
    "half of what a file took late is ended, and what waited follows whole",
    () => {
      const opened = open();
      const { kernel, run } = opened;
      Object.assign(sink(kernel, run.events), {
        ...{ errno: ENOSPC, room: 9, holdsUntil: kernel.now + MOMENT + 5 },
      });
      for (let count = 0; count < 3; count++) emit(run, RECORD);
      later(kernel, MOMENT + 6, () => {
        sink(kernel, run.events).room = ALL;
      });
      sys.wait([], kernel.now + MOMENT);
      emit(run, RECORD);
      sys.wait([], kernel.now + MOMENT);
      emit(run, RECORD);
      return [written(kernel, run.events), run.state.dropped];
    },
    [`${TEXT.slice(0, 9)}\n${TEXT}`, 4],
  ],
  [
    "the last line of events cannot be written: nothing is said of lines before",
    () =>
      reported((kernel, run) => {
        run.state.dropped = 2;
        Object.assign(sink(kernel, run.events), { errno: ENOSPC, room: 0 });
      }),
    { ...WELL, events: false, said: "--events: cannot write to 'e': no space left on device\n" },
  ],
  [
    "dropped lines are counted when the last one was written",
    () =>
      reported((_, run) => {
        run.state.dropped = 2;
        run.state.lineStart = "\n";
      }).said,
    "--events: 2 lines were not read in time at 'e'\n",
  ],
  [
    "a log that has lost no line says nothing of it",
    () => {
      const { kernel, run } = open("run --log l cmd");
      Object.assign(run, { log: run.events });
      run.state.saying.lost = 0;
      finishOutputs(run);
      return kernel.log.filter((line) => line.startsWith("offer"));
    },
    [],
  ],
  [
    "lines that were lost to a full disk say so",
    () => {
      const opened = open();
      const { kernel, run } = opened;
      Object.assign(sink(kernel, run.events), { errno: ENOSPC, room: 0 });
      emit(run, RECORD);
      sink(kernel, run.events).room = ALL;
      writeReport(run, reportOf(opened));
      return written(kernel, 2);
    },
    "curfew: --events: 1 lines could not be written to 'e': no space left on device\n",
  ],
  [
    "metrics go to stderr, and wait as well",
    () => {
      const { kernel, run } = started("run cmd", () => {}, { metrics: true });
      sink(kernel, 2).room = 5;
      later(kernel, 0.9 * SECOND, () => {
        sink(kernel, 2).room = ALL;
      });
      writeReport(run, reportOf({ kernel, run }));
      return [/^\{.*\}\n$/.test(written(kernel, 2)), kernel.now - BEGIN];
    },
    [true, 0.9 * SECOND],
  ],
  [
    "a message that no process reads is dropped at once",
    () => {
      const { kernel, run } = open();
      sink(kernel, 2).room = 0;
      sayNow(run, { kind: "guardian-gone", isKilled: true });
      sink(kernel, 2).room = ALL;
      sayNow(run, { kind: "reaped", pid: 7 });
      return [
        kernel.now - BEGIN,
        written(kernel, 2).split("\n").length,
        /7/.test(written(kernel, 2)),
      ];
    },
    [0, 2, true],
  ],
];

/** What is looked at where neither report nor events are asked for. */
function unasked() {
  const { kernel, run } = open("run cmd");
  kernel.log.length = 0;
  writeReport(run, reportOf({ kernel, run }));
  return [kernel.log, kernel.counts.get("wallClock") ?? 0];
}

/** A file "a" and descriptor 2, opened with these refusals. */
function openedBy(refusals: Readonly<Record<string, number>>) {
  const kernel = use(makeKernel());
  for (const [name, errno] of Object.entries(refusals)) kernel.faults.push([name, 0, errno]);
  const file = openTarget("--report", { kind: "path", path: "a" });
  const same = openTarget("--report", { kind: "fd", fd: 2 });
  return [file, same].map((answer) => {
    if (typeof answer !== "number") return answer;
    const opened = sink(kernel, answer);
    return { opened: opened === kernel.descriptors.get(2) ? "same as 2" : opened.path };
  });
}
