// Each way to wait that people meet is made by a program and named by `curfew inspect`, for root
// and for an ordinary user.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, type TestContext, test } from "node:test";
import { adversary, CURFEW, REPORTS } from "../adversaries/programs.ts";
import { isRoot, NOT_ROOT, ORDINARY, UNIFIED, USERS, type User } from "../adversaries/users.ts";
import { patiently } from "../patience.ts";
import { child } from "./children.ts";
import { OPEN, run, start } from "./run.ts";

type Peer = { readonly pid: number; readonly command: string };

/** The keys of a process that these tests look at. */
type Seen = {
  readonly pid: number;
  readonly uid?: number;
  readonly command: string;
  readonly command_line: readonly string[];
  readonly state: string;
  readonly syscall?: string;
  readonly waits_for?: {
    readonly kind: string;
    readonly path?: string;
    readonly peers?: readonly Peer[];
    readonly address?: string;
  };
  readonly waiting_for_input: boolean;
  readonly listening: readonly string[];
  readonly unknown: readonly { readonly what: string; readonly why: string }[];
};

/** What a wait must say besides its kind. `number`: what the program said with "ready". */
type More = (about: { readonly pid: number; readonly number: number; readonly folder: string }) => {
  readonly who?: number;
  readonly calls?: readonly string[];
  readonly path?: string | RegExp;
  readonly peer?: number;
  readonly state?: string;
  readonly address?: string;
  readonly listening?: string;
};

const NOTHING: More = () => ({});
const READS = ["read"];
const ACCEPTS = ["accept", "accept4"];
const POLLS = ["poll", "ppoll"];

/** The ways of test/children/waits.c, and what is seen of each. */
const WAYS: readonly (readonly [way: string, kind: string, more: More])[] = [
  [
    "fifo_open",
    "fifo_open",
    ({ folder }) => ({ path: join(folder, "fifo"), calls: ["openat", "open"] }),
  ],
  [
    "fifo_read",
    "pipe_read",
    ({ folder, pid }) => ({ path: join(folder, "fifo"), peer: pid, calls: READS }),
  ],
  [
    "pipe_read",
    "pipe_read",
    ({ number }) => ({ path: /^pipe:\[\d+\]$/, peer: number, calls: READS }),
  ],
  [
    "pipe_write",
    "pipe_write",
    ({ number }) => ({ path: /^pipe:\[\d+\]$/, peer: number, calls: ["write"] }),
  ],
  [
    "flock",
    "file_lock",
    ({ folder, number }) => ({ path: join(folder, "lock"), peer: number, who: 1 }),
  ],
  [
    "fcntl",
    "file_lock",
    ({ folder, number }) => ({ path: join(folder, "lock"), peer: number, who: 1 }),
  ],
  ["futex", "futex", () => ({ calls: ["futex"] })],
  ["thread", "pipe_read", ({ pid }) => ({ peer: pid, calls: READS })],
  [
    "connect",
    "connect",
    ({ number }) => ({ address: `127.0.0.1:${number}`, listening: `127.0.0.1:${number}` }),
  ],
  ["accept", "accept", ({ number }) => ({ address: `127.0.0.1:${number}`, calls: ACCEPTS })],
  ["accept6", "accept", ({ number }) => ({ address: `[::1]:${number}`, calls: ACCEPTS })],
  ["accept_poll", "accept", ({ number }) => ({ address: `127.0.0.1:${number}`, calls: POLLS })],
  [
    "accept_unix",
    "accept",
    ({ folder }) => ({ address: `unix:${folder}/socket`, listening: `unix:${folder}/socket` }),
  ],
  ["socket_read", "socket_read", ({ number }) => ({ address: `127.0.0.1:${number}` })],
  ["socket_write", "socket_write", ({ number }) => ({ address: `127.0.0.1:${number}` })],
  ["child", "child", ({ number }) => ({ peer: number, calls: ["wait4"] })],
  ["any_child", "child", ({ number }) => ({ peer: number, calls: ["waitid"] })],
  ["vfork", "child", ({ number }) => ({ peer: number, state: "D" })],
  ["sleep", "sleep", () => ({ calls: ["clock_nanosleep", "nanosleep"] })],
  ["poll_nothing", "sleep", () => ({ calls: POLLS })],
  ["poll", "poll", () => ({ calls: POLLS })],
  ["select", "pipe_read", ({ pid }) => ({ peer: pid, calls: ["select", "pselect6"] })],
  ["signal", "signal", NOTHING],
  ["stopped", "stopped", NOTHING],
  ["zombie", "zombie", ({ number }) => ({ who: number })],
  ["traced", "traced", ({ pid, number }) => ({ who: number, peer: pid })],
  ["running", "running", NOTHING],
  ["disk", "disk", () => ({ state: "D" })],
];

/** Ways that not every machine has, and why a test of them is skipped. */
const OPTIONAL: Readonly<Record<string, string>> = {
  disk: "no file system can be mounted here",
  accept6: "no IPv6 here",
};

/** The words that run a program as a user. */
function as(user: User, ...words: readonly string[]): string[] {
  return user.id === undefined
    ? [...words]
    : [adversary("confine"), "--user", `${user.id}`, "--", ...words];
}

const FOLDERS: string[] = [];
after(() => {
  for (const folder of FOLDERS) rmSync(folder, { recursive: true, force: true });
});

/** What `curfew inspect` says of a process and those below it. `before`: words before curfew. */
async function inspect(
  user: User,
  pid: number,
  before: readonly string[] = [],
): Promise<readonly Seen[]> {
  const { stdout } = await run(as(user, ...before, CURFEW, "inspect", "--json", String(pid)));
  const { tree } = JSON.parse(stdout) as { readonly tree: readonly Seen[] | null };
  return tree ?? [];
}

/** Looks again until what is seen is as it must be: a program says "ready" before it waits. */
async function untilSeen(look: () => Promise<string>): Promise<void> {
  const limit = performance.now() + patiently(10_000);
  for (;;) {
    const wrong = await look();
    if (wrong === "") return;
    if (performance.now() > limit) assert.fail(wrong);
  }
}

function mistakeIn(
  tree: readonly Seen[],
  kind: string,
  more: ReturnType<More>,
  root: number,
): string {
  const { who, calls, path, peer, state, address, listening } = more;
  const isMeant = ({ pid }: Seen) => pid === (who === undefined ? root : who);
  const seen = who === 1 ? tree[1] : tree.find(isMeant);
  const wait = seen?.waits_for;
  const isPath =
    typeof path === "string" ? wait?.path === path : (path?.test(wait?.path ?? "") ?? true);
  const isRight =
    wait?.kind === kind &&
    isPath &&
    (calls === undefined || calls.includes(seen?.syscall ?? "")) &&
    (state === undefined || seen?.state === state) &&
    (peer === undefined || wait.peers?.some(({ pid }) => pid === peer) === true) &&
    (address === undefined || wait.address === address) &&
    (listening === undefined || seen?.listening.includes(listening) === true) &&
    seen?.unknown.length === 0;
  return isRight ? "" : `not ${JSON.stringify({ kind, ...more })}: ${JSON.stringify(tree)}`;
}

/** A program waits in a way, and is seen to do so. */
async function seesWait(
  user: User,
  [way, kind, more]: (typeof WAYS)[number],
  context: TestContext,
  before: readonly string[] = [],
): Promise<void> {
  const folder = mkdtempSync(join(REPORTS, "waits-"));
  FOLDERS.push(folder);
  if (user.id !== undefined) await run(["chown", String(user.id), folder]);
  const waiting = start(as(user, adversary("waits"), way, folder), { input: OPEN });
  const isReady = waiting.says(/^ready (\d+)$/m);
  const ready = await Promise.race([isReady, waiting.ended.then(({ code }) => code)]);
  if (typeof ready !== "object" || ready === null) {
    const why = OPTIONAL[way];
    assert.ok(ready === 96 && why !== undefined, `${way}: ${ready}`);
    context.skip(why);
    return;
  }
  const about = { pid: waiting.pid, number: Number(ready[1]), folder };
  await untilSeen(async () => {
    const tree = await inspect(user, waiting.pid, before);
    return mistakeIn(tree, kind, more(about), waiting.pid);
  });
  waiting.kill("SIGKILL");
  if (way === "vfork") process.kill(about.number, "SIGKILL");
  await waiting.ended;
}

for (const user of USERS) {
  describe(`what a process of ${user.name} waits for`, () => {
    for (const row of WAYS) {
      const [way] = row;
      const skip = way === "disk" && !isRoot(user) ? "only root may mount a file system" : false;
      test(way, { skip }, (context) => seesWait(user, row, context));
    }
  });
}

test("what an ordinary user may not see is said", { skip: NOT_ROOT ?? false }, async () => {
  // This very process is root's.
  const [seen] = await inspect(ORDINARY, process.pid);
  const unknown = new Map(seen?.unknown.map(({ what, why }) => [what, why]));
  assert.deepEqual([...unknown.keys()].sort(), ["listening", "syscall", "waits_for"]);
  assert.ok([...unknown.values()].every((why) => why === "EACCES" || why === "EPERM"));
  assert.deepEqual([seen?.uid, seen?.command_line[0] === undefined], [0, false]);
});

/** The user of these tests. */
const OURSELVES: User = { name: "this user" };

/** What is refused to curfew, so that it asks for sockets in another way. */
const REFUSED: readonly (readonly string[])[] = [["pidfd_getfd=1"], ["pidfd_getfd=1", "socket=1"]];
const SOCKETS = ["accept", "accept6", "accept_unix", "socket_read"];

for (const calls of REFUSED) {
  for (const [way, kind, more] of WAYS.filter(([name]) => SOCKETS.includes(name))) {
    test(`${way} without ${calls.join(" and ")}`, async (context) => {
      const before = calls.flatMap((call) => [child("refuse"), call]);
      await seesWait(OURSELVES, [way, kind, more], context, before);
    });
  }
}

test("a process that its cgroup has frozen", {
  skip: UNIFIED === undefined ? "no writable cgroup2 here" : false,
}, async () => {
  const group = join(UNIFIED ?? "", `curfew-frozen-${process.pid}`);
  mkdirSync(group);
  const sleeper = start(["sleep", "1000"]);
  const asked = (name: string, value: string | number) => {
    writeFileSync(join(group, name), `${value}\n`);
  };
  asked("cgroup.procs", sleeper.pid);
  asked("cgroup.freeze", 1);
  await untilSeen(async () => {
    const [seen] = await inspect(OURSELVES, sleeper.pid);
    return seen?.waits_for?.kind === "frozen" ? "" : JSON.stringify(seen);
  });
  asked("cgroup.freeze", 0);
  sleeper.kill("SIGKILL");
  await sleeper.ended;
  await untilSeen(async () => (isRemoved(group) ? "" : "the cgroup is there"));
});

/** The kernel lets go of an empty cgroup a little after its last process has ended. */
function isRemoved(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
