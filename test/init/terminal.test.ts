// `curfew init` at a terminal: as the first process of a session of its own (T31), before a shell,
// and as PID 1 in the session of another process.
import { describe, test } from "node:test";
import { adversary } from "../adversaries/programs.ts";
import { play, type Scene, type Subject, skip } from "../cli/at-terminal.ts";
import { BESIDE, PLACES, type Place } from "./places.ts";
import { FIRST_SCENES, INIT_COMMANDS } from "./terminal-first.ts";
import { FOREIGN_SCENES, SHELL_SCENES } from "./terminal-shell.ts";

/**
 * `$R` is `curfew init --`, `$V` the same with -v, `$G` waits for changes as well; `$U` makes a
 * namespace, in which `$TAKES` takes the terminal.
 */
function subjectOf({ form, before }: Place): Subject {
  const init = `${form.path} init`;
  const variables = {
    ...INIT_COMMANDS,
    H: adversary("handles"),
    R: `${init} --`,
    V: `${init} -v --`,
    G: `${init} -v --watch ${form.path} --reload-signal USR2 --`,
    K: `${init} --kill-after 1us --`,
    T: `${init} --timeout 50ms --`,
    TAKES: adversary("takes-terminal"),
    U: before.join(" "),
  };
  return { path: form.path, variables, env: form.env };
}

function playAll(subject: Subject, scenes: readonly Scene[]): void {
  for (const scene of scenes) test(scene.name, () => play(subject, scene));
}

/** Without a /proc of its own. */
const plainly = (place: Place): Place => ({
  ...place,
  before: place.before.filter((word) => !word.startsWith("--mount")),
});

describe("terminal of init", { skip }, () => {
  for (const place of PLACES.filter(({ isFirst }) => isFirst)) {
    const options = { skip: place.skip, concurrency: 4 };
    describe(place.name, options, () => playAll(subjectOf(place), FIRST_SCENES));
    const name = `${place.name}, in the session of a shell`;
    describe(name, options, () => playAll(subjectOf(plainly(place)), FOREIGN_SCENES));
  }
  describe(BESIDE.name, { concurrency: 4 }, () => playAll(subjectOf(BESIDE), SHELL_SCENES));
});
