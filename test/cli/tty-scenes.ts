// What is played at a terminal, in test/cli/tty.test.ts.
import {
  CONT,
  CTRL_BACKSLASH,
  CTRL_C,
  CTRL_Z,
  KILL,
  OURS,
  PROMPT,
  PWR,
  type Scene,
  STOP,
  type Step,
  shows,
  status,
  TERM,
  type,
} from "./at-terminal.ts";
import {
  BACK,
  COMMANDS,
  expiresSuspended,
  FG,
  GONE,
  GOT,
  goesOn,
  KEEP,
  keysAt,
  PID,
  PLACES,
  READS,
  READY,
  STOPPED,
  WAITS,
} from "./tty-places.ts";

const USR2 = 12;
const TSTP = 20;
const NEXT: readonly Step[] = [shows("^next=\\d+\\.$")];
const TWICE_2 = /caught 2\n.*caught 2\n/s;

/** A signal of a terminal comes once: a second one would be handled before the PWR after it. */
function once(key: Step, number: number): readonly Step[] {
  const caught = shows(`caught ${number}$`);
  return [
    type(`$R $H ${number} ${PWR}`),
    ...READY,
    key,
    caught,
    ["signal", "ours", PWR],
    shows(`caught ${PWR}$`),
    ["signal", "main", KILL],
    ...GONE,
  ];
}

const SIGNALS: readonly Scene[] = [
  { name: "^C is caught once", steps: once(CTRL_C, 2), never: TWICE_2 },
  { name: "^\\ is caught once", steps: once(CTRL_BACKSLASH, 3), never: /caught 3\n.*caught 3\n/s },
  {
    name: "another window size is told once",
    steps: once(["resize", 31, 97], 28),
    never: /caught 28\n.*caught 28\n/s,
  },
  {
    name: "a command that ^C does not end: the script goes on",
    steps: [
      KEEP,
      type(`bash -c '$R sh -c "$I"; echo next=$?.'`),
      ...PID,
      // A bash that does not yet wait for the command ends at once.
      ["parent", "script", "ours"],
      ["state", "script", "S"],
      CTRL_C,
      ...GOT,
      ...goesOn(5),
    ],
  },
  {
    name: "what ^C ended leaves no settings of its own",
    steps: [KEEP, type('$R sh -c "$S"'), ...READY, CTRL_C, ...BACK, ...status(130)],
  },
  {
    name: "what ^Z stopped leaves no settings of its own",
    steps: [KEEP, type('$R sh -c "$S"'), ...READY, CTRL_Z, ...STOPPED, ["same-settings"]],
  },
];

const JOBS: readonly Scene[] = [
  {
    name: "^Z: the shell is told which signal stopped the command",
    steps: [type(WAITS), ...READY, CTRL_Z, ...STOPPED, ...status(148)],
  },
  {
    name: "^Z, bg, and the shell ends the job",
    steps: [
      type(WAITS),
      ...READY,
      CTRL_Z,
      ...STOPPED,
      type("bg"),
      ["state", "main", "S"],
      ["state", "ours", "S"],
      type("kill %1; wait %1"),
      ...status(143),
      ...GONE,
    ],
  },
  {
    name: "the shell ends a stopped job",
    steps: [type(WAITS), ...READY, CTRL_Z, ...STOPPED, type("kill %1"), ...GONE],
  },
  {
    name: "in the background, reading stops the job until fg",
    steps: [
      type(`${READS} &`),
      ...PID,
      ["state", "main", "T"],
      ["state", "ours", "T"],
      ...FG,
      ...GOT,
      ...status(5),
    ],
  },
  {
    name: "in the background with tostop set, writing stops the job until fg",
    steps: [
      type("stty tostop"),
      PROMPT,
      type("$R sh -c 'echo here; exit 4' & echo pid $!."),
      ...PID,
      ["state", "main", "T"],
      type("fg"),
      shows("^here$"),
      ...status(4),
    ],
  },
  {
    name: "^Z does nothing to a command that ignores it",
    steps: [type('$R sh -c "$I"'), ...PID, CTRL_Z, ...GOT, ...status(5)],
    never: /Stopped/,
  },
  {
    name: "the command alone is stopped",
    steps: [type(READS), ...PID, ["signal", "main", STOP], ...STOPPED, ...FG, ...GOT, ...status(5)],
  },
  {
    name: "the supervisor alone is stopped and continued",
    steps: [
      type(WAITS),
      ...READY,
      ["signal", "ours", TSTP],
      ...STOPPED,
      ["signal", "ours", CONT],
      ["state", "main", "S"],
      ["state", "ours", "S"],
    ],
  },
  {
    name: "the whole job is stopped: fg is enough to go on",
    steps: [
      type(`${WAITS} &`),
      ...READY,
      type("kill -STOP %1"),
      ["state", "main", "T"],
      ["state", "ours", "T"],
      // A shell that hears of the stop only after its SIGCONT takes the job for stopped again.
      type("jobs"),
      shows("^\\[1\\]\\+ +Stopped"),
      ...FG,
      CTRL_C,
      ...GONE,
      ...status(130),
    ],
  },
  {
    name: "nohup survives a terminal that goes away",
    steps: [
      type("nohup $R $H 2>&1 | cat"),
      ...READY,
      ["hang-up"],
      ["state", "self", ""],
      ["state", "ours", "S"],
      ["state", "main", "S"],
      ["signal", "ours", TERM],
      ...GONE,
    ],
  },
];

/** As `ssh -t HOST COMMAND` has it: no shell is there that could continue a job. */
const LEADER: readonly Scene[] = [
  {
    name: "without a shell, ^Z does nothing",
    instead: ["$R", "sh", "-c", COMMANDS.A],
    steps: [...PID, ["foreground", "main"], CTRL_Z, ...GOT, ...GONE],
  },
  {
    name: "without an interactive shell, ^Z does nothing",
    instead: ["sh", "-c", `${READS}; echo next=$?.`],
    steps: [...PID, CTRL_Z, ...GOT, shows("^next=5\\.$"), ...GONE],
  },
  {
    name: "without a shell, ^C",
    instead: ["$R", "$H"],
    steps: [...READY, CTRL_C, ...GONE],
  },
  {
    name: "without a shell, hang-up",
    instead: ["$R", "$H"],
    steps: [...READY, ["hang-up"], ...GONE],
  },
  {
    name: "without an interactive shell, hang-up",
    instead: ["sh", "-c", `${WAITS}; echo next=$?.`],
    steps: [...READY, ["hang-up"], ...GONE],
  },
  {
    name: "without a shell, a command that was stopped and continued ends as usual",
    instead: ["$R", "sh", "-c", COMMANDS.A],
    steps: [...PID, ["signal", "main", STOP], ["signal", "main", CONT], ...GOT, ...GONE],
  },
];

export const ISOLATED = ["unshare", "-pf", "--kill-child", "--mount-proc"];
const CONTAINED = ["--bare", ...ISOLATED, "setsid", "-c", "$R"];
const INNER: readonly Step[] = [shows("(pid|ready) (?P<main>\\d+)"), ["outer", "main"], OURS];

/** A terminal whose first process is we, as in a container. */
const CONTAINER: readonly Scene[] = [
  {
    name: "as PID 1, ^Z does nothing",
    instead: [...CONTAINED, "sh", "-c", COMMANDS.A],
    steps: [...INNER, CTRL_Z, ...GOT, ...GONE],
  },
];

/** Longer than the limit of `$B` takes, by a clock that began before it. */
const LATER = `(sh -c '"$C" timeout $LIMIT sleep 99; "$C" timeout 1 sleep 99'; echo late) &`;

/** What differs from one subcommand to the other, and what `init` does not do. */
export const RUN_ALONE: readonly Scene[] = [
  {
    name: "^Z: the limit's clock rests",
    steps: [
      type(LATER),
      type('$B sh -c "$A"'),
      ...PID,
      CTRL_Z,
      ...STOPPED,
      shows("^late$"),
      ...FG,
      ...GOT,
      ...status(5),
    ],
  },
  {
    name: "^Z: the limit's clock rests for a command in a group of its own, too",
    steps: [
      type(LATER),
      type('$C run --process-group own --timeout $LIMIT -- "$H"'),
      ...READY,
      CTRL_Z,
      ...STOPPED,
      shows("^late$"),
      type("fg"),
      ["state", "main", "S"],
      ["signal", "ours", TERM],
      ...GONE,
      ...status(143),
    ],
  },
  {
    name: "timeout, ^Z: the limit's clock runs on",
    steps: expiresSuspended('$C timeout $LIMIT sh -c "$A"'),
  },
  {
    name: "init, ^Z: the limit's clock runs on",
    steps: expiresSuspended('$C init --timeout $LIMIT sh -c "$A"'),
  },
  {
    name: "timeout --foreground, ^Z: the limit's clock runs on",
    steps: expiresSuspended('$C timeout --foreground $LIMIT sh -c "$A"'),
  },
  {
    name: "timeout --foreground in the background: reading stops the job until fg",
    steps: [
      type('$F sh -c "$A" &'),
      ...PID,
      ["state", "main", "T"],
      ["state", "ours", "T"],
      ...FG,
      ...GOT,
      ...status(5),
    ],
  },
  {
    name: "timeout --foreground, ^Z, fg",
    steps: [type('$F sh -c "$A"'), ...PID, CTRL_Z, ...STOPPED, ...FG, ...GOT, ...status(5)],
  },
  {
    name: "settings that a command leaves when it ends by itself are meant",
    instead: ["sh", "-c", "$R stty tostop; stty -a; cat"],
    steps: [shows(" tostop")],
    never: /-tostop/,
  },
];

/** What is ours to do, and has no counterpart without us. Variables: see test/cli/tty.test.ts. */
export const SUPERVISED: readonly Scene[] = [
  {
    name: "no shell restores settings: those of a command that was killed are taken back",
    instead: ["sh", "-c", 'read x; $K sh -c "$S"; echo next=$?.; cat'],
    steps: [KEEP, type("go"), ...READY, ["signal", "main", KILL], ...NEXT, ["same-settings"]],
  },
  {
    name: "no shell restores settings: those of a run that we ended are taken back",
    instead: ["sh", "-c", 'read x; $T sh -c "$S"; echo next=$?.; cat'],
    steps: [KEEP, type("go"), ...NEXT, ["same-settings"]],
  },
  {
    name: "a terminal's signal does not start the clock of the end",
    steps: [
      type(`$K $H 2 ${USR2} ${PWR}`),
      ...READY,
      CTRL_C,
      shows("caught 2$"),
      ["signal", "ours", PWR],
      shows(`caught ${PWR}$`),
      ["signal", "ours", USR2],
      shows(`caught ${USR2}$`),
      ["signal", "main", KILL],
      ...GONE,
    ],
    never: TWICE_2,
  },
  {
    name: "^Z before the command is executed: the prompt comes, and fg goes on",
    steps: [
      // As long as a process holds a lease on a program, the kernel does not execute it.
      type("export D=$(mktemp -d); cp $H $D/leased; $E $D/leased &"),
      shows("ready (?P<holder>\\d+)$"),
      type("sh -c 'echo pid $$.; exec $R $D/leased'"),
      shows("pid (?P<ours>\\d+)\\.$"),
      ["child", "guardian", "ours"],
      ["child", "main", "guardian"],
      CTRL_Z,
      ["signal", "holder", KILL],
      ...STOPPED,
      ...FG,
      CTRL_C,
      ...GONE,
      type("rm -r $D"),
    ],
  },
  {
    name: "the limit passes: the terminal is as it was",
    steps: [KEEP, type("$T $H"), ...READY, ...BACK, ...status(124), ...GONE],
  },
  {
    name: "the limit passes at the head of a pipeline: the rest goes on",
    steps: [
      type("$T $H | sh -c 'cat; echo still here; exit 3'"),
      shows("^still here$"),
      ...status(3),
    ],
  },
  {
    name: "without a shell, TERM ends a stopped command",
    instead: ["$R", "$H"],
    steps: [...READY, ["signal", "main", STOP], ["signal", "ours", TERM], ...GONE],
  },
  {
    name: "as PID 1, hang-up",
    instead: [...CONTAINED, "$H"],
    steps: [...INNER, ["hang-up"], ...GONE],
  },
  {
    name: "as PID 1, ^C ends the command",
    instead: [...CONTAINED, "$H"],
    steps: [...INNER, CTRL_C, ...GONE],
  },
  {
    name: "T31: as PID 1, ^Z and then ^C end the command",
    instead: [...CONTAINED, "$H"],
    steps: [...INNER, CTRL_Z, CTRL_C, ...GONE],
  },
];

/** What a command sees and does at a terminal, with us or without us. */
export const SCENES: readonly Scene[] = [
  ...PLACES.flatMap(keysAt),
  ...SIGNALS,
  ...JOBS,
  ...LEADER,
  ...CONTAINER,
];
