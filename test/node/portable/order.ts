// Orders for the portable way, as the library would give them, and what it tells of them.
import { parseRun } from "../../../src/core/cli/argv.ts";
import type { Duration } from "../../../src/core/values/duration.ts";
import type { Bytes } from "../../../src/core/values/size.ts";
import type { View } from "../../../src/node/portable/processes/view.ts";
import { startRun } from "../../../src/node/portable/run.ts";
import type {
  Ending,
  Handle,
  JsonObject,
  Listener,
  Order,
  RelayPlan,
  StreamName,
} from "../../../src/node/way/way.ts";

/** What a test asks for; the rest is usual. */
export type Asked = Partial<Omit<Order, "relay">> & { readonly relay?: Partial<RelayPlan> };

const USUAL: RelayPlan = {
  idleTimeout: 0 as Duration,
  maxOutput: 0 as Bytes,
  keep: undefined,
  pipeDrain: 500_000 as Duration,
};

/** The order of `curfew run WORDS -- COMMAND`. */
export function orderOf(
  words: readonly string[],
  command: readonly string[],
  asked: Asked = {},
): Order {
  return {
    words,
    asked: askedIn(words, command),
    command,
    cwd: process.cwd(),
    env: { ...(process.env as Record<string, string>) },
    stdin: { kind: "ignore" },
    stdout: { kind: "bytes" },
    stderr: { kind: "bytes" },
    ...asked,
    relay: { ...USUAL, ...asked.relay },
  };
}

function askedIn(words: readonly string[], command: readonly string[]): Order["asked"] {
  const request = parseRun([...words, "--", ...command], () => undefined);
  if (request.kind !== "run") throw new Error(`not a command line: ${words.join(" ")}`);
  return request.spec;
}

/** What a way has told of a run. */
export type Told = {
  readonly handle: Handle;
  readonly started: Promise<number | null>;
  readonly events: readonly JsonObject[];
  readonly outputs: { readonly stdout: string; readonly stderr: string };
  readonly ended: readonly StreamName[];
  /** All calls in their order. */
  readonly calls: readonly string[];
  /** Resolves when a text has come out of a stream. */
  readonly printed: (text: string) => Promise<void>;
  readonly ending: Promise<Ending>;
  /** The report at the end. */
  readonly report: Promise<JsonObject>;
};

/** Starts an order and writes down all that is told. */
export function begin(order: Order, view?: View): Told {
  const events: JsonObject[] = [];
  const calls: string[] = [];
  const ended: StreamName[] = [];
  const outputs = { stdout: "", stderr: "" };
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  const started = Promise.withResolvers<number | null>();
  const ending = Promise.withResolvers<Ending>();
  const listener: Listener = {
    started: (pid) => {
      calls.push("started");
      started.resolve(pid);
    },
    event: (record) => {
      calls.push(`event ${record.event}`);
      events.push(record);
    },
    output: (stream, chunk) => {
      if (calls.at(-1) !== `output ${stream}`) calls.push(`output ${stream}`);
      outputs[stream] += Buffer.from(chunk).toString("latin1");
      for (const one of waiting) if (outputs[stream].includes(one.text)) one.resolve();
    },
    outputEnded: (stream) => {
      calls.push(`ended ${stream}`);
      ended.push(stream);
    },
    finished: (end) => {
      calls.push("finished");
      started.resolve(null);
      ending.resolve(end);
    },
  };
  const handle = startRun(order, listener, view);
  const printed = (text: string) =>
    new Promise<void>((resolve) => {
      if (`${outputs.stdout}${outputs.stderr}`.includes(text)) resolve();
      else waiting.push({ text, resolve });
    });
  const report = ending.promise.then((end) => {
    if (end.kind !== "report") throw new Error(`no report: ${JSON.stringify(end)}`);
    return end.report;
  });
  report.catch(() => undefined);
  return {
    handle,
    started: started.promise,
    events,
    outputs,
    ended,
    calls,
    printed,
    ending: ending.promise,
    report,
  };
}
