import type { Spec } from "../../core/spec/spec.ts";
import { isSeen } from "../../core/values/unseen.ts";
import { NO_DESCRIPTOR } from "../kernel/abi.ts";
import { statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "../run/context.ts";
import { membersOf } from "../run/members.ts";

/** What is known of a generation's readiness. */
export type Readiness = {
  /** Readable when the command has something to say of it. */
  fd: number;
  /** The command has said that it is ready. */
  isReady: boolean;
  /** Users whose processes were seen in the tree, as far as it was asked for. */
  users: readonly number[];
};

/** At the beginning. */
export function notReady(): Readiness {
  return { fd: NO_DESCRIPTOR, isReady: false, users: [] };
}

/** How the command can say that it is ready: our end, what it gets, and what it is told. */
export type Channel = {
  readonly ours: number;
  /** To be closed when the command has it. */
  readonly theirs: number;
  /** Ours and the number that the command knows it by, if it gets one. */
  readonly descriptors: readonly number[];
  readonly variables: readonly string[];
};

const NO_CHANNEL: Channel = {
  ours: NO_DESCRIPTOR,
  theirs: NO_DESCRIPTOR,
  descriptors: [],
  variables: [],
};

/** A channel for one generation: what comes by it is that one's. Minus errno. */
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
 * Whether the command has said that it is ready; told once. A socket is read until the command is
 * gone, for it may tell of more, and would wait for room; a pipe is closed when the line is there.
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

/** `gone`: nobody can say it any more. */
type Said = "ready" | "nothing" | "gone";

/** sd_notify(3): lines of assignments. Root, our user and the tree may speak for the command. */
function notified(run: RunContext, readiness: Readiness): Said {
  const [own] = sys.user();
  const tree = treeOf(run, readiness);
  let said: Said = "nothing";
  // Not for ever: who floods the socket would keep us from everything else.
  for (let count = 0; count < MOST_AT_ONCE; count += 1) {
    const datagram = sys.receive(readiness.fd, MESSAGE);
    if (typeof datagram === "number") return said;
    const [text, pid, user] = datagram;
    if (readiness.isReady || !text.split("\n").includes("READY=1")) continue;
    // Anybody on this machine could find the name of the socket.
    if (user === own || user === 0 || tree.has(pid, user)) said = "ready";
  }
  return said;
}

const MOST_AT_ONCE = 64;
/** So many processes of a tree are asked for their users: each costs time. */
const MOST_MEMBERS = 1000;

/**
 * Whose word counts because of the tree. A sender that has ended has no place in it any more, and
 * nobody can say which it had: it is believed if its user has, or was seen to have, another process
 * in the tree, for who may end a process there (kill(2)) may also speak for it.
 */
function treeOf(
  run: RunContext,
  readiness: Readiness,
): { readonly has: (pid: number, user: number) => boolean } {
  // Looked at when it is first asked for, and once: whoever sends much is not to cost much.
  let members: readonly number[] | undefined;
  const has = (pid: number, user: number) => {
    if (members === undefined) {
      members = membersOf(run);
      const users = members.slice(0, MOST_MEMBERS).flatMap(usersOf);
      readiness.users = [...new Set([...readiness.users, ...users])];
    }
    if (members.includes(pid)) return true;
    // Who lives elsewhere is a stranger, and so is who has no number here.
    if (pid === 0 || isSeen(statOf(pid))) return false;
    return readiness.users.includes(user);
  };
  return { has };
}

/** The users who may signal a process: its real one, and the saved one. */
function usersOf(pid: number): readonly number[] {
  const text = sys.readText(`/proc/${pid}/status`, STATUS);
  const found = /^Uid:\t(\d+)\t\d+\t(\d+)/m.exec(typeof text === "string" ? text : "");
  return found === null ? [] : [Number(found[1]), Number(found[2])];
}

const STATUS = 4096;

/** s6's way: a newline. */
function written(pipe: number): Said {
  const text = sys.readNow(pipe, PIPE);
  if (typeof text === "number") return "nothing";
  if (text === "") return "gone";
  return text.includes("\n") ? "ready" : "nothing";
}
