// `--pty` before an interactive shell: sizes, keys, suspension, and the terminal given back.
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { IS_ROOT } from "../adversaries/users.ts";
import {
  CTRL_BACKSLASH,
  CTRL_C,
  CTRL_Z,
  KILL,
  OURS,
  PROMPT,
  plain,
  play,
  type Scene,
  STOP,
  type Step,
  shows,
  skip,
  status as statusOf,
  TERM,
  type,
} from "./at-terminal.ts";
import { BINARIES, type Binary } from "./binary.ts";

/** Says its PID, then does something. */
const told = (then: string) => `sh -c 'echo pid $$.; ${then}'`;
const PIDS: readonly Step[] = [shows("pid (?P<main>\\d+)\\.$"), OURS];
/** A shell that stays the command while another program works. */
const WAITS = told("exec sleep 1000");
/** What is typed before the prompt is the command's. */
const status = (code: number): readonly Step[] => [PROMPT, ...statusOf(code)];
const CTRL_D: Step = ["send", "\u0004"];
const KEEP: Step = ["keep-settings"];
const SAME: Step = ["same-settings"];
const bytes = (text: string): Step => ["send", text];

/** Reads one key in raw mode, and says its number. */
const KEY = [
  "import sys, tty, termios",
  "old = termios.tcgetattr(0)",
  "tty.setraw(0)",
  "sys.stdout.write(chr(107) + chr(101) + chr(121) + chr(63))",
  "sys.stdout.flush()",
  "c = sys.stdin.buffer.raw.read(1)[0]",
  "termios.tcsetattr(0, termios.TCSADRAIN, old)",
  "print(chr(61) + str(c) + chr(46))",
].join("; ");

/** Says the size at each change, and the first line that is typed. */
const DIALOGUE = [
  'trap "stty size" WINCH; echo on; read x; echo "<$x>"',
  "while :; do sleep 0.1; done",
].join("; ");

const SCENES: readonly Scene[] = [
  {
    name: "the size is that of the terminal outside, and follows it",
    steps: [
      ["resize", 31, 97],
      type(`$C sh -c 'stty size; ${DIALOGUE}'`),
      shows("^31 97$"),
      shows("^on$"),
      ["resize", 40, 100],
      shows("^40 100$"),
      CTRL_C,
      ...status(130),
    ],
  },
  {
    name: "a size that was given stays",
    steps: [
      ["resize", 31, 97],
      type(`$C --pty=120x50 ${told("stty size; read x; stty size")}`),
      ...PIDS,
      shows("^50 120$"),
      ["resize", 40, 100],
      type("x"),
      shows("^50 120$"),
      ...status(0),
    ],
  },
  {
    name: "the line discipline is the caller's",
    steps: [
      type("stty intr ^T"),
      PROMPT,
      type(`$C sh -c 'stty -a | grep -o "intr = ^."; exec sleep 1000'`),
      shows("intr = \\^T"),
      bytes("\u0014"),
      ...status(130),
    ],
  },
  {
    name: "Ctrl-C and Ctrl-\\ reach the command, and curfew follows it",
    steps: [
      KEEP,
      type(`$C ${WAITS}`),
      ...PIDS,
      CTRL_C,
      ...status(130),
      SAME,
      type(`$C ${WAITS}`),
      ...PIDS,
      CTRL_BACKSLASH,
      ...status(131),
      SAME,
    ],
  },
  {
    name: "a command that handles Ctrl-C goes on, and what is typed is echoed once",
    steps: [
      type(`$C sh -c 'trap "echo caught" INT; echo on; until read x; do :; done; echo "<$x>"'`),
      shows("^on$"),
      CTRL_C,
      shows("caught$"),
      type("abc"),
      shows("^<abc>$"),
      ...status(0),
    ],
    never: /abc.*abc.*abc/s,
  },
  {
    name: "Ctrl-Z: curfew is suspended with the command, the terminal is the shell's, fg resumes",
    steps: [
      KEEP,
      type(`$C sh -c 'echo pid $$.; read x; echo "<$x>"; read x; echo "<$x>"'`),
      ...PIDS,
      type("one"),
      shows("^<one>$"),
      CTRL_Z,
      ["state", "main", "T"],
      ["state", "ours", "T"],
      shows("Stopped"),
      SAME,
      PROMPT,
      ["resize", 33, 91],
      type("fg"),
      ["state", "main", "S"],
      type("two"),
      shows("^<two>$"),
      ...status(0),
      SAME,
    ],
  },
  {
    name: "bg: the command runs on, and fg gives it the keys again",
    steps: [
      KEEP,
      type(`$C sh -c 'echo pid $$.; read x; echo "<$x>"'`),
      ...PIDS,
      CTRL_Z,
      ["state", "ours", "T"],
      PROMPT,
      type("bg"),
      ["state", "main", "S"],
      SAME,
      type("echo shell $((40 + 2))."),
      shows("^shell 42\\.$"),
      type("fg"),
      shows("^.*sh -c"),
      type("two"),
      shows("^<two>$"),
      ...status(0),
      SAME,
    ],
  },
  {
    name: "Ctrl-Z suspends a whole pipeline, and what is printed behind it looks as ever",
    steps: [
      KEEP,
      type(`$C ${WAITS} | { printf 'up\\ndown\\n'; cat; }`),
      shows("^up\ndown\n"),
      shows("pid (?P<main>\\d+)\\."),
      OURS,
      ["resize", 41, 101],
      CTRL_Z,
      ["state", "ours", "T"],
      shows("Stopped"),
      PROMPT,
      SAME,
      type("fg"),
      ["state", "ours", "S"],
      CTRL_C,
      PROMPT,
      SAME,
    ],
  },
  {
    name: "started in the background it reads nothing until fg",
    steps: [
      type(`$C sh -c 'echo pid $$.; read x; echo "<$x>"' &`),
      shows("pid (?P<main>\\d+)\\."),
      OURS,
      type("echo shell $((40 + 2))."),
      shows("^shell 42\\.$"),
      type("fg"),
      shows("^.*sh -c"),
      type("two"),
      shows("^<two>$"),
      ...status(0),
    ],
  },
  {
    name: "SIGSTOP from outside: fg gives curfew the terminal again",
    steps: [
      KEEP,
      type(`$C sh -c 'echo pid $$.; stty -echo; read x; echo "<$x>"'`),
      ...PIDS,
      ["signal", "ours", STOP],
      ["state", "ours", "T"],
      SAME,
      PROMPT,
      type("fg"),
      ["state", "ours", "S"],
      type("two"),
      shows("^<two>$"),
      ...status(0),
      SAME,
    ],
  },
  {
    name: "a shell inside suspends its own jobs, and curfew is not suspended",
    steps: [
      type("PS1='inner> ' $C bash --norc --noprofile --noediting -i"),
      shows("^inner> $"),
      type(WAITS),
      ...PIDS,
      CTRL_Z,
      ["state", "main", "T"],
      shows("Stopped"),
      shows("^inner> $"),
      ["state", "ours", "S"],
      type("fg"),
      ["state", "main", "S"],
      CTRL_C,
      shows("^inner> $"),
      type("exit 5"),
      ...status(5),
    ],
  },
  {
    name: "a program that reads keys gets each of them",
    steps: [
      KEEP,
      type(`$C python3 -c '${KEY}'`),
      shows("key\\?"),
      CTRL_C,
      shows("=3\\.$"),
      PROMPT,
      type(`$C python3 -c '${KEY}'`),
      shows("key\\?"),
      CTRL_Z,
      shows("=26\\.$"),
      SAME,
    ],
  },
  {
    name: "a full-screen editor works, and Ctrl-Z suspends it with curfew",
    steps: [
      KEEP,
      type("file=$(mktemp)"),
      PROMPT,
      type("TERM=vt100 $C vi -u NONE -n $file"),
      shows("~"),
      bytes("ihello\u001b"),
      CTRL_Z,
      shows("Stopped"),
      PROMPT,
      SAME,
      type("fg"),
      shows("hello"),
      bytes(":wq\r"),
      PROMPT,
      SAME,
      type("cat $file; rm $file"),
      shows("^hello$"),
    ],
  },
  {
    name: "an interpreter that edits its line works",
    steps: [
      type("TERM=vt100 PYTHON_BASIC_REPL=1 $C python3 -q"),
      shows(">>> "),
      type("40 + 2"),
      shows("^42$"),
      shows(">>> "),
      bytes("\u001b[A\u007f\u007f3\r"),
      shows("^43$"),
      shows(">>> "),
      CTRL_C,
      shows("KeyboardInterrupt"),
      // Before its prompt the terminal is not raw, and what Ctrl-D makes there is lost later.
      shows(">>> "),
      CTRL_D,
      ...status(0),
    ],
  },
  {
    name: "Ctrl-D ends the input",
    steps: [
      type("$C cat"),
      type("abc"),
      shows("^abc\nabc$"),
      CTRL_D,
      ...status(0),
      PROMPT,
      type("echo x | $C cat"),
      shows("^x\\r?\\nx"),
      ...status(0),
    ],
  },
  {
    name: "curfew is killed: the guardian gives the terminal back",
    steps: [
      KEEP,
      type(`sh -c "$C ${WAITS.replaceAll("$", "\\$")}; echo end."`),
      ...PIDS,
      ["signal", "ours", KILL],
      ["state", "main", ""],
      shows("^end\\.$"),
      SAME,
    ],
  },
  {
    name: "the guardian is killed: curfew gives the terminal back",
    steps: [
      KEEP,
      type(`sh -c "$C ${WAITS.replaceAll("$", "\\$")}; echo end=\\$?."`),
      ...PIDS,
      ["parent", "guardian", "main"],
      ["signal", "guardian", KILL],
      ["state", "main", ""],
      shows("^end=125\\.$"),
      SAME,
    ],
  },
  {
    name: "a time limit gives the terminal back",
    steps: [
      KEEP,
      type("$C --timeout 50ms stty raw -echo; $C --timeout 50ms sleep 1000"),
      ...status(124),
      SAME,
    ],
  },
  {
    name: "what curfew says begins at the left, although the terminal is in raw mode",
    steps: [
      type("$C --timeout 50ms sleep 1000"),
      shows("time limit of 50ms(?s:.*)is gone"),
      ["each-line-begins-left"],
      ...status(124),
    ],
  },
  {
    name: "TERM to curfew ends the command, and the terminal is given back",
    steps: [KEEP, type(`$C ${WAITS}`), ...PIDS, ["signal", "ours", TERM], ...status(143), SAME],
  },
  {
    name: "a terminal that goes away ends the command",
    steps: [
      type(`$C ${WAITS}`),
      ...PIDS,
      ["hang-up"],
      ["state", "main", ""],
      ["state", "ours", ""],
    ],
  },
  {
    name: "without a shell with job control, Ctrl-Z suspends nothing",
    instead: ["$C", "sh", "-c", "echo pid $$.; read x; echo go $x; read x; exit 7"],
    steps: [
      shows("pid (?P<main>\\d+)\\.$"),
      CTRL_Z,
      type("on"),
      shows("^go on$"),
      CTRL_C,
      ["state", "main", ""],
      ["state", "self", ""],
    ],
  },
  {
    name: "a terminal that is not of curfew's session",
    instead: ["--bare", "$C", "sh", "-c", "echo pid $$.; read x; echo go $x; tty"],
    steps: [
      shows("pid (?P<main>\\d+)\\.$"),
      type("on"),
      shows("^go on$"),
      shows("^/dev/pts/"),
      ["state", "self", ""],
    ],
  },
];

const NO_EDITOR = spawnSync("vi", ["--version"]).status !== 0 && "no vi here";

/** Scenes that only root can play. */
const NAMESPACES: readonly Scene[] = [
  {
    name: "a command in a PID namespace of its own is suspended and resumed, too",
    steps: [
      KEEP,
      type(`$C --containment pidns sh -c 'echo on; read x; echo "<$x>"'`),
      shows("^on$"),
      CTRL_Z,
      shows("Stopped"),
      PROMPT,
      SAME,
      type("fg"),
      type("two"),
      shows("^<two>$"),
      ...status(0),
    ],
  },
  {
    name: "as PID 1 with a terminal",
    instead: ["unshare", "--pid", "--fork", "--mount-proc", "$I", "sh", "-c", DIALOGUE],
    steps: [
      shows("^on$"),
      CTRL_Z,
      type("one"),
      shows("^<one>$"),
      ["resize", 33, 77],
      shows("^33 77$"),
      CTRL_C,
      ["state", "self", ""],
    ],
  },
];

function subjectOf(binary: Binary) {
  const program = plain(binary.path, binary.name);
  const variables = { C: `${program} run --pty`, I: `${program} init --pty` };
  return { path: binary.path, variables, env: binary.env };
}

describe("a terminal of its own", { skip }, () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      for (const scene of SCENES) {
        const isSkipped = scene.name.includes("editor") && NO_EDITOR;
        test(scene.name, { skip: isSkipped }, () => play(subjectOf(binary), scene));
      }
      for (const scene of NAMESPACES) {
        const isSkipped = !IS_ROOT && "needs root";
        test(scene.name, { skip: isSkipped }, () => play(subjectOf(binary), scene));
      }
    });
  }
});
