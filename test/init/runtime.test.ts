// In a container that runc makes: what the other files show in namespaces of the tests' own.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { adversary, CURFEW, REPORTS, STAGE } from "../adversaries/programs.ts";
import { readReport } from "../adversaries/report.ts";
import { IS_ROOT } from "../adversaries/users.ts";
import { CTRL_C, CTRL_Z, play, type Step, shows, skip, type } from "../cli/at-terminal.ts";
import { endOfRun, OPEN, type Running, start } from "../cli/run.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-runc-"));
const STATE = join(FOLDER, "state");
const OPTIONS = ["--root", STATE];
/** What programs of ours need, from here. */
const SHARED = ["/bin", "/sbin", "/lib", "/lib64", "/usr"].filter((path) => existsSync(path));
const made: string[] = [];
after(() => {
  // A test that failed may have left one.
  for (const id of made) spawnSync("runc", [...OPTIONS, "delete", "--force", id]);
  rmSync(FOLDER, { recursive: true });
});

type Container = { readonly id: string; readonly bundle: string };

/** A bundle with a directory as its root, in which `words` are the first process. */
function container(words: readonly string[], terminal = false): Container {
  const id = `curfew-${randomBytes(8).toString("hex")}`;
  const bundle = join(FOLDER, id);
  made.push(id);
  const rootfs = join(bundle, "rootfs");
  mkdirSync(rootfs, { recursive: true });
  const isLink = (path: string) => lstatSync(path).isSymbolicLink();
  for (const path of SHARED.filter(isLink)) symlinkSync(readlinkSync(path), join(rootfs, path));
  const bound = [...SHARED.filter((path) => !isLink(path)), STAGE];
  writeFileSync(join(bundle, "config.json"), JSON.stringify(configOf(words, terminal, bound)));
  return { id, bundle };
}

function configOf(args: readonly string[], terminal: boolean, bound: readonly string[]) {
  const bind = (path: string) => ({
    destination: path,
    type: "bind",
    source: path,
    options: ["rbind", path === STAGE ? "rw" : "ro"],
  });
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()];
  const spaces = ["pid", "mount", "ipc", "uts", ...(IS_ROOT ? [] : ["user"])];
  const mappings = {
    uidMappings: [{ containerID: 0, hostID: uid, size: 1 }],
    gidMappings: [{ containerID: 0, hostID: gid, size: 1 }],
  };
  return {
    ociVersion: "1.0.2",
    root: { path: "rootfs", readonly: false },
    process: {
      terminal,
      user: { uid: 0, gid: 0 },
      args,
      cwd: "/",
      env: ["PATH=/usr/bin:/bin", "LC_ALL=C"],
      noNewPrivileges: true,
    },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"] },
      {
        destination: "/dev/pts",
        type: "devpts",
        source: "devpts",
        options: ["newinstance", "ptmxmode=0666", "mode=0620"],
      },
      ...bound.map(bind),
    ],
    linux: {
      namespaces: spaces.map((space) => ({ type: space })),
      ...(IS_ROOT ? {} : mappings),
    },
  };
}

const runWords = ({ id, bundle }: Container) => ["runc", ...OPTIONS, "run", "--bundle", bundle, id];

/** Why no container can be made here; false if one can. */
function whyNone(): string | false {
  if (spawnSync("runc", ["--version"]).error !== undefined) return "runc is not installed";
  const [program = "", ...words] = runWords(container(["true"]));
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
  return status !== 0 && `runc can make no container here: ${stderr.trim()}`;
}

/** `curfew init` in a container, with a report. */
function init(words: readonly string[], terminal = false) {
  const path = join(REPORTS, randomBytes(8).toString("hex"));
  const one = container([CURFEW, "init", "--report", path, "--", ...words], terminal);
  const send = (signal: string) => {
    const { status, stderr } = spawnSync("runc", [...OPTIONS, "kill", one.id, signal]);
    assert.equal(status, 0, `${stderr}`);
  };
  return { one, send, report: () => readReport(path) };
}

async function begin(words: readonly string[]) {
  const { one, ...rest } = init(words);
  const running: Running = start(runWords(one), { input: OPEN });
  await running.says(/^ready \d+$/m);
  return { ...rest, running };
}

const HANDLES = adversary("handles");
const TERM = 15;
const echoes = (word: string): readonly Step[] => [
  type(word),
  shows(`${word}\\n[\\s\\S]*^${word}$`),
];

describe("init in a container of runc", { skip: whyNone() }, () => {
  test("the command's exit code, and what is left gets TERM", async () => {
    const { running, report } = await begin(["sh", "-c", '"$0" -e 9 15 & read x; exit 7', HANDLES]);
    running.write("\n");
    const ended = await running.ended;
    assert.match(ended.stdout, /^caught 15$/m);
    assert.deepEqual([endOfRun(ended), report().exit_code, report().tree_gone], ["7", 7, true]);
    assert.deepEqual([report().containment, report().leftovers.length], ["pidns", 1]);
  });

  test("TERM where the command does not expect it: 143", async () => {
    const { running, send, report } = await begin([HANDLES]);
    send("TERM");
    assert.equal(endOfRun(await running.ended), "143");
    assert.deepEqual([report().outcome, report().tree_gone], ["cancelled", true]);
  });

  test("a signal that is no stop signal, and one that tini drops", async () => {
    const { running, send } = await begin([HANDLES, "-e", "9", "10", "11", `${TERM}`]);
    send("SEGV");
    const ended = await running.ended;
    assert.match(ended.stdout, /^caught 11$/m);
    assert.equal(endOfRun(ended), "9");
  });

  test("T31: at a terminal, ^Z wedges nothing, and ^C ends cat", { skip }, async () => {
    const { one, report } = init(["cat"], true);
    const steps = [
      ...echoes("hello"),
      CTRL_Z,
      ...echoes("again"),
      CTRL_Z,
      CTRL_C,
      shows("status=130\\.$"),
    ];
    const instead = ["sh", "-c", '"$@"; echo status=$?.', "sh", ...runWords(one)];
    await play({ path: "", variables: {} }, { name: "T31", instead, steps });
    assert.deepEqual([report().exit_code, report().tree_gone], [130, true]);
  });
});
