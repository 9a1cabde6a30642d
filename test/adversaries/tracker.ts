// Counts the processes of a tree without asking curfew, and ends what it finds in the end. Two
// ways, and a process that either knows counts: a mark in the environment, and a cgroup of the
// tree's own in the version 1 `pids` hierarchy, which holds nothing for curfew and bounds the tree.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { patiently } from "../patience.ts";
import { marked, type Process, processOf } from "./procfs.ts";
import { adversary } from "./programs.ts";
import { PIDS_HIERARCHY, UNIFIED, type User } from "./users.ts";

/** More than any tree has; a bomb is at its limit soon. */
const PROCESSES = 300;
const SETTLE_MS = 5000;

/** One tree, from before its first process until nothing of it is left. */
export type Tracker = {
  /** Words in front of the program that starts the tree. */
  readonly before: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The tree's own cgroup2, where one can be had; `delegated` ones belong to the user. */
  readonly unified: string | undefined;
  /** Everything that is alive now, the given processes aside. */
  readonly alive: (except?: readonly number[]) => readonly Process[];
  /** What is still alive when nothing is, or at the limit. */
  readonly settled: (limit_ms?: number, except?: readonly number[]) => Promise<readonly Process[]>;
  /** Processes that were not reaped: zombies hold their place. Undefined if unknown. */
  readonly unreaped: () => number | undefined;
  /** cgroups that were made below the tree's own and are still there. */
  readonly directories: () => readonly string[];
  /** Ends what is left, and gives how many that were; once. */
  readonly close: () => Promise<number>;
};

/** Follows one tree of a user's. */
export function track(user: User, isDelegated = false): Tracker {
  const name = `curfew-tree-${randomBytes(8).toString("hex")}`;
  const pids = cgroup(PIDS_HIERARCHY, name);
  if (pids !== undefined) writeFileSync(join(pids, "pids.max"), `${PROCESSES}`);
  const unified = cgroup(UNIFIED, name);
  if (unified !== undefined && isDelegated && user.id !== undefined) delegate(unified, user.id);
  const warden = wardenOf(name, pids, unified);
  let ended: Promise<number> | undefined;
  const alive = (except: readonly number[] = []) => {
    const found = new Set([...marked(name), ...membersOf(pids)]);
    const processes = [...found].filter((pid) => !except.includes(pid)).map(processOf);
    return processes.filter((one) => one !== undefined);
  };
  return {
    before: confined(user, [pids, unified]),
    env: { CURFEW_TREE: name },
    unified,
    alive,
    settled: async (limit_ms = SETTLE_MS, except = []) => {
      const limit = performance.now() + patiently(limit_ms);
      for (;;) {
        const left = alive(except);
        if (left.length === 0 || performance.now() > limit) return left;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    unreaped: () => (pids === undefined ? undefined : Number(read(join(pids, "pids.current")))),
    directories: () => below(unified),
    close: () => {
      ended ??= warden().then((count) => {
        // What curfew left behind can go now that its members have.
        for (const path of [...below(unified).toReversed(), unified]) if (path) remove(path);
        return count;
      });
      return ended;
    },
  };
}

/** Ends the tree when asked, and when this process is no more. */
function wardenOf(mark: string, pids?: string, unified?: string): () => Promise<number> {
  const words = pids === undefined ? [mark] : [mark, pids, ...(unified ? [unified] : [])];
  const warden = spawn(adversary("warden"), words, { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  warden.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number>((resolve) => {
    warden.on("close", () => resolve(Number(said)));
  });
  return () => {
    warden.stdin.end();
    return ended;
  };
}

function confined(user: User, cgroups: readonly (string | undefined)[]): string[] {
  const joined = cgroups.filter((path) => path !== undefined).flatMap((path) => ["--cgroup", path]);
  // The limit counts all processes of a user; only a user of our own has no others.
  const own = user.id === undefined ? [] : ["--user", `${user.id}`, "--processes", `${PROCESSES}`];
  const counted = user.id === undefined && cgroups[0] === undefined ? bound() : [];
  return [adversary("confine"), ...joined, ...own, ...counted, "--"];
}

/** Room for a tree beside what this user runs already. */
function bound(): string[] {
  const uid = process.getuid?.();
  const isOurs = (pid: string) => read(`/proc/${pid}/status`).includes(`\nUid:\t${uid}\t`);
  const threads = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isOurs(name))
    .map((pid) => Number(/^Threads:\t(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0));
  const count = threads.reduce((sum, one) => sum + one, PROCESSES);
  return ["--processes", `${count}`];
}

function cgroup(hierarchy: string | undefined, name: string): string | undefined {
  if (hierarchy === undefined) return undefined;
  const path = join(hierarchy, name);
  mkdirSync(path);
  return path;
}

/** What a service manager does for its user's programs. */
function delegate(path: string, id: number): void {
  for (const file of ["", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control"]) {
    chownSync(join(path, file), id, id);
  }
}

function membersOf(path: string | undefined): number[] {
  if (path === undefined) return [];
  return read(join(path, "cgroup.procs")).split("\n").filter(Boolean).map(Number);
}

/** All cgroups below one, parents first. */
function below(path: string | undefined): string[] {
  if (path === undefined || !existsSync(path)) return [];
  const directories = readdirSync(path, { withFileTypes: true, recursive: true });
  const found = directories.filter((entry) => entry.isDirectory());
  return found.map((entry) => join(entry.parentPath, entry.name)).sort();
}

function remove(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // A process that cannot be ended holds it.
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
