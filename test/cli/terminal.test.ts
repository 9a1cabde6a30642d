// At a terminal, before an interactive shell: reading, stopping, interrupting, hanging up (S35).
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  CONT,
  CTRL_C,
  CTRL_Z,
  KILL,
  OURS,
  PROMPT,
  PWR,
  plain,
  play,
  type Scene,
  STOP,
  type Step,
  shows,
  skip,
  status,
  TERM,
  type,
} from "./at-terminal.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import { OPEN, start } from "./run.ts";

const ALRM = 14;
/** Says its own pid, then does something. */
const told = (then: string) => `sh -c 'echo pid $$.; ${then}'`;
/**
 * A command that Ctrl-C ends. A shell that is about to start a program may swallow a signal: this
 * one is in place when it says "ready".
 */
const WAITS = told('exec "$H"');
const PIDS: readonly Step[] = [shows("pid (?P<main>\\d+)\\.$"), OURS];
const READY = shows("ready \\d+$");

/**
 * Ctrl-C where curfew was started by a terminal itself: the kernel signals both of us. We are
 * stopped meanwhile, so that a second signal, if we send one, comes when the first was handled.
 */
const ONCE = ["", "-f"].map(
  (option): Scene => ({
    name: `P31: Ctrl-C reaches the command once ${option}`,
    instead: ["$C", ...(option === "" ? [] : [option]), "1000", child("handles"), "2", "30"],
    steps: [
      shows("^ready (?P<main>\\d+)$"),
      ["signal", "self", STOP],
      ["state", "self", "T"],
      CTRL_C,
      shows("caught 2$"),
      ["signal", "self", CONT],
      // Signals are taken in the order of their numbers: a second INT comes before this.
      ["signal", "self", PWR],
      shows("caught 30$"),
      ["signal", "main", KILL],
      ["state", "self", ""],
    ],
    never: /caught 2\n.*caught 2\n/s,
  }),
);

/** `$C` is `curfew timeout`. */
const SCENES: readonly Scene[] = [
  {
    name: "S35: from a prompt the command reads the terminal",
    steps: [
      type(`$C 1000 sh -c 'echo "go on"; read x; echo "got <$x>"; exit 5'`),
      shows("^go on$"),
      type("abc"),
      shows("^got <abc>$"),
      ...status("5"),
    ],
  },
  {
    name: "S35: under --foreground as well",
    steps: [
      type(`$C -f 1000 sh -c 'echo "go on"; read x; echo "got <$x>"'`),
      shows("^go on$"),
      type("abc"),
      shows("^got <abc>$"),
    ],
  },
  {
    name: "S35: in a script, reading stops the command until the limit passes: 124",
    steps: [
      type(`sh -c "$C -v 1000 ${told("read x; echo got").replaceAll("$", "\\$")}; echo end=\\$?."`),
      ...PIDS,
      shows("was stopped by signal TTIN"),
      ["state", "main", "T"],
      ["state", "ours", "S"],
      ["signal", "ours", ALRM],
      shows("^end=124\\.$"),
    ],
  },
  {
    name: "S35: in a script, --foreground lets it read",
    steps: [
      type(
        `sh -c "$C -f 1000 sh -c 'echo \\"go on\\"; read x; echo \\"got <\\$x>\\"'; echo end=\\$?."`,
      ),
      shows("^go on$"),
      type("abc"),
      shows("^got <abc>$"),
      shows("^end=0\\.$"),
    ],
  },
  {
    name: "S35: writing with tostop set stops the command, not us",
    steps: [
      type("stty tostop"),
      type(
        `sh -c "$C -v -k 1000 1000 ${told("echo here").replaceAll("$", "\\$")} 2>&1 | cat; echo end."`,
      ),
      shows("^end\\.$"),
    ],
  },
  {
    name: "Ctrl-C ends a command that does nothing about it, and us by the same signal",
    steps: [
      type(`$C 1000 ${WAITS}`),
      ...PIDS,
      READY,
      CTRL_C,
      PROMPT,
      ["state", "ours", ""],
      ["state", "main", ""],
      ...status("130"),
    ],
  },
  {
    name: "S35: Ctrl-C in a script reaches the shell, not the command",
    steps: [
      type(`sh -c "$C 1000 ${told("read x < /dev/zero").replaceAll("$", "\\$")}; echo not here"`),
      ...PIDS,
      CTRL_C,
      ["state", "main", "R"],
      ["signal", "ours", TERM],
      PROMPT,
      ["state", "main", ""],
    ],
  },
  {
    name: "Ctrl-Z stops us with the command; fg continues both",
    steps: [
      type(`$C 1000 ${told('read x; echo "got <$x>"; exit 6')}`),
      ...PIDS,
      CTRL_Z,
      shows("Stopped"),
      ["state", "ours", "T"],
      ["state", "main", "T"],
      type("fg"),
      shows("sh -c"),
      ["state", "ours", "S"],
      type("abc"),
      shows("^got <abc>$"),
      ...status("6"),
    ],
  },
  {
    name: "Ctrl-Z, bg: the command goes on and ends in the background",
    steps: [
      type(`$C 1000 ${told("echo > /dev/null; sleep 1000")}`),
      ...PIDS,
      CTRL_Z,
      shows("Stopped"),
      ["state", "ours", "T"],
      type("bg"),
      ["state", "ours", "S"],
      ["signal", "ours", ALRM],
      type("wait %1"),
      shows("Exit 124"),
    ],
  },
  {
    name: "Ctrl-Z under --foreground, fg",
    steps: [
      type(`$C -f 1000 ${told("read x; exit 7")}`),
      ...PIDS,
      CTRL_Z,
      shows("Stopped"),
      ["state", "ours", "T"],
      ["state", "main", "T"],
      type("fg"),
      ["state", "main", "S"],
      type("abc"),
      ...status("7"),
    ],
  },
  {
    name: "a stopped job's limit that passed is noticed when it is continued",
    steps: [type(`$C 0.01 ${WAITS} 2>&1; echo end=$?.`), shows("^end=124\\.$")],
  },
  ...["TERM", "INT", "KILL", "TSTP", "STOP"].map(
    (signal): Scene => ({
      name: `a pipeline's head that expires with ${signal} leaves the rest of the pipeline alone`,
      steps: [
        type(`$C -k 0.05 -s ${signal} 0.05 sleep 1000 | sh -c 'cat; echo still here; exit 3'`),
        shows("^still here$"),
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
        type('echo "status=${PIPESTATUS[1]}."'),
        shows("status=3\\.$"),
      ],
    }),
  ),
  {
    name: "a pipeline's tail that expires leaves the head alone",
    steps: [
      type(`sh -c 'trap "" PIPE; read x; echo "head got $x" >&2; exit 3' | $C 0.05 sleep 1000`),
      type("abc"),
      shows("^head got abc$"),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
      type('echo "status=${PIPESTATUS[0]}."'),
      shows("status=3\\.$"),
    ],
  },
  {
    name: "in a pipeline, Ctrl-C ends all of it",
    steps: [
      type(`$C 1000 ${WAITS} | sh -c 'trap "exit 1" INT; while read x; do echo "$x"; done'`),
      ...PIDS,
      READY,
      CTRL_C,
      PROMPT,
      ["state", "main", ""],
      ["state", "ours", ""],
    ],
  },
  {
    name: "the command's grandchildren in the group end at a prompt, too",
    steps: [
      type(`$C 1000 sh -c 'sleep 1000 & echo pid $!.; wait'`),
      ...PIDS,
      ["signal", "ours", ALRM],
      ["state", "main", ""],
      ...status("124"),
    ],
  },
  {
    name: "a background job at the prompt",
    steps: [
      type(`$C 1000 ${WAITS} &`),
      ...PIDS,
      ["signal", "ours", TERM],
      type("wait $!"),
      ...status("143"),
    ],
  },
  {
    name: "a terminal that goes away ends the command",
    steps: [
      type(`$C 1000 ${WAITS}`),
      ...PIDS,
      ["hang-up"],
      ["state", "main", ""],
      ["state", "ours", ""],
    ],
  },
  {
    name: "nohup survives a terminal that goes away",
    steps: [
      type(`nohup $C 1000 ${WAITS} 2>&1 | cat`),
      ...PIDS,
      READY,
      ["hang-up"],
      ["state", "ours", "S"],
      ["state", "main", "S"],
      ["signal", "ours", TERM],
      ["state", "main", ""],
    ],
  },
];

function subjectOf(binary: Binary) {
  const variables = { C: `${plain(binary.path, binary.name)} timeout` };
  return { path: binary.path, variables, env: binary.env };
}

/** Names itself by two bytes that are no UTF-8, and ends when it is told. */
const ODD = `odd=$(printf '\\377(\\376')
  printf '#!/bin/sh\\necho ready; read end\\n' >"$odd"; chmod +x "$odd"; exec "./$odd"`;

test("a process of any name on this machine hinders no scene", { skip }, async () => {
  const cwd = mkdtempSync(join(tmpdir(), "curfew-odd-"));
  const odd = start(["sh", "-c", ODD], { cwd, input: OPEN });
  await odd.says(/^ready$/m);
  const steps = [
    type("echo pid $$."),
    shows("pid (?P<main>\\d+)\\."),
    ["state", "main", "S"] as const,
  ];
  await play({ path: "", variables: {} }, { name: "", steps });
  odd.write("\n");
  const { code } = await odd.ended;
  rmSync(cwd, { recursive: true });
  assert.equal(code, 0);
});

describe("terminal", { skip }, () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 4 }, () => {
      const subject = subjectOf(binary);
      for (const scene of [...SCENES, ...ONCE]) test(scene.name, () => play(subject, scene));
    });
  }
});
