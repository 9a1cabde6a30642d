// What is played at a terminal before `curfew init`, in test/init/terminal.test.ts. `$R` is
// `curfew init --`, `$V` the same with -v, `$G` with --reload-signal HUP; `$U` makes a namespace.
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
  type Step,
  shows,
  status,
  TERM,
  type,
} from "../cli/at-terminal.ts";
import {
  BACK,
  COMMANDS,
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

const [HUP, WINCH] = [1, 28];

export const INIT_COMMANDS = {
  ...COMMANDS,
  /** Changes the terminal's settings after a line. */
  W: 'echo pid $$.; read x; stty raw -echo; stty -a | grep -q -w -e -icanon && exec "$H"',
  /** Says where it is: number, group, session, terminal, and the terminal's foreground group. */
  L: 'echo at $(cut -d " " -f 1,5,6,7,8 /proc/$$/stat).; echo here > /dev/tty',
  Q: 'ulimit -c 0; exec "$H"',
};

const INNER: readonly Step[] = [shows("(pid|ready) (?P<main>\\d+)"), ["outer", "main"], OURS];
const EXITED = (code: number) => shows(`status=${code}\\.$`);
/** The terminal shows what is typed, and `cat` says it. */
const echoes = (word: string): readonly Step[] => [
  type(word),
  shows(`^${word}\\n[\\s\\S]*^${word}$`),
];
const TWICE = (signal: number) => new RegExp(`caught ${signal}\n[^]*caught ${signal}\n`);
/** What is said each time that the command is stopped by reading. */
const STOPPED_TWICE = /by signal TTIN\n[^]*by signal TTIN\n/;

/**
 * T31: the first process leads the session of a terminal. The shell around it has no terminal of its
 * own, and tells how it ended.
 */
const asFirst = (name: string, words: string, steps: readonly Step[], never?: RegExp): Scene => ({
  name,
  instead: ["--bare", "sh", "-c", `$U $T ${words}; echo status=$?.`],
  steps,
  ...(never && { never }),
});

export const FIRST_SCENES: readonly Scene[] = [
  asFirst("^C ends cat: 130", "$R cat", [...echoes("hello"), CTRL_C, EXITED(130)]),
  asFirst("T31: ^Z wedges nothing, and ^C ends cat", "$R cat", [
    ...echoes("hello"),
    CTRL_Z,
    ...echoes("again"),
    CTRL_Z,
    CTRL_C,
    EXITED(130),
  ]),
  asFirst("^Z does nothing to a command that waits, and ^C ends it", "$R $H", [
    ...INNER,
    CTRL_Z,
    CTRL_C,
    EXITED(130),
    ...GONE,
  ]),
  asFirst("^\\: 131", '$R sh -c "$Q"', [...INNER, CTRL_BACKSLASH, EXITED(131), ...GONE]),
  asFirst("^C is caught once", `$R $H 2 ${PWR}`, onceFirst(CTRL_C, 2), TWICE(2)),
  asFirst(
    "another window size is told once",
    `$R $H ${WINCH} ${PWR}`,
    onceFirst(["resize", 31, 97], WINCH),
    TWICE(WINCH),
  ),
  asFirst("hang-up", "$R $H", [...INNER, ["hang-up"], ...GONE, ["state", "self", ""]]),
  asFirst("after ^Z, hang-up", "$R $H", [...INNER, CTRL_Z, ["hang-up"], ...GONE]),
  asFirst("the command is told of the hang-up", `$R $H -e 9 ${HUP}`, [
    ...INNER,
    ["hang-up"],
    ...GONE,
  ]),
  asFirst("settings of a command that ends are not left", '$R sh -c "$W"', [
    ...INNER,
    KEEP,
    type("go on"),
    shows("ready \\d+"),
    ["signal", "ours", TERM],
    EXITED(143),
    ["same-settings"],
  ]),
  asFirst("settings of a command that is killed are not left", '$R sh -c "$W"', [
    ...INNER,
    KEEP,
    type("go on"),
    shows("ready \\d+"),
    ["signal", "main", KILL],
    EXITED(137),
    ["same-settings"],
  ]),
  asFirst("the command leads a session of its own, with the terminal", '$R sh -c "$L"', [
    shows("^at (?P<n>\\d+) (?P=n) (?P=n) [1-9]\\d* (?P=n)\\.$"),
    shows("^here$"),
    EXITED(0),
  ]),
  asFirst("a shell has job control", "$R bash --norc --noprofile --noediting -i", [
    PROMPT,
    type(`sh -c 'echo pid $$.; read x; echo "got <$x>"; exit 5'`),
    shows("pid (?P<main>\\d+)\\.$"),
    ["outer", "main"],
    CTRL_Z,
    shows("Stopped"),
    PROMPT,
    type("fg"),
    ["foreground", "main"],
    ...GOT,
    PROMPT,
    type("exit"),
    EXITED(5),
  ]),
  asFirst("--reload-signal: ^C ends us with the command", "$G $H", [
    ...INNER,
    CTRL_C,
    EXITED(130),
    ...GONE,
  ]),
  asFirst("--reload-signal: ^C ends us while we wait", '$G sh -c "$A"', [
    ...INNER,
    ...GOT,
    ["state", "main", ""],
    CTRL_C,
    EXITED(130),
    ["state", "ours", ""],
  ]),
  asFirst("--reload-signal: ^Z wedges nothing, and ^C ends us", '$G sh -c "$A"', [
    ...INNER,
    CTRL_Z,
    ...GOT,
    ["state", "main", ""],
    CTRL_Z,
    CTRL_C,
    EXITED(130),
  ]),
  asFirst("--reload-signal: the next generation reads the terminal, too", '$G sh -c "$A"', [
    ...INNER,
    ...GOT,
    ["signal", "ours", HUP],
    shows("(pid|ready) (?P<main>\\d+)"),
    ["outer", "main"],
    ...GOT,
    ["state", "main", ""],
    CTRL_C,
    EXITED(130),
  ]),
];

/** A signal of a terminal comes once: a second one would be handled before the PWR after it. */
function onceFirst(key: Step, number: number): readonly Step[] {
  return [
    ...INNER,
    key,
    shows(`caught ${number}$`),
    ["signal", "ours", PWR],
    shows(`caught ${PWR}$`),
    ["signal", "main", KILL],
    EXITED(137),
    ...GONE,
  ];
}

/** What is other than with `curfew run`: a signal's death is an exit code, so a loop goes on. */
const isOther = ({ name }: Scene) => /^in a loop of bash: \^[C\\]/.test(name);
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
      ...status(130),
      ["foreground", "self"],
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
    name: "the settings of a prompt are not taken for the terminal's",
    // With a line editor, unlike the others.
    instead: ["bash", "--norc", "--noprofile", "-i"],
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
    name: "--reload-signal: ^C ends us while we wait",
    steps: [
      type('$G sh -c "$A"'),
      ...PID,
      ...SAME_GROUP,
      ...GOT,
      ["state", "main", ""],
      CTRL_C,
      ...BACK_WITH(130),
      ...GONE,
    ],
  },
  {
    name: "--reload-signal: ^C ends us with the command",
    steps: [type("$G $H"), ...READY, CTRL_C, ...BACK_WITH(130), ...GONE],
  },
  {
    name: "--reload-signal: ^Z, fg",
    steps: [
      type('$G sh -c "$A"'),
      ...PID,
      CTRL_Z,
      ...STOPPED,
      ...FG,
      ...GOT,
      CTRL_C,
      ...BACK_WITH(130),
    ],
  },
];

function BACK_WITH(code: number): readonly Step[] {
  return [PROMPT, ["foreground", "self"], ...status(code)];
}

/** Not as PID 1: as `curfew run`, and what is init's own. */
export const SHELL_SCENES: readonly Scene[] = [
  ...SCENES.filter((scene) => !isOther(scene)),
  ...SUPERVISED,
  ...LOOP.flatMap(keysAt).filter(isOther),
  ...JOBS,
];

/** Round trips with the shell: somebody who cannot rest shows it meanwhile. */
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
    name: "^Z: a command that reads is stopped once more, by reading; fg",
    steps: [
      type('$U $V sh -c "$A"'),
      ...INNER,
      CTRL_Z,
      shows("by signal TTIN\\n"),
      ["state", "main", "T"],
      ["foreground", "self"],
      ...TRIPS,
      type("fg"),
      ["foreground", "main"],
      ...GOT,
      ...status(5),
    ],
    never: STOPPED_TWICE,
  },
  {
    name: "in the background, reading stops the command once, until fg",
    steps: [
      type('$U $V sh -c "$A" &'),
      ...INNER,
      shows("by signal TTIN\\n"),
      ["state", "main", "T"],
      ["state", "ours", "S"],
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
      type('echo; $U $R sh -c "$H > /dev/null & echo pid \\$! > /dev/null; echo here; exit 4" &'),
      PROMPT,
      ...TRIPS,
      type("fg"),
      shows("^here$"),
      ...status(4),
    ],
  },
];
