// T39: however a file comes to say something else, its command is replaced once.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { newPath } from "../cli/reports.ts";
import { stateOf, until } from "../cli/run.ts";
import { assertNotEarly, countOf, outlast, SAYS_SOURCE, type Served, serve } from "./serving.ts";

const DEBOUNCE_MS = 100;
const DEBOUNCE = ["--debounce", `${DEBOUNCE_MS}ms`];
const FILE = "file";
/** inotify's queue has room for 16384 by default. */
const CROWD = 10_000;

type Change = (at: (name: string) => string, served: Served) => Promise<void> | void;

const run = (program: string, ...words: readonly string[]) =>
  assert.equal(spawnSync(program, words).status, 0, program);

const write = (name: string, text: string) => (at: (name: string) => string) =>
  writeFileSync(at(name), text);

/** What editors and deployments do. Each step is a change of its own. */
const CHANGES: readonly (readonly [name: string, ...steps: Change[]])[] = [
  ["written in place", write(FILE, "b\n"), write(FILE, "c\n")],
  ["appended to", (at) => appendFileSync(at(FILE), "more\n")],
  ["written in pieces, empty in between", writeInPieces],
  ["sed -i, twice", sed("s/a/b/"), sed("s/b/a/")],
  ["another file is renamed to it, and then written to", renameTo, write(FILE, "seen\n")],
  ["the old one becomes a backup, as vim does", writeAsVim, write(FILE, "seen\n")],
  ["touch", (at) => run("touch", at(FILE))],
  ["a link is swapped, as Kubernetes does", swapLink("..second"), swapLink("..first")],
  ["a file in new directories, and then again", writeDeep, write("a/b/c/file", "seen\n")],
  ["a directory is moved in, and then a file in it", moveIn, write("moved/d/file", "seen\n")],
  ["removed, and made again", (at) => rmSync(at(FILE)), write(FILE, "new\n")],
  [
    `${CROWD} files while curfew does not look`,
    writeMany,
    write(FILE, "b\n"),
    write("many/9/a", "seen"),
  ],
];

function sed(script: string): Change {
  return (at) => run("sed", "-i", script, at(FILE));
}

/** A reader meanwhile finds nothing, then half. */
function writeInPieces(at: (name: string) => string): void {
  truncateSync(at(FILE));
  const fd = openSync(at(FILE), "w");
  for (const part of ["half\n", "all\n"]) writeSync(fd, part);
  closeSync(fd);
}

function renameTo(at: (name: string) => string): void {
  const made = newPath("made");
  writeFileSync(made, "another\n");
  renameSync(made, at(FILE));
}

function writeAsVim(at: (name: string) => string): void {
  writeFileSync(at(".file.swp"), "");
  writeFileSync(at("4913"), "");
  rmSync(at("4913"));
  renameSync(at(FILE), at("file~"));
  writeFileSync(at(FILE), "by vim\n");
  rmSync(at("file~"));
  rmSync(at(".file.swp"));
}

/** `config` is a link by way of `..data`, and only that one changes. */
function swapLink(target: string): Change {
  return (at) => {
    symlinkSync(target, at("..data_tmp"));
    renameSync(at("..data_tmp"), at("..data"));
  };
}

function writeDeep(at: (name: string) => string): void {
  mkdirSync(at("a/b/c"), { recursive: true });
  writeFileSync(at("a/b/c/file"), "deep");
}

function moveIn(at: (name: string) => string): void {
  const made = newPath("made");
  mkdirSync(join(made, "d"), { recursive: true });
  writeFileSync(join(made, "d/file"), "moved");
  renameSync(made, at("moved"));
}

/** More events than the kernel keeps for a watcher that does not read. */
async function writeMany(at: (name: string) => string, { pid, kill }: Served): Promise<void> {
  kill("SIGSTOP");
  await until("curfew is stopped", () => stateOf(pid) === "T");
  for (let times = 0; times < CROWD; times++) {
    if (times < 10) mkdirSync(at(`many/${times}`), { recursive: true });
    writeFileSync(at(`many/${times % 10}/${times}`), "");
  }
  kill("SIGCONT");
}

function prepare(folder: string): void {
  const at = (name: string) => join(folder, name);
  writeFileSync(at(FILE), "a\n");
  for (const name of ["..first", "..second"]) {
    mkdirSync(at(name));
    writeFileSync(at(`${name}/config`), name);
  }
  symlinkSync("..first", at("..data"));
  symlinkSync("..data/config", at("config"));
}

/** Writes the source, and waits for the generation that has read it, which must be this one. */
async function mark(served: Served, generation: number): Promise<number> {
  await outlast(DEBOUNCE_MS);
  writeFileSync(served.source, `${generation}`);
  await served.says(new RegExp(`^${generation} ${generation}\\.$`, "m"));
  return generation;
}

function editors(binary: Binary): void {
  for (const [name, ...steps] of CHANGES) {
    test(`T39: one restart: ${name}`, async (t) => {
      const command = ["sh", "-c", SAYS_SOURCE];
      const served = serve(t, binary, [DEBOUNCE, command], { prepare });
      const at = (file: string) => join(served.folder, file);
      await served.says(/^1 first\.$/m);
      let generation = await mark(served, 2);
      for (const change of steps) {
        await change(at, served);
        // It still reads what the one before has read.
        await served.says(new RegExp(`^${generation + 1} ${generation}\\.$`, "m"));
        generation = await mark(served, generation + 2);
      }
      const { events } = await served.stop();
      assert.equal(countOf(events, "spawned"), generation);
      assertNotEarly(events, DEBOUNCE_MS);
    });
  }

  test("a file that is watched by itself: sed -i is seen twice", async (t) => {
    const command = ["sh", "-c", 'echo "says $(cat source)."; exec sleep 1000'];
    const setting = { watch: ["source"], first: "one" };
    const served = serve(t, binary, [DEBOUNCE, command], setting);
    await served.says(/^says one\.$/m);
    run("sed", "-i", "s/one/two/", served.source);
    await served.says(/^says two\.$/m);
    writeFileSync(join(served.folder, "stranger"), "not watched");
    run("sed", "-i", "s/two/three/", served.source);
    await served.says(/^says three\.$/m);
    const { events } = await served.stop();
    assert.equal(countOf(events, "spawned"), 3);
  });
}

describe("editors", () => {
  for (const binary of BINARIES) {
    describe(binary.name, { concurrency: 2 }, () => editors(binary));
  }
});
