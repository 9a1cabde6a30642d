// What is played at a terminal before `curfew init` that is no session's leader, in
// test/init/terminal.test.ts, which says what `$R` and the others are.
import {
  CONT,
  CTRL_C,
  CTRL_Z,
  KILL,
  PROMPT,
  PWR,
  type Scene,
  type Step,
  shows,
  status,
  TERM,
  type,
} from "../cli/at-terminal.ts";
import {
  BACK,
  FG,
  GONE,
  GOT,
  KEEP,
  keysAt,
  PID,
  PLACES,
  READS,
  READY,
  STOPPED,
  WAITS,
} from "../cli/tty-places.ts";
import { SCENES, SUPERVISED } from "../cli/tty-scenes.ts";
import { echoes, INNER, TWICE, WAITING } from "./terminal-first.ts";

/** What is said each time that the command is stopped by reading. */
const STOPPED_TWICE = /by signal TTIN\n[\s\S]*by signal TTIN\n/;

/**
 * What is other than with `curfew run`: a signal's death is an exit code, so a loop goes on. What
 * is as PID 1: terminal-first.ts.
 */
const isOther = ({ name }: Scene) => /^in a loop of bash: \^[C\\]|as PID 1/.test(name);
const LOOP = PLACES.filter(({ name }) => name === "in a loop of bash").map((place) => ({
  ...place,
  interrupted: [shows("next=130\\.$"), ...BACK],
  quit: [shows("next=131\\.$"), ...BACK],
}));

/** Our number, as the shell tells it. */
const JOB = shows("^\\[1\\] (?P<ours>\\d+)$");
const SAME_GROUP: readonly Step[] = [
  ["foreground", "main"],
  ["foreground", "ours"],
];

/** With a line editor, unlike the others. */
const EDITING = ["bash", "--norc", "--noprofile", "-i"];

const JOBS: readonly Scene[] = [
  {
    name: "the command is in our group",
    steps: [type(WAITS), ...READY, ...SAME_GROUP, CTRL_C, ...BACK_WITH(130), ...GONE],
  },
  {
    name: "in the background, cat is stopped; fg",
    steps: [
      type("$R cat &"),
      JOB,
      ["state", "ours", "T"],
      type("fg"),
      ["foreground", "ours"],
      ...echoes("hello"),
      CTRL_C,
      ...BACK_WITH(130),
    ],
  },
  {
    name: "in the background with tostop set, writing stops the job until fg",
    steps: [
      type("stty tostop"),
      PROMPT,
      type('$R sh -c "echo here; exit 4" &'),
      JOB,
      ["state", "ours", "T"],
      type("fg"),
      shows("^here$"),
      ...status(4),
    ],
  },
  {
    name: "^Z, bg: our end leaves the shell its terminal",
    steps: [
      KEEP,
      type(WAITS),
      ...READY,
      CTRL_Z,
      ...STOPPED,
      type("bg"),
      ["state", "main", "S"],
      ["state", "ours", "S"],
      ["signal", "ours", TERM],
      ...GONE,
      ["foreground", "self"],
      ["same-settings"],
      ...status(0),
    ],
  },
  {
    name: "our end in the background leaves a prompt its settings",
    instead: EDITING,
    steps: [
      PROMPT,
      // Other settings than those of a prompt, and the terminal is the shell's.
      type("$R $H & read x"),
      ...READY,
      ["foreground", "self"],
      type("go on"),
      PROMPT,
      KEEP,
      ["signal", "ours", TERM],
      ...GONE,
      ["same-settings"],
    ],
  },
  {
    name: "the settings of a prompt are not taken for the terminal's",
    instead: EDITING,
    steps: [
      PROMPT,
      KEEP,
      type(`sh -c 'echo shell $$.; kill -STOP $$; exec $R sh -c "$A"' &`),
      shows("shell (?P<shell>\\d+)\\.$"),
      ["state", "shell", "T"],
      ["same-settings"],
      ["signal", "shell", CONT],
      ...PID,
      ["state", "main", "T"],
      ["state", "ours", "T"],
      type("fg"),
      ["foreground", "main"],
      ...GOT,
      type("stty -a | grep -o -w -e .icanon -e icanon"),
      shows("^icanon"),
    ],
  },
  {
    name: "--watch: ^C ends us while we wait",
    steps: [
      type('$G sh -c "$A"'),
      ...PID,
      ...SAME_GROUP,
      ...GOT,
      WAITING,
      CTRL_C,
      ...BACK_WITH(5),
      ...GONE,
    ],
  },
  {
    name: "--watch: ^C ends us with the command",
    steps: [type("$G $H"), ...READY, CTRL_C, ...BACK_WITH(130), ...GONE],
  },
  {
    name: "--watch: ^Z, fg",
    steps: [
      type('$G sh -c "$A"'),
      ...PID,
      CTRL_Z,
      ...STOPPED,
      ...FG,
      ...GOT,
      WAITING,
      CTRL_C,
      ...BACK_WITH(5),
    ],
  },
];

function BACK_WITH(code: number): readonly Step[] {
  return [PROMPT, ["foreground", "self"], ...status(code)];
}

/** Not as PID 1: as `curfew run`, and what is init's own. */
export const SHELL_SCENES: readonly Scene[] = [
  ...[...SCENES, ...SUPERVISED].filter((scene) => !isOther(scene)),
  ...LOOP.flatMap(keysAt).filter(isOther),
  ...JOBS,
];

/**
 * The process that made the namespace: the shell knows of a stopped job only once it has stopped,
 * too.
 */
const OF_JOB = shows("^\\[1\\] (?P<job>\\d+)$");
const JOB_STOPPED: Step = ["state", "job", "T"];

/** Round trips with the shell: a process that does not rest is seen meanwhile. */
const TRIPS: readonly Step[] = [1, 2, 3, 4, 5].flatMap((at) => [
  type(`echo trip=$((${at} + 10)).`),
  shows(`trip=1${at}\\.$`),
  PROMPT,
]);

/** As PID 1 of a namespace in the session of a shell, without a /proc of its own. */
export const FOREIGN_SCENES: readonly Scene[] = [
  { name: "reading", steps: [type(`$U ${READS}`), ...INNER, ...SAME_GROUP, ...GOT, ...status(5)] },
  { name: "^C", steps: [type(`$U ${WAITS}`), ...INNER, CTRL_C, ...BACK_WITH(130), ...GONE] },
  {
    name: "^C is caught once",
    steps: [
      type(`$U $R $H 2 ${PWR}`),
      ...INNER,
      CTRL_C,
      shows("caught 2$"),
      ["signal", "ours", PWR],
      shows(`caught ${PWR}$`),
      ["signal", "main", KILL],
      ...GONE,
    ],
    never: TWICE(2),
  },
  { name: "hang-up", steps: [type(`$U ${WAITS}`), ...INNER, ["hang-up"], ...GONE] },
  {
    name: "^Z, fg",
    steps: [
      type('$U $V sh -c "$A"'),
      ...INNER,
      CTRL_Z,
      shows("Stopped"),
      ["state", "main", "T"],
      ["state", "ours", "S"],
      ["foreground", "self"],
      ...TRIPS,
      type("fg"),
      ["foreground", "main"],
      ...GOT,
      ...status(5),
    ],
    never: /by signal T[\s\S]*by signal T/,
  },
  {
    name: "^Z, bg, ^C ends another job",
    steps: [
      type(`$U ${WAITS}`),
      ...INNER,
      CTRL_Z,
      shows("Stopped"),
      ["state", "main", "T"],
      type("bg"),
      ["state", "main", "S"],
      type("$H"),
      shows("ready (?P<other>\\d+)"),
      CTRL_C,
      ...BACK_WITH(130),
      ["state", "main", "S"],
      ["signal", "ours", TERM],
      ...GONE,
      ["foreground", "self"],
    ],
  },
  {
    name: "in the background, reading stops the command once, until fg",
    steps: [
      type('$U $V sh -c "$A" &'),
      OF_JOB,
      ...INNER,
      shows("by signal TTIN\\n"),
      ["state", "main", "T"],
      ["state", "ours", "S"],
      JOB_STOPPED,
      ...TRIPS,
      type("fg"),
      ["foreground", "main"],
      ...GOT,
      ...status(5),
    ],
    never: STOPPED_TWICE,
  },
  {
    name: "in the background with tostop set, writing stops the command once, until fg",
    steps: [
      type("stty tostop"),
      PROMPT,
      type('$U $V sh -c "echo here; exit 4" &'),
      OF_JOB,
      shows("by signal TTOU\\n"),
      JOB_STOPPED,
      ...TRIPS,
      type("fg"),
      shows("^here$"),
      ...BACK_WITH(4),
    ],
    never: /by signal TTOU\n[\s\S]*by signal TTOU\n/,
  },
];
