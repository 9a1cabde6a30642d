// Supervisors whose command waits, watched through /proc: what they hold and how often they ran.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { setTimeout as pass } from "node:timers/promises";
import { ROOT } from "../scripts/steps.ts";
import type { Found, Idle, Name } from "./figures.ts";
import { commandLine, type Program } from "./programs.ts";
import { ENVIRONMENT } from "./runs.ts";
import { IDLE } from "./tools.ts";

/** After the command has said that it runs, its supervisor may still have something to do. */
const SETTLED_AFTER_MS = 500;
const WATCHED_MS = 2000;
const LIMIT = "50";

export type Started = {
  readonly name: Name;
  readonly child: ChildProcess;
  readonly command: number;
  /** Whether the supervisor goes on without its command. */
  readonly isWatching: boolean;
};

type Watched = Started & {
  readonly supervisors: readonly number[];
};

export async function watchIdle(programs: readonly Program[]): Promise<Found> {
  const all = await idleOf(programs.filter(({ file }) => file !== undefined));
  return { figures: new Map(all.map(([name, idle]) => [name, { idle }])) };
}

/** All programs at once: they are idle, so they do not disturb each other. */
export async function idleOf(
  programs: readonly Program[],
  options: readonly string[] = [],
): Promise<readonly (readonly [Name, Idle])[]> {
  const started = await Promise.all(programs.map((program) => start(program, options)));
  try {
    await pass(SETTLED_AFTER_MS);
    const all = started.map((one) => ({ ...one, supervisors: supervisorsOf(one) }));
    const before = all.map(switchesOf);
    await pass(WATCHED_MS);
    const after = all.map(switchesOf);
    return all.map((one, index) => {
      const switches = (after[index] ?? Number.NaN) - (before[index] ?? Number.NaN);
      return [one.name, { ...memoryOf(one.supervisors), switches }] as const;
    });
  } finally {
    await Promise.all(started.map(end));
  }
}

/** Starts a program; its command then runs, and waits. */
export async function start(program: Program, options: readonly string[] = []): Promise<Started> {
  const [file = "", ...args] = commandLine(program, IDLE, LIMIT, options);
  const child = spawn(file, args, {
    cwd: ROOT,
    env: ENVIRONMENT,
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const [message] = (await once(child.stdio[3] as Readable, "data")) as [Buffer];
  const isWatching = options.some((option) => option.startsWith("--watch="));
  return { name: program.name, child, command: message.readInt32LE(0), isWatching };
}

export async function end({ child, command, isWatching }: Started): Promise<void> {
  const ended = once(child, "exit");
  if (isWatching) child.kill("SIGTERM");
  else process.kill(command, "SIGKILL");
  await ended;
}

/** Every process that is there because of the program. */
export function supervisorsOf({ child, command }: Started): readonly number[] {
  return familyOf(child.pid ?? 0).filter((pid) => pid !== command);
}

function familyOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return [pid, ...(children === "" ? [] : children.split(" ").map(Number)).flatMap(familyOf)];
}

const SWITCHES = /^(?:non)?voluntary_ctxt_switches:\s*(\d+)$/gm;

function switchesOf({ supervisors }: Watched): number {
  return sum(
    supervisors.flatMap((pid) => {
      const threads = readdirSync(`/proc/${pid}/task`);
      return threads.map((thread) => total(`/proc/${pid}/task/${thread}/status`, SWITCHES));
    }),
  );
}

/** Added up over the processes. */
export function memoryOf(supervisors: readonly number[]): Omit<Idle, "switches"> {
  const bytes = (pattern: RegExp): number => {
    return sum(supervisors.map((pid) => total(`/proc/${pid}/smaps_rollup`, pattern) * 1024));
  };
  return {
    resident: bytes(/^Rss:\s*(\d+)/gm),
    privateDirty: bytes(/^Private_Dirty:\s*(\d+)/gm),
    proportional: bytes(/^Pss:\s*(\d+)/gm),
  };
}

/** The numbers after the matching labels of a file of /proc, added up. */
function total(file: string, pattern: RegExp): number {
  return sum([...readFileSync(file, "utf8").matchAll(pattern)].map(([, number]) => Number(number)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
