// What is played at a terminal before `curfew init` as the first process of a session of its own
// (T31), in test/init/terminal.test.ts, which says what `$R` and the others are.
import {
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
  TERM,
  type,
} from "../cli/at-terminal.ts";
import { COMMANDS, GONE, GOT, KEEP } from "../cli/tty-places.ts";

const [HUP, RELOAD, WINCH] = [1, 12, 28];

export const INIT_COMMANDS = {
  ...COMMANDS,
  /** Changes the terminal's settings after a line. */
  W: 'echo pid $$.; read x; stty raw -echo; stty -a | grep -q -w -e -icanon && exec "$H"',
  /** Says where it is: number, group, session, terminal, and the terminal's foreground group. */
  L: 'echo at $(cut -d " " -f 1,5,6,7,8 /proc/$$/stat).; echo here > /dev/tty',
  Q: 'ulimit -c 0; exec "$H"',
};

export const INNER: readonly Step[] = [
  shows("(pid|ready) (?P<main>\\d+)"),
  ["outer", "main"],
  OURS,
];
const EXITED = (code: number) => shows(`status=${code}\\.$`);
/** What init says with -v where it goes on without a command. */
export const WAITING = shows("waiting for a change\\n");
/** The terminal shows what is typed, and `cat` says it. */
export const echoes = (word: string): readonly Step[] => [
  type(word),
  shows(`${word}\\n[\\s\\S]*^${word}$`),
];
export const TWICE = (signal: number) => new RegExp(`caught ${signal}\n[^]*caught ${signal}\n`);

/**
 * T31: the first process leads the session of a terminal. The shell around it has no terminal of
 * its own, and tells how it ended.
 */
const asFirst = (name: string, words: string, steps: readonly Step[], never?: RegExp): Scene => ({
  name,
  instead: ["--bare", "sh", "-c", `$U $TAKES ${words}; echo status=$?.`],
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
  asFirst("--watch: ^C ends us with the command", "$G $H", [
    ...INNER,
    CTRL_C,
    EXITED(130),
    ...GONE,
  ]),
  asFirst("--watch: ^C ends us while we wait", '$G sh -c "$A"', [
    ...INNER,
    ...GOT,
    WAITING,
    CTRL_C,
    EXITED(5),
    ["state", "ours", ""],
  ]),
  asFirst("--watch: a hang-up ends us while we wait", '$G sh -c "$A"', [
    ...INNER,
    ...GOT,
    WAITING,
    ["hang-up"],
    ...GONE,
    ["state", "ours", ""],
  ]),
  asFirst("--watch: ^Z wedges nothing, and ^C ends us", '$G sh -c "$A"', [
    ...INNER,
    CTRL_Z,
    ...GOT,
    WAITING,
    CTRL_Z,
    CTRL_C,
    EXITED(5),
  ]),
  asFirst("--reload-signal: the next generation reads the terminal, too", '$G sh -c "$A"', [
    ...INNER,
    ["signal", "ours", RELOAD],
    ["state", "main", ""],
    ...INNER,
    ...GOT,
    WAITING,
    CTRL_C,
    EXITED(5),
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
