// A command that reads Node's terminal stays in Node's process group: only there it may.
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CTRL_C, play, type Scene, shows, skip, type } from "../../cli/at-terminal.ts";

const PROGRAM = fileURLToPath(new URL("node-at-terminal.ts", import.meta.url));
const nodeWith = (words: string, text: string) => [process.execPath, PROGRAM, words, text];

const SCENES: readonly Scene[] = [
  {
    name: "it reads what is typed, and the report says what is promised",
    instead: nodeWith("", "echo asks; read -r word; echo got $word"),
    steps: [
      shows("asks"),
      type("hello"),
      shows("got hello"),
      shows("outcome=exited containment=child\\."),
      shows("reasons=child_only,.*no_guardian\\."),
    ],
  },
  {
    name: "at the limit what is below it ends, too",
    instead: nodeWith("--timeout 300ms", "sleep 1000 & exec sleep 1000"),
    steps: [shows("outcome=timed_out containment=child\\."), shows("left=1 survivors=0\\.")],
  },
  {
    name: "in a new session it cannot read the terminal, and has a group of its own",
    instead: nodeWith(
      "--new-session",
      "ps -o pgid= -p $$; echo $$; read -r word </dev/tty || echo none",
    ),
    steps: [shows("none"), shows("outcome=exited containment=group\\.")],
  },
  {
    name: "Ctrl-C reaches Node and the command, as without curfew",
    instead: nodeWith("", "trap 'echo int; exit 1' INT; echo ready; while :; do sleep 0.1; done"),
    steps: [shows("ready"), CTRL_C, shows("int"), shows("outcome=exited containment=child\\.")],
  },
];

for (const scene of SCENES) {
  test(`at a terminal: ${scene.name}`, { skip }, () => play({ path: "", variables: {} }, scene));
}
