// A terminal under dumb-init's name, beside the real one (S52): the command has a session of its
// own, and the terminal with it where that is ours to give.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import {
  CTRL_C,
  CTRL_Z,
  KILL,
  OURS,
  PROMPT,
  play,
  type Scene,
  type Subject,
  shows,
  skip,
  type,
} from "./at-terminal.ts";
import { BINARIES } from "./binary.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-dumb-init-"));
after(() => rmSync(FOLDER, { recursive: true }));

/** Says its number if it leads a session. */
const LEADS = "read -r pid _ _ _ _ session _ </proc/$$/stat; [ $pid = $session ] && echo pid $pid.";
const WAITS = `$D sh -c '${LEADS}; exec "$H" 2 10'`;
const BEGUN = [shows("pid (?P<main>\\d+)\\.$"), OURS, shows("ready \\d+$")] as const;

const SCENES: readonly Scene[] = [
  {
    name: "before a shell: ^Z stops command and init, fg continues both, ^C reaches the command",
    steps: [
      type(WAITS),
      ...BEGUN,
      CTRL_Z,
      ["state", "main", "T"],
      ["state", "ours", "T"],
      PROMPT,
      type("fg"),
      ["state", "ours", "S"],
      ["state", "main", "S"],
      CTRL_C,
      shows("caught 2$"),
      ["signal", "main", KILL],
      PROMPT,
    ],
  },
  {
    name: "as the leader of a session: the command's shell has jobs on the terminal",
    instead: ["$D", "bash", "--norc", "--noprofile", "-i"],
    steps: [
      type("PS1='read''y> '; stty noflsh"),
      shows("ready> "),
      type("sh -c 'echo pid $$.; exec $H'"),
      shows("pid (?P<main>\\d+)\\.$"),
      shows("ready \\d+$"),
      ["foreground", "main"],
      CTRL_Z,
      shows("Stopped"),
      shows("ready> "),
      type("kill -9 %1; exit 0"),
    ],
    never: /no job control/,
  },
];

function subjects(): readonly (readonly [name: string, subject: Subject, skip: string | false])[] {
  const found = spawnSync("sh", ["-c", "command -v dumb-init"], { encoding: "utf8" });
  const real = found.stdout.trim();
  const none = real === "" && "no dumb-init here";
  const ours = BINARIES.map(({ name, path, env }) => {
    mkdirSync(join(FOLDER, name));
    const link = join(FOLDER, name, "dumb-init");
    symlinkSync(path, link);
    return [name, { path, variables: { D: link }, env }, false] as const;
  });
  return [["the real dumb-init", { path: real, variables: { D: real } }, none], ...ours];
}

for (const [name, subject, isMissing] of subjects()) {
  describe(`dumb-init at a terminal: ${name}`, { skip: skip || isMissing }, () => {
    for (const scene of SCENES) test(scene.name, () => play(subject, scene));
  });
}
