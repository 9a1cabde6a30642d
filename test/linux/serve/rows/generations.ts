import { fork, later } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { live } from "../../model/scene.ts";
import { come, end } from "../../model/signals.ts";
import type { Descriptor, Kernel, Process } from "../../model/types.ts";

const SECOND = 1_000_000;
const [WINCH, BY_KERNEL] = [28, 0x80];
const [HUP, TERM, CHLD, CLOSE_WRITE, EMFILE, EACCES] = [1, 15, 17, 8, 24, 13];

type Act = (kernel: Kernel, command: Process) => void;
/** What happens so many seconds after the start of a generation. */
type Acts = readonly (readonly [generation: number, seconds: number, act: Act])[];

/** Calls that every run makes, or that other rows show. */
const HIDDEN =
  /^(openSignals|becomeSubreaper|openTerminal|guardian(?:Will|Recipients)|openWatches|openProcess|reapStranger|write)/;
const SPAWN = /^spawn .*CURFEW_GENERATION=(\d+).*$/;

type Scene = { readonly prepare?: (kernel: Kernel) => void; readonly pid?: number };

/** The calls of a run of several generations, and the slot of each of them. */
function lived(line: string, acts: Acts, { prepare, pid }: Scene = {}) {
  const places: number[] = [];
  const life = live(
    line,
    (kernel) => {
      kernel.files.set("/w/", "");
      kernel.files.set("/w/f", "");
      kernel.birth.begins = (on, command) => {
        places.push(on.chosen);
        for (const [generation, seconds, act] of acts) {
          if (generation !== places.length) continue;
          later(on, seconds * SECOND, () => act(on, command));
        }
      };
      prepare?.(kernel);
    },
    pid,
  );
  const did = life.kernel.log.filter((call) => !HIDDEN.test(call) && !call.startsWith("offer 2 "));
  const short = did.map((call) => call.replace(SPAWN, "spawn $1").replace(/^(offer \d+) .*/, "$1"));
  const said = life.stderr.replace(/^curfew( \w+)?: /gm, "").trimEnd();
  return [life.code, places.join(" "), short, said];
}

function found<K extends Descriptor["kind"]>(kernel: Kernel, kind: K) {
  const all = [...kernel.descriptors.values()].filter((one) => one.kind === kind);
  return all.at(-1) as Extract<Descriptor, { kind: K }> | undefined;
}

const changes: Act = (kernel) =>
  void found(kernel, "watches")?.events.push([
    (found(kernel, "watches")?.paths.indexOf("/w") ?? 0) + 1,
    CLOSE_WRITE,
    "f",
  ]);
const ready: Act = (kernel) =>
  void found(kernel, "notify")?.queue.push(["READY=1", kernel.own.pid, 0]);
const toUs =
  (signal: number): Act =>
  (kernel) =>
    come(kernel, signal, 0, 77);
const exits: Act = (kernel, command) => end(kernel, command, [1, 3]);

const toGroup = (pid: number) => [`kill -${pid} 15`, `wakeGroup ${pid - 1} [] ${pid} 2000000`];
const END = ["endGuardian", "endRun"];
const AFTER_HUP =
  "signal HUP: generation 1 died of signal TERM after 1.00s, generation 2 began 0.00s after the signal";
const AFTER_CHANGE =
  "'/w/f' changed: generation 1 died of signal TERM after 1.20s, generation 2 began 0.20s after the change";
const OVERLAP = "--watch /w --ready notify";

export const GENERATIONS: readonly Row[] = [
  [
    "a change: the command is told to end, the next one begins in its place",
    () =>
      lived("init --watch /w cmd", [
        [1, 1, changes],
        [2, 1, toUs(TERM)],
      ]),
    [
      143,
      "0 0",
      ["spawn 1", ...toGroup(201), ...END, "spawn 2", ...toGroup(203), ...END, "close 13"],
      AFTER_CHANGE,
    ],
  ],
  [
    "its limit: the report has the tree of the generation",
    () => {
      const line = "init --timeout 2 --reload-signal HUP --exit-on-error --report r cmd";
      const { code, kernel } = live(line, () => undefined);
      const log = kernel.log.join("\n").replaceAll("\\", "");
      const [, pid] = /"tree":\[\{"pid":(\d+)/.exec(log) ?? [];
      return [code, pid];
    },
    [124, "201"],
  ],
  [
    "a signal for it",
    () =>
      lived("init --reload-signal HUP cmd", [
        [1, 1, toUs(HUP)],
        [2, 1, toUs(TERM)],
      ]),
    [
      143,
      "0 0",
      ["spawn 1", ...toGroup(201), ...END, "spawn 2", ...toGroup(203), ...END],
      AFTER_HUP,
    ],
  ],
  [
    "the next one begins beside the one that serves, which ends when it is ready",
    () =>
      lived(`init ${OVERLAP} cmd`, [
        [1, 1, changes],
        [2, 1, ready],
        [2, 2, toUs(TERM)],
      ]),
    [
      143,
      "0 1",
      [
        "openNotify",
        "spawn 1",
        "openNotify",
        "spawn 2",
        ...toGroup(201),
        ...["endGuardian", "close 14", "endRun"],
        ...toGroup(203),
        ...["endGuardian", "close 16", "endRun", "close 13"],
      ],
      "'/w/f' changed: generation 1 died of signal TERM after 2.20s, generation 2 was ready 1.20s after the change",
    ],
  ],
  [
    "a third one has the first one's place",
    () =>
      lived(`init ${OVERLAP} cmd`, [
        [1, 1, changes],
        [2, 1, ready],
        [2, 2, changes],
        [3, 1, ready],
        [3, 2, toUs(TERM)],
      ])[1],
    "0 1 0",
  ],
  [
    "sockets block again before a command has them, and their queues are long when none has",
    () =>
      lived("init --listen 127.0.0.1:1 --watch /w cmd", [
        [1, 1, changes],
        [2, 1, toUs(TERM)],
      ]),
    [
      143,
      "0 0",
      [
        'listenTcp "127.0.0.1" 1 1 4096',
        "setBlocking 11",
        "spawn 1",
        ...toGroup(201),
        ...END,
        "listenAgain 11 4096",
        "setBlocking 11",
        "spawn 2",
        ...toGroup(203),
        ...END,
        "listenAgain 11 4096",
        "close 14",
        "close 11",
      ],
      AFTER_CHANGE,
    ],
  ],
  [
    "sockets that a generation has are left as they are when the next one begins",
    () =>
      lived(`init --listen 127.0.0.1:1 ${OVERLAP} cmd`, [
        [1, 1, changes],
        [2, 1, ready],
        [2, 2, toUs(TERM)],
      ])[2],
    [
      'listenTcp "127.0.0.1" 1 1 4096',
      "setBlocking 11",
      "openNotify",
      "spawn 1",
      "openNotify",
      "spawn 2",
      ...toGroup(201),
      ...["endGuardian", "close 15", "endRun"],
      ...toGroup(203),
      ...["endGuardian", "close 17", "endRun", "listenAgain 11 4096", "close 14", "close 11"],
    ],
  ],
  [
    "a command with sockets alone has one generation, and its code",
    () => lived("init --listen a=127.0.0.1:1 cmd", [[1, 1, exits]]),
    [
      3,
      "0",
      [
        'listenTcp "127.0.0.1" 1 1 4096',
        "setBlocking 11",
        "spawn 1",
        ...END,
        "listenAgain 11 4096",
        "close 11",
      ],
      "no process accepted a connection on '127.0.0.1:1': curfew holds that address, so the server has to take descriptor 3 (LISTEN_FDS=1)",
    ],
  ],
  [
    "signals that cannot be held: nothing is started",
    () =>
      lived("init --reload-signal HUP cmd", [], {
        prepare: (kernel) => void kernel.faults.push(["openSignals", 1, EMFILE]),
      }).toSpliced(2, 1),
    [125, "", "cannot run 'cmd': too many open files (RLIMIT_NOFILE, ulimit -n)"],
  ],
  [
    "a terminal is remembered before, and is as it was in the end",
    () => {
      const [, , log] = lived("init --reload-signal HUP cmd", [[1, 1, toUs(TERM)]], {
        prepare: (kernel) => {
          kernel.hasTerminal = true;
        },
      });
      return (log as readonly string[]).filter((call) => /Terminal /.test(call));
    },
    ["rememberTerminal 10", "restoreTerminal 10 1"],
  ],
  [
    "what is said is no event: both are asked for",
    () =>
      lived("init -v --events e --reload-signal HUP cmd", [
        [1, 1, toUs(HUP)],
        [2, 1, toUs(TERM)],
      ])[3],
    [1, 2]
      .flatMap((generation) => [
        `generation ${generation} begins`,
        "the tree is held by a subreaper: curfew is not PID 1",
        ...(generation === 1 ? [] : [AFTER_HUP]),
        "sending signal TERM to command 'cmd'",
        `generation ${generation} has ended`,
      ])
      .join("\n"),
  ],
  [
    "each socket is told with its number",
    () => {
      const told: (string | undefined)[] = [];
      lived("init --events e --listen 127.0.0.1:1 --listen 127.0.0.1:2 cmd", [[1, 1, exits]], {
        prepare: (kernel) => {
          const { log } = kernel;
          log.push = (...calls) => {
            for (const call of calls) {
              if (call.includes("listening")) told.push(/descriptor\\":(\d+)/.exec(call)?.[1]);
            }
            return Array.prototype.push.apply(log, calls);
          };
        },
      });
      return told;
    },
    ["3", "4"],
  ],
  [
    "the end of an orphan is no news",
    () =>
      lived("init --reload-signal HUP cmd", [
        [1, 0.5, (kernel) => come(kernel, CHLD, 1, 999)],
        [1, 1, exits],
        [1, 2, toUs(TERM)],
      ])[0],
    3,
  ],
  [
    "an orphan whose SIGCHLD was merged with the guardian's is reaped with the generation",
    () => {
      let orphan = false;
      lived("init --reload-signal HUP cmd", [
        [1, 1, (kernel) => void fork(kernel, 100, { pid: 500, state: "Z" })],
        [1, 2, exits],
        [
          1,
          3,
          (kernel) => {
            orphan = kernel.processes.has(500);
            come(kernel, TERM, 0, 77);
          },
        ],
      ]);
      return orphan;
    },
    false,
  ],
  [
    "a key of the terminal that the command has got as well is not passed on",
    () => {
      const key = (group: number) =>
        lived(
          "init --reload-signal HUP cmd",
          [
            [
              1,
              1,
              (kernel, command) => {
                command.group = group;
                come(kernel, WINCH, BY_KERNEL, 0);
              },
            ],
            [1, 2, exits],
            [1, 3, toUs(TERM)],
          ],
          {
            prepare: (kernel) => {
              kernel.hasTerminal = true;
            },
          },
        )[2] as readonly string[];
      return [40, 77].map((group) => key(group).filter((call) => / 28\b/.test(call)).length > 0);
    },
    [false, true],
  ],
  [
    "a watch that cannot be: nothing is started, and sockets are given back",
    () => lived("init --listen 127.0.0.1:1 --watch /no cmd", []),
    [
      125,
      "",
      ['listenTcp "127.0.0.1" 1 1 4096', "close 11"],
      "--watch: cannot watch '/no': no such file or directory",
    ],
  ],
  [
    "what cannot be confined gives sockets back",
    () => lived("init --listen 127.0.0.1:1 --containment cgroup cmd", [])[2],
    ['listenTcp "127.0.0.1" 1 1 4096', "close 11"],
  ],
  [
    "the kernel has no watches left: that is said, and changes are found all the same",
    () =>
      lived(
        "init --watch /w cmd",
        [
          [1, 1.5, ({ files }) => void files.set("/w/f", "other")],
          [2, 1, toUs(TERM)],
        ],
        { prepare: (kernel) => void kernel.faults.push(["openWatches", 1, EMFILE]) },
      ),
    [
      143,
      "0 0",
      ["spawn 1", ...toGroup(201), ...END, "spawn 2", ...toGroup(203), ...END],
      "--watch: fs.inotify.max_user_instances is too small; scanning every second instead\n" +
        "'/w/f' changed: generation 1 died of signal TERM after 2.20s, generation 2 began 0.20s after the change",
    ],
  ],
  [
    "events: each generation's, and where curfew listens",
    () => {
      const lines: string[] = [];
      lived(
        "init --events e --listen web=127.0.0.1:1 --reload-signal HUP cmd",
        [
          [1, 1, toUs(HUP)],
          [2, 1, toUs(TERM)],
        ],
        {
          prepare: (kernel) => {
            kernel.log.push = (...calls) => {
              const offers = calls.filter((call) => call.startsWith("offer 11"));
              for (const call of offers) {
                const [, word] =
                  /event\\\\":\\\\"([\w-]+)/.exec(call) ?? /event\\":\\"([\w-]+)/.exec(call) ?? [];
                const [, generation = ""] = /generation\\":(\d+)/.exec(call) ?? [];
                lines.push(`${word ?? "report"}${generation && ` ${generation}`}`);
              }
              return Array.prototype.push.apply(kernel.log, calls);
            };
          },
        },
      );
      return lines;
    },
    [
      ...["listening", "spawned 1", "signal", "cancelled 1", "sent 1", "exited 1", "ended 1"],
      ...["spawned 2", "signal 2", "sent 2", "exited 2", "ended 2", "report"],
    ],
  ],
  [
    "a generation that cannot be confined is told as one that could not be started",
    () =>
      lived(
        "init --reload-signal HUP --containment cgroup cmd",
        [
          [1, 1, toUs(HUP)],
          [1, 3, toUs(TERM)],
        ],
        {
          prepare: (kernel) => {
            kernel.files.set("/proc/self/cgroup", "0::/me\n");
            kernel.files.set("/sys/fs/cgroup/cgroup.controllers", "");
            kernel.files.set("/sys/fs/cgroup/cgroup.procs", "");
            kernel.files.set("/sys/fs/cgroup/me/", "");
            kernel.faults.push(["makeDirectory", 2, EACCES]);
          },
        },
      ).toSpliced(2, 1),
    [125, "0", "cannot run 'cmd': --containment cgroup: permission denied"],
  ],
];
