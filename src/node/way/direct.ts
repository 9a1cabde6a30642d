// The direct way: one `curfew run` for each command, started by Node.
import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { builtin } from "../builtin/builtin.ts";
import { descendsFrom } from "./ancestry.ts";
import { findProgram, isPrivileged } from "./binary.ts";
import { openStdio, type Stdio } from "./descriptors.ts";
import { runDirectSync } from "./direct-sync.ts";
import { programWords } from "./direct-words.ts";
import { Drain } from "./drain.ts";
import { failed, PRIVILEGED } from "./failures.ts";
import { isReport, JsonLines } from "./json-lines.ts";
import { startFailure } from "./refusals.ts";
import type {
  ControlRequest,
  Ending,
  Handle,
  JsonObject,
  Listener,
  Order,
  StreamName,
  Way,
} from "./way.ts";

/** The descriptor of the control lines and the events in the program: a socket has both ways. */
const TALK = 3;
const STREAMS: readonly StreamName[] = ["stdout", "stderr"];
/** A control line that only this way has: the program is to close an output of the command's. */
type CloseRequest = { readonly control: "close"; readonly stream: StreamName };

/** How long the last line may take to arrive after the program has ended. */
const LAST_LINE_MS = 1000;
/** How long the guardian may take to end the tree of a program that was killed. */
const LOST_DRAIN_MS = 5000;

export const direct: Way = {
  name: "direct",
  refusal: () => undefined,
  start: (order, listener) => new DirectRun(order, listener).handle(),
  prepare: async () => (await import("./direct-questions.ts")).askDoctor(),
  killTree: async (order) => (await import("./direct-questions.ts")).askKill(order),
  runSync: runDirectSync,
};

async function explained(program: string): Promise<Ending> {
  try {
    return await (await import("./loss.ts")).explainLoss(program);
  } catch (error) {
    return { kind: "lost", text: `curfew's program ended without a report (${error})` };
  }
}

class DirectRun {
  readonly #order: Order;
  readonly #listener: Listener;
  readonly #open = new Set<StreamName>();
  /** Streams that are read no more. */
  readonly #closing = new Set<StreamName>();
  readonly #drain: Drain;
  #program = "";
  #child: ChildProcess | undefined;
  #report: JsonObject | undefined;
  #hasExited = false;
  #areEventsOver = false;
  #isFinished = false;
  /** Whether the program has said anything; else it may be one that does not know our words. */
  #hasSpoken = false;
  readonly #lines = new JsonLines();
  #lastLine: NodeJS.Timeout | undefined;

  constructor(order: Order, listener: Listener) {
    this.#order = order;
    this.#listener = listener;
    this.#drain = new Drain({
      pause: (name) => this.#child?.[name]?.pause(),
      resume: (name) => this.#child?.[name]?.resume(),
      stop: () => this.#stopListening(),
    });
    const failure = this.#start();
    // Nothing is told before the caller has the handle.
    if (failure !== undefined) setImmediate(() => this.#fail(failure));
  }

  handle(): Handle {
    return {
      control: (request) => this.#control(request),
      write: (chunk, done) => this.#write(chunk, done),
      end: () => void this.#child?.stdin?.end(),
      pause: (name) => this.#drain.pause(name),
      resume: (name) => this.#drain.resume(name),
      close: (name) => this.#close(name),
      ref: () => this.#each("ref"),
      unref: () => this.#each("unref"),
      owns: (pid) => {
        const ours = this.#child?.pid;
        return ours === undefined || this.#isFinished ? false : descendsFrom(pid, ours);
      },
    };
  }

  /** Starts the program, or says why not. */
  #start(): Ending | undefined {
    if (isPrivileged()) return PRIVILEGED;
    const found = findProgram();
    if (found.kind === "missing") return failed("no_binary", found.text);
    this.#program = found.path;
    const stdio = openStdio(this.#order);
    if ("kind" in stdio) return stdio;
    try {
      this.#spawn(stdio);
      return undefined;
    } catch (error) {
      return startFailure(this.#program, error);
    } finally {
      stdio.close();
    }
  }

  #spawn({ entries, isMerged }: Stdio): void {
    const words = programWords(this.#order, { control: TALK, events: TALK, isMerged });
    const child = builtin("node:child_process").spawn(this.#program, words, {
      env: this.#order.env,
      stdio: [...entries, "pipe"],
    });
    this.#child = child;
    child.on("error", (error) => this.#fail(startFailure(this.#program, error)));
    child.on("exit", () => this.#exited());
    // The writer gets EPIPE from its own call; without a free descriptor there are no streams at
    // all.
    child.stdin?.on("error", () => undefined);
    const talk = this.#talk();
    talk?.setEncoding("utf8");
    talk?.on("data", (text: unknown) => this.#read(String(text)));
    talk?.on("error", () => undefined);
    talk?.on("close", () => this.#eventsOver());
    for (const name of STREAMS) this.#listen(name, child[name]);
  }

  #talk(): Socket | undefined {
    return (this.#child?.stdio?.[TALK] ?? undefined) as Socket | undefined;
  }

  #listen(name: StreamName, stream: Readable | null | undefined): void {
    if (stream === null || stream === undefined) return;
    this.#open.add(name);
    stream.on("data", (chunk: Buffer) => {
      this.#drain.heard(name, chunk.length);
      if (!this.#isFinished && !this.#closing.has(name)) this.#listener.output(name, chunk);
    });
    stream.on("error", () => undefined);
    stream.on("end", () => this.#ended(name));
    stream.on("close", () => this.#ended(name));
  }

  #ended(name: StreamName): void {
    if (!this.#open.delete(name)) return;
    this.#listener.outputEnded(name);
    this.#finishIfOver();
  }

  #read(text: string): void {
    const records = this.#lines.take(text);
    if (records === undefined) this.#giveUp();
    else for (const record of records) this.#tell(record);
  }

  /** What the program writes is no event, and never will be. */
  #giveUp(): void {
    this.#talk()?.destroy();
    this.#child?.kill("SIGKILL");
  }

  #tell(record: JsonObject | undefined): void {
    if (record === undefined || this.#isFinished) return;
    this.#hasSpoken = true;
    if (isReport(record)) {
      this.#report = record;
      this.#reported();
      return;
    }
    const { event, pid } = record;
    if (event === "spawned" && typeof pid === "number") this.#listener.started(pid);
    this.#listener.event(record);
  }

  /** The program itself has the pipes until it exits: only after that a leftover shows. */
  #reported(): void {
    if (!this.#hasExited) return;
    this.#drain.begin(this.#order.relay.pipeDrain / 1000);
    this.#finishIfOver();
  }

  #exited(): void {
    this.#hasExited = true;
    for (const name of this.#closing) this.#destroy(name);
    if (this.#report !== undefined) this.#reported();
    else if (this.#areEventsOver) this.#lost();
    // What the program wrote may still be on its way, unless another process holds the pipe.
    else this.#lastLine = setTimeout(() => this.#eventsOver(), LAST_LINE_MS);
  }

  #eventsOver(): void {
    if (this.#areEventsOver) return;
    this.#areEventsOver = true;
    if (this.#hasExited && this.#report === undefined) this.#lost();
  }

  /** The program ended without a report. Its guardian ends the tree, and with it the pipes. */
  #lost(): void {
    clearTimeout(this.#lastLine);
    this.#drain.begin(LOST_DRAIN_MS);
    this.#finishIfOver();
  }

  #finishIfOver(): void {
    const hasTold = this.#report !== undefined || this.#areEventsOver;
    if (this.#hasExited && hasTold && this.#open.size === 0) this.#finish();
  }

  #stopListening(): void {
    for (const name of this.#open) this.#destroy(name);
  }

  #finish(): void {
    if (this.#isFinished) return;
    this.#release();
    const { isPipeHeld } = this.#drain;
    if (this.#report !== undefined) {
      this.#listener.finished({ kind: "report", report: this.#report, isPipeHeld });
    } else if (this.#hasSpoken) {
      this.#listener.finished({ kind: "lost", text: "curfew was killed before it could report" });
    } else {
      // A program of another version, perhaps: it is asked once more.
      explained(this.#program).then(this.#listener.finished);
    }
  }

  #fail(ending: Ending): void {
    if (this.#isFinished) return;
    const open = [...this.#open];
    this.#open.clear();
    this.#release();
    for (const name of open) this.#listener.outputEnded(name);
    this.#listener.finished(ending);
  }

  #release(): void {
    this.#isFinished = true;
    clearTimeout(this.#lastLine);
    this.#drain.end();
    for (const stream of this.#child?.stdio ?? []) stream?.destroy();
  }

  #control(request: ControlRequest | CloseRequest): void {
    const socket = this.#talk();
    if (this.#isFinished || socket === undefined || socket.destroyed) return;
    socket.write(`${JSON.stringify(request)}\n`);
  }

  #write(chunk: Uint8Array, done: (error: Error | undefined) => void): void {
    const stdin = this.#child?.stdin;
    if (stdin === null || stdin === undefined || stdin.destroyed) {
      // Never before the call has returned, as with a stream that is there.
      process.nextTick(done, new Error("write EPIPE: the command reads no more"));
      return;
    }
    stdin.write(chunk, (error) => done(error ?? undefined));
  }

  /**
   * The program closes the other end, and its end comes. If it was closed here while something is
   * unread, the command's next write would fail with ECONNRESET, not with SIGPIPE or EPIPE.
   */
  #close(name: StreamName): void {
    if (!this.#open.has(name)) return;
    this.#closing.add(name);
    if (this.#hasExited) this.#destroy(name);
    this.#control({ control: "close", stream: name });
    this.#drain.resume(name);
  }

  #destroy(name: StreamName): void {
    this.#child?.[name]?.destroy();
  }

  #each(what: "ref" | "unref"): void {
    this.#child?.[what]();
    for (const stream of this.#child?.stdio ?? []) (stream as Socket | null)?.[what]();
  }
}
