// Where a command stands at a terminal, what is typed to it there, and what is seen of it.
import {
  CTRL_BACKSLASH,
  CTRL_C,
  CTRL_Z,
  KILL,
  OURS,
  PROMPT,
  type Scene,
  type Step,
  shows,
  status,
  type,
} from "./at-terminal.ts";

/** What scenes type. `$R` is `curfew run`, or nothing where the command runs without it. */
export const COMMANDS = {
  /** Reads a line. */
  A: 'echo pid $$.; read x; echo "got <$x>"; exit 5',
  /** The same, and no key stops it. */
  I: 'trap "" INT TSTP; echo pid $$.; read x; echo "got <$x>"; exit 5',
  /** Changes the terminal's settings, and waits. */
  S: 'stty -echo -icanon; exec "$H"',
};
export const READS = '$R sh -c "$A"';
export const WAITS = "$R $H";

export const PID: readonly Step[] = [shows("pid (?P<main>\\d+)\\.$"), OURS];
export const READY: readonly Step[] = [shows("ready (?P<main>\\d+)$"), OURS];
export const GOT: readonly Step[] = [type("abc"), shows("^got <abc>$")];
export const GONE: readonly Step[] = [
  ["state", "main", ""],
  ["state", "ours", ""],
];
export const STOPPED: readonly Step[] = [
  shows("Stopped"),
  ["state", "main", "T"],
  ["state", "ours", "T"],
  PROMPT,
  ["foreground", "self"],
];
export const FG: readonly Step[] = [type("fg"), ["foreground", "main"], ["state", "ours", "S"]];
/** The limit passes for a job that ^Z has suspended, and the shell is told. */
export const expiresSuspended = (line: string): readonly Step[] => [
  type(line),
  ...PID,
  CTRL_Z,
  shows("Stopped"),
  PROMPT,
  ["state", "main", ""],
  ["state", "ours", ""],
  type(""),
  shows("Exit 124"),
];
/** The prompt is there, and the terminal is as it was. */
export const BACK: readonly Step[] = [PROMPT, ["foreground", "self"], ["same-settings"]];
export const KEEP: Step = ["keep-settings"];

/** Where a command stands at a terminal, and what is seen after it has ended. */
type Place = {
  readonly name: string;
  readonly line: (command: string) => string;
  readonly read: readonly Step[];
  readonly interrupted: readonly Step[];
  readonly quit: readonly Step[];
};

const ends = (code: number): readonly Step[] => [...BACK, ...status(code)];
export const goesOn = (code: number): readonly Step[] => [shows(`^next=${code}\\.$`), ...BACK];

export const PLACES: readonly Place[] = [
  {
    name: "at a prompt",
    line: (command) => command,
    read: ends(5),
    interrupted: ends(130),
    quit: ends(131),
  },
  {
    name: "in sh -c",
    line: (command) => `sh -c '${command}; echo next=$?.'`,
    read: goesOn(5),
    interrupted: ends(130),
    quit: ends(131),
  },
  {
    name: "in a loop of bash",
    line: (command) => `bash -c 'for i in 1 2; do ${command} || { echo next=$?.; break; }; done'`,
    read: goesOn(5),
    interrupted: ends(130),
    quit: goesOn(131),
  },
  {
    name: "at the head of a pipeline",
    line: (command) => `${command} | cat`,
    read: ends(0),
    interrupted: ends(130),
    quit: ends(131),
  },
  {
    name: "at the tail of a pipeline",
    line: (command) => `: | ${command} < /dev/tty`,
    read: ends(5),
    interrupted: ends(130),
    quit: ends(131),
  },
];

/** Reading, the keys, and hanging up, at one place. */
export function keysAt({ name, line, read, interrupted, quit }: Place): readonly Scene[] {
  const reads = [type("ulimit -c 0"), PROMPT, KEEP, type(line(READS)), ...PID];
  const waits = [type("ulimit -c 0"), PROMPT, KEEP, type(line(WAITS)), ...READY];
  return [
    { name: `${name}: reading`, steps: [...reads, ["foreground", "main"], ...GOT, ...read] },
    {
      name: `${name}: ^C`,
      steps: [...waits, CTRL_C, ...interrupted, ...GONE],
      never: /^next=\d/m,
    },
    { name: `${name}: ^\\`, steps: [...waits, CTRL_BACKSLASH, ...quit, ...GONE] },
    {
      name: `${name}: ^Z, fg, twice`,
      steps: [...reads, CTRL_Z, ...STOPPED, ...FG, CTRL_Z, ...STOPPED, ...FG, ...GOT, ...read],
    },
    {
      name: `${name}: ^Z, and the shell is killed`,
      steps: [...waits, CTRL_Z, ...STOPPED, ["signal", "self", KILL], ...GONE],
    },
    { name: `${name}: hang-up`, steps: [...waits, ["hang-up"], ...GONE] },
    { name: `${name}: ^Z, hang-up`, steps: [...waits, CTRL_Z, ...STOPPED, ["hang-up"], ...GONE] },
  ];
}
