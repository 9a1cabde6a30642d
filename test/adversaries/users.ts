// The users who run the trees, and what this machine lets them do: every "no" has its reason in
// words.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { adversary } from "./programs.ts";

/** `id` is what root becomes; without it, the tree runs as we do. */
export type User = { readonly name: string; readonly id?: number };

/** What holds the tree: as curfew chooses, one of its stronger means, or one that holds a part. */
export type Mode = "auto" | "cgroup" | "pidns" | "group" | "child";

export const IS_ROOT: boolean = process.getuid?.() === 0;

/** IDs of our own: no other processes count for their limits or get their signals. */
let privateId = 1_000_000 + (process.pid % 100_000) * 10_000;

const ROOT_USER: User = { name: "root" };
export const ORDINARY: User = IS_ROOT
  ? { name: "ordinary user", id: privateId }
  : { name: "this user" };
export const USERS: readonly User[] = IS_ROOT ? [ROOT_USER, ORDINARY] : [ORDINARY];

/** The same user with an ID that no process had before, zombies of earlier trees included. */
export function fresh(user: User): User {
  return user.id === undefined ? user : { ...user, id: ++privateId };
}

export const isRoot = (user: User): boolean => user === ROOT_USER;

/** Bounds and counts a tree, whatever curfew does. Root's, mounted where distributions do. */
export const PIDS_HIERARCHY: string | undefined = writable(
  join("/sys/fs/cgroup/pids", ownCgroup("pids")),
);

/** Our own cgroup in the version 2 hierarchy, if we may make others below it. */
export const UNIFIED: string | undefined = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
  .filter((mount) => existsSync(join(mount, "cgroup.controllers")) || isMount2(mount))
  .map((mount) => writable(join(mount, ownCgroup(""))))
  .find((path) => path !== undefined);

/** Why a user cannot have a mode here; undefined where it can. */
export function whyNot(user: User, mode: Mode): string | undefined {
  if (mode !== "cgroup" && mode !== "pidns") return undefined;
  if (mode === "cgroup") return UNIFIED === undefined ? "no writable cgroup2 here" : undefined;
  const flags = isRoot(user) ? "-pf" : "-Upf";
  const before = user.id === undefined ? [] : [adversary("confine"), "--user", `${user.id}`, "--"];
  const [program = "", ...words] = [...before, "unshare", flags, "true"];
  const { status } = spawnSync(program, words);
  return status === 0 ? undefined : `${user.name} may not make a PID namespace here`;
}

/** A row that needs root's hand outside the tree. */
export const NOT_ROOT: string | undefined = IS_ROOT ? undefined : "only root can set this up";

/** A bomb without a bound is not thrown: its user's limit, or a cgroup for root. */
export function whyNoBomb(user: User): string | undefined {
  if (PIDS_HIERARCHY !== undefined || !isRoot(user)) return undefined;
  return "no writable pids cgroup here, and nothing else bounds a bomb of root's";
}

function isMount2(path: string): boolean {
  return existsSync(join(path, "cgroup.procs")) && !existsSync(join(path, "tasks"));
}

function ownCgroup(controller: string): string {
  try {
    const lines = readFileSync("/proc/self/cgroup", "utf8").split("\n");
    const line = lines.find((text) => text.split(":")[1] === controller);
    return line?.split(":").slice(2).join(":") ?? "no-such";
  } catch {
    return "no-such";
  }
}

/** The path, if a cgroup can really be made below it. */
function writable(path: string): string | undefined {
  const attempt = join(path, `curfew-try-${process.pid}`);
  try {
    accessSync(path, constants.W_OK);
    mkdirSync(attempt);
    rmdirSync(attempt);
    return path;
  } catch {
    return undefined;
  }
}
