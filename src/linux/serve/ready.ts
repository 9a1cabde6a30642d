import type { Spec } from "../../core/spec/spec.ts";
import { isSeen } from "../../core/values/unseen.ts";
import { NO_DESCRIPTOR } from "../kernel/abi.ts";
import { statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "../run/context.ts";
import { membersOf } from "../run/members.ts";

/** Whether a generation is ready, and how it says so. */
export type Readiness = {
  /** Readable when the command has sent something. */
  fd: number;
  /** The command has said that it is ready. */
  isReady: boolean;
  /** Users whose processes were seen in the tree, whenever the tree was looked at. */
  users: readonly number[];
};

export function notReady(): Readiness {
  return { fd: NO_DESCRIPTOR, isReady: false, users: [] };
}

/** How the command can say that it is ready. */
export type Channel = {
  /** The end that curfew reads. */
  readonly ours: number;
  /** The other end, which curfew closes when the command has it. */
  readonly theirs: number;
  /** The other end and the number that the command gets for it, if there is one. */
  readonly descriptors: readonly number[];
  /** Environment variables that tell the command how to use the channel. */
  readonly variables: readonly string[];
};

const NO_CHANNEL: Channel = {
  ours: NO_DESCRIPTOR,
  theirs: NO_DESCRIPTOR,
  descriptors: [],
  variables: [],
};

/** Opens a channel for one generation, so that a message shows which one sent it. Minus errno. */
export function openChannel({ ready }: Spec): Channel | number {
  switch (ready.kind) {
    case "none":
      return NO_CHANNEL;
    case "notify": {
      const ours = sys.openNotify();
      if (ours < 0) return ours;
      const name = sys.socketName(ours);
      const variables = [`NOTIFY_SOCKET=${name}`];
      return { ...NO_CHANNEL, ours, variables };
    }
    case "fd": {
      const ends = sys.openPipe();
      if (typeof ends === "number") return ends;
      const [ours, theirs] = ends;
      return { ours, theirs, descriptors: [theirs, ready.fd], variables: [] };
    }
  }
}

const MESSAGE = 4096;
const PIPE = 512;

/**
 * Whether the command has said that it is ready; true only once. curfew reads the socket of
 * sd_notify(3) as long as the command lives, because the command may send more and would block on a
 * full socket. The pipe is closed after its first line.
 */
export function isReady(run: RunContext, readiness: Readiness): boolean {
  if (readiness.fd < 0 || sys.wait([readiness.fd], 0) <= 0) return false;
  const { kind } = run.spec.ready;
  const said = kind === "notify" ? notified(run, readiness) : written(readiness.fd);
  if (kind === "fd" && said !== "nothing") closeChannel(readiness);
  if (said !== "ready" || readiness.isReady) return false;
  readiness.isReady = true;
  return true;
}

export function closeChannel(readiness: Readiness): void {
  if (readiness.fd >= 0) sys.close(readiness.fd);
  readiness.fd = NO_DESCRIPTOR;
}

/** `gone`: no process has the other end any more. */
type Said = "ready" | "nothing" | "gone";

/** sd_notify(3): lines of assignments. Messages of root, curfew's user and the tree count. */
function notified(run: RunContext, readiness: Readiness): Said {
  const [own] = sys.user();
  const tree = treeOf(run, readiness);
  let said: Said = "nothing";
  // A bounded number: a flood of messages must not keep curfew from everything else.
  for (let count = 0; count < MOST_AT_ONCE; count += 1) {
    const datagram = sys.receive(readiness.fd, MESSAGE);
    if (typeof datagram === "number") return said;
    const [text, pid, user] = datagram;
    if (readiness.isReady || !text.split("\n").includes("READY=1")) continue;
    // Any process on this machine could find the name of the socket.
    if (user === own || user === 0 || tree.has(pid, user)) said = "ready";
  }
  return said;
}

const MOST_AT_ONCE = 64;
/** How many processes of a tree are asked for their users at most: each costs time. */
const MOST_MEMBERS = 1000;

/**
 * Whether a sender belongs to the tree. For a sender that has exited already this cannot be known:
 * its message counts if a process of its user is, or was seen, in the tree. A user that may kill a
 * process of the tree (kill(2)) may also speak for it.
 */
function treeOf(
  run: RunContext,
  readiness: Readiness,
): { readonly has: (pid: number, user: number) => boolean } {
  // The tree is looked at once for all messages, so that a sender of many does not cost much.
  let members: readonly number[] | undefined;
  const has = (pid: number, user: number) => {
    if (members === undefined) {
      members = membersOf(run);
      const users = members.slice(0, MOST_MEMBERS).flatMap(usersOf);
      readiness.users = [...new Set([...readiness.users, ...users])];
    }
    if (members.includes(pid)) return true;
    // A process that lives outside of the tree does not count, nor does one without a PID here.
    if (pid === 0 || isSeen(statOf(pid))) return false;
    return readiness.users.includes(user);
  };
  return { has };
}

/** The users that may signal a process: its real user and its saved one. */
function usersOf(pid: number): readonly number[] {
  const text = sys.readText(`/proc/${pid}/status`, STATUS);
  const found = /^Uid:\t(\d+)\t\d+\t(\d+)/m.exec(typeof text === "string" ? text : "");
  return found === null ? [] : [Number(found[1]), Number(found[2])];
}

const STATUS = 4096;

/** A newline means ready, as in s6. */
function written(pipe: number): Said {
  const text = sys.readNow(pipe, PIPE);
  if (typeof text === "number") return "nothing";
  if (text === "") return "gone";
  return text.includes("\n") ? "ready" : "nothing";
}
