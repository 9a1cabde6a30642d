import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import type { Member } from "../../../core/spec/member.ts";
import { monotonicTime } from "../../builtin/builtin.ts";

/** The pipes that a process reads from and writes to, by name. */
export type Channels = Pick<Member, "reads" | "writes" | "writersEnded">;

/** What each of some processes does with pipes, and the pipes that this process has too. */
export type ChannelView = {
  readonly of: (pid: number) => Channels;
  readonly ours: readonly string[];
};

const NONE: Channels = { reads: [], writes: [], writersEnded: [] };

/** How long the writers of pipes may be searched for, in milliseconds. */
const SEARCH_LIMIT = 100;

/** By /proc. Of a process that is another user's nothing is to be seen: then it reads nothing. */
export function channelsOf(pids: readonly number[]): ChannelView {
  const ours = pipesOf(process.pid).map(({ name }) => name);
  const all = new Map(pids.map((pid) => [pid, pipesOf(pid)]));
  const pipes = [...all.values()].flat();
  const written = new Set(pipes.flatMap(({ name, writes }) => (writes ? [name] : [])));
  const read = pipes.flatMap(({ name, reads }) => (reads ? [name] : []));
  const isUnknown = (name: string) => !written.has(name) && !ours.includes(name);
  const ended = withoutWriter(new Set(read.filter(isUnknown)));
  return {
    ours,
    of: (pid) => {
      const own = all.get(pid);
      if (own === undefined) return NONE;
      const reads = namesOf(own.filter((pipe) => pipe.reads));
      const writes = namesOf(own.filter((pipe) => pipe.writes));
      return { reads, writes, writersEnded: reads.filter((name) => ended.has(name)) };
    },
  };
}

type Pipe = { readonly name: string; readonly reads: boolean; readonly writes: boolean };

function namesOf(pipes: readonly Pipe[]): readonly string[] {
  return [...new Set(pipes.map(({ name }) => name))];
}

/** Those of the pipes that no process can write to any more. None: the search took too long. */
function withoutWriter(names: Set<string>): ReadonlySet<string> {
  const limit = monotonicTime() + SEARCH_LIMIT;
  if (names.size === 0) return names;
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    if (monotonicTime() > limit) return new Set();
    for (const { name, writes } of pipesOf(Number(entry))) if (writes) names.delete(name);
    if (names.size === 0) break;
  }
  return names;
}

/** The pipes of a process. The rights of the link say for what it was opened: proc_pid_fd(5). */
function pipesOf(pid: number): readonly Pipe[] {
  const folder = `/proc/${pid}/fd`;
  return listOf(folder).flatMap((fd) => {
    try {
      const name = readlinkSync(`${folder}/${fd}`);
      if (!name.startsWith("pipe:[")) return [];
      const { mode } = lstatSync(`${folder}/${fd}`);
      return [{ name, reads: (mode & 0o400) !== 0, writes: (mode & 0o200) !== 0 }];
    } catch {
      // It was closed meanwhile.
      return [];
    }
  });
}

function listOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
