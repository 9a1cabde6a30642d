// Runs a program and waits for facts: lines it says, its end, the end of everything that holds its
// output. Nothing here passes because time went by; every wait has a limit, and passing it fails.
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { patiently } from "../patience.ts";
import type { Binary } from "./binary.ts";

/** How a program ended. Its output is complete: no process holds its pipes any more. */
export type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Options = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly argv0?: string;
  readonly stdio?: SpawnOptions["stdio"];
  /** What it reads; nothing by default. */
  readonly input?: string | typeof OPEN;
};

/** As input: stays open for `write`. */
export const OPEN: unique symbol = Symbol("open");

/** A program that runs. */
export type Running = {
  readonly pid: number;
  /** Waits until stdout (or stderr) has a match; gives it. */
  readonly says: (pattern: RegExp, where?: "stdout" | "stderr") => Promise<RegExpExecArray>;
  /** Sends a signal to the program, by name or number. */
  readonly kill: (signal: NodeJS.Signals | number) => void;
  /** Writes to its input. */
  readonly write: (text: string) => void;
  readonly ended: Promise<Ended>;
};

const LIMIT_MS = 30_000;
/** Messages in plain ASCII, and nothing of ours in the environment. */
const PLAIN = { LC_ALL: "C", TIMEOUT_METRICS: undefined, CURFEW_BUNDLE: undefined };

/** Starts a program. */
export function start(argv: readonly string[], options: Options = {}): Running {
  const [program = "", ...args] = argv;
  const { env = {}, cwd, argv0, stdio = ["pipe", "pipe", "pipe"], input = "" } = options;
  const child = spawn(program, args, {
    env: { ...process.env, ...PLAIN, ...env },
    stdio,
    ...(cwd !== undefined && { cwd }),
    ...(argv0 !== undefined && { argv0 }),
  });
  child.stdin?.on("error", () => undefined);
  if (input !== OPEN) child.stdin?.end(input);
  const texts = { stdout: collect(child.stdout), stderr: collect(child.stderr) };
  const about = { child, argv, texts };
  const ended = within(endOf(child, texts), about);
  // A test that fails before it looks at the end has said enough.
  ended.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    says: (pattern, where = "stdout") => within(texts[where].match(pattern), about),
    write: (text) => void child.stdin?.write(text),
    kill: (signal) => void (child.pid !== undefined && process.kill(child.pid, signal)),
    ended,
  };
}

/** Runs a program to its end. */
export function run(argv: readonly string[], options: Options = {}): Promise<Ended> {
  return start(argv, options).ended;
}

/** Runs the program under test. `before` are words in front of it, such as other surroundings. */
export function curfew(binary: Binary, words: readonly string[], options: Spawn = {}): Running {
  const { before = [], ...rest } = options;
  return start([...before, binary.path, ...words], {
    ...rest,
    env: { ...binary.env, ...rest.env },
  });
}

export type Spawn = Options & { readonly before?: readonly string[] };

/** Runs `curfew timeout` to its end. */
export function timeout(
  binary: Binary,
  words: readonly string[],
  options: Spawn = {},
): Promise<Ended> {
  return curfew(binary, ["timeout", ...words], options).ended;
}

/**
 * So much later that what is sent then is another request: the limit of another curfew has passed.
 */
export async function laterOn(binary: Binary): Promise<void> {
  await timeout(binary, ["0.3", "sleep", "1000"]);
}

/** When the limit is to pass: at a fact that the command says with its pid, not at a time. */
export type When = "ready" | "all ready" | "stopped";

/** Lets the limit pass when the command is so far: SIGALRM means "time is up". */
export async function expire(running: Running, when: When): Promise<Ended> {
  const [, pid] = await running.says(/^ready (\d+)$/m);
  if (when === "all ready") await running.says(/^grandchild ready/m);
  if (when === "stopped") await until("the command is stopped", () => stateOf(Number(pid)) === "T");
  // GNU's forgets an alarm that comes before it has set its own. One that it runs in turn leaves
  // its command behind, if the first signal comes while it starts it.
  let waiting = Number(pid);
  do {
    waiting = parentOf(waiting);
    await until("it waits", () => stateOf(waiting) === "S");
  } while (waiting !== running.pid);
  running.kill("SIGALRM");
  return running.ended;
}

/** How it ended, in one word: an exit code, or a signal's name. */
export function endOfRun({ code, signal }: Ended): string {
  return signal ?? String(code);
}

/** Waits until `isTrue`, looking again whenever other events had their turn. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  const limit = performance.now() + patiently(LIMIT_MS);
  while (!isTrue()) {
    if (performance.now() > limit) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * After a swarm: its dead are processes until the first process of the system has reaped them, and
 * while they are too many, no process can be started (EAGAIN).
 */
export function untilForks(): Promise<void> {
  return until("a process can be started", () => spawnSync("true").status === 0);
}

/** A field of /proc/PID/status, empty where the process is gone. */
export function statusOf(pid: number, field: string): string {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    return new RegExp(`^${field}:\\s*(.*)$`, "m").exec(text)?.[1] ?? "";
  } catch {
    return "";
  }
}

export function parentOf(pid: number): number {
  return Number(statusOf(pid, "PPid"));
}

/** The one-letter state of a process: S sleeps, T is stopped, Z has ended; empty: gone. */
export function stateOf(pid: number): string {
  return statusOf(pid, "State").slice(0, 1);
}

/** The processes that a process is the parent of; none where it is gone. */
export function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return list.split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** The guardian of a run, as soon as it has its name. */
export async function guardianOf(pid: number): Promise<number> {
  const isGuardian = (child: number) => statusOf(child, "Name") === "guardian";
  await until("there is a guardian", () => childrenOf(pid).some(isGuardian));
  return childrenOf(pid).find(isGuardian) ?? 0;
}

/** Whether a process has ended, reaped or not. */
export function isOver(pid: number): boolean {
  return ["", "Z", "X"].includes(stateOf(pid));
}

type Text = { readonly all: () => string; readonly match: (p: RegExp) => Promise<RegExpExecArray> };

/** Keeps what a stream says. */
function collect(stream: Readable | null): Text {
  const chunks: Buffer[] = [];
  const all = () => Buffer.concat(chunks).toString();
  stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const match = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(all());
        if (found === null) return false;
        stream?.off("data", look);
        stream?.off("close", last);
        resolve(found);
        return true;
      };
      const last = () => look() || reject(new Error(`no ${pattern} in: ${all()}`));
      if (look() || stream === null) return;
      stream.on("data", look);
      stream.once("close", last);
    });
  return { all, match };
}

type Texts = Record<"stdout" | "stderr", Text>;

function endOf(child: ChildProcess, texts: Texts): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ code, signal, stdout: texts.stdout.all(), stderr: texts.stderr.all() });
    });
  });
}

type About = {
  readonly child: ChildProcess;
  readonly argv: readonly string[];
  readonly texts: Texts;
};

/** Ends a program of ours that says nothing for as long as the limit, and fails. */
async function within<T>(fact: Promise<T>, { child, argv, texts }: About): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit_ms = patiently(LIMIT_MS);
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      child.kill("SIGKILL");
      // Another process that holds its pipes must not hold us.
      for (const stream of child.stdio) stream?.destroy();
      const what = argv.join(" ").slice(0, 500);
      const said = Object.values(texts).map((text) => text.all().slice(-500));
      reject(new Error(`still running after ${limit_ms} ms: ${what}\nsaid: ${said.join("\n")}`));
    }, limit_ms);
  });
  const streams = [child.stdout, child.stderr];
  const prolong = () => void timer?.refresh();
  for (const stream of streams) stream?.on("data", prolong);
  try {
    return await Promise.race([fact, limit]);
  } finally {
    clearTimeout(timer);
    for (const stream of streams) stream?.off("data", prolong);
  }
}
