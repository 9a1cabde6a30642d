// `curfew run` at a terminal is as if it were not there: every scene is also played without it.
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { plain, play, type Scene, type Subject, skip } from "./at-terminal.ts";
import { BINARIES, type Binary } from "./binary.ts";
import { child } from "./children.ts";
import { COMMANDS } from "./tty-places.ts";
import { ISOLATED, RUN_ALONE, SCENES, SUPERVISED } from "./tty-scenes.ts";

const DIRECTLY: Subject = { path: "", variables: { ...COMMANDS, R: "" } };

/** The shell has so much time to start a command and stop it again. */
const LIMIT = "5s";

function supervisedBy({ path, name, env }: Binary): Subject {
  const run = `${plain(path, name)} run`;
  const variables = {
    ...COMMANDS,
    E: plain(child("lease"), "lease"),
    R: `${run} --`,
    K: `${run} --kill-after 1us --`,
    T: `${run} --timeout 50ms --`,
    B: `${run} --timeout ${LIMIT} --`,
    F: `${plain(path, name)} timeout --foreground 600`,
    C: plain(path, name),
    LIMIT,
  };
  return { path, variables, env };
}

const probe = spawnSync("unshare", [...ISOLATED.slice(1), "setsid", "--version"]);
const contained = probe.status !== 0 && "unshare(1) or setsid(1) cannot be used here";
const reasonFor = ({ instead = [] }: Scene) => instead.includes("unshare") && contained;

function playAll(subject: Subject, scenes: readonly Scene[]): void {
  for (const scene of scenes)
    test(scene.name, { skip: reasonFor(scene) }, () => play(subject, scene));
}

describe("tty", { skip }, () => {
  describe("without curfew", { concurrency: 4 }, () => playAll(DIRECTLY, SCENES));
  for (const binary of BINARIES) {
    const subject = supervisedBy(binary);
    describe(binary.name, { concurrency: 4 }, () =>
      playAll(subject, [...SCENES, ...SUPERVISED, ...RUN_ALONE]),
    );
  }
});
