// `run.ready`: waits until what a command is started for is there.
import { type Duration, NO_LIMIT } from "../../core/values/duration.ts";
import { setLongTimeout } from "../builtin/long-timeout.ts";
import type { Condition } from "../options/ready.ts";
import type { Receiver } from "../output/receiver.ts";
import { answers, exists, isListening, isOwn, portOf } from "./look.ts";
import { notReady, type Waiting } from "./not-ready.ts";
import { ownerOf } from "./owner.ts";

/** The first look comes at once, the next ones after these times. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

type Wait = {
  /** Resolves when the output has a match, where that is waited for. */
  readonly found: Promise<void> | undefined;
  readonly limit: Duration;
};

/** Resolves when the condition holds for a command that has started; rejects with `not_ready`. */
export async function waitFor(
  run: Waiting,
  condition: Condition,
  { found, limit }: Wait,
): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([
      found ?? poll(run, condition, over.signal),
      ended(run),
      ...(limit === NO_LIMIT ? [] : [expiry(limit / 1000, condition, over.signal)]),
    ]);
  } finally {
    over.abort();
  }
}

async function ended({ settled }: Waiting): Promise<never> {
  const { outcome, exitCode, signal } = await settled;
  const end = exitCode ?? signal;
  throw notReady(`the command ended before: ${outcome}${end === null ? "" : ` (${end})`}`);
}

/** What is waited for, in words. */
function shown(condition: Condition): string {
  switch (condition.kind) {
    case "started":
      return "the start";
    case "port":
      return `port ${condition.port}`;
    case "url":
      return condition.url.href;
    case "output":
      return `output that matches ${condition.pattern}`;
    case "path":
      return condition.path;
  }
}

function expiry(ms: number, condition: Condition, over: AbortSignal): Promise<never> {
  const text = `readyTimeout (${ms} ms) has passed without ${shown(condition)}`;
  return new Promise((_, reject) => {
    const timeout = setLongTimeout(() => reject(notReady(text)), ms);
    over.addEventListener("abort", timeout.cancel);
  });
}

async function poll(run: Waiting, condition: Condition, over: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  while (!(await holds(run, condition))) {
    if (over.aborted) return;
    await sleep(pause, over);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

function sleep(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      over.removeEventListener("abort", go);
      resolve();
    };
    const timer = setTimeout(go, ms);
    over.addEventListener("abort", go);
  });
}

async function holds({ owns }: Waiting, condition: Condition): Promise<boolean> {
  switch (condition.kind) {
    case "port":
      if (!(await isListening(condition.port))) return false;
      requireOwn(condition.port, owns);
      return true;
    case "url":
      if (!(await answers(condition.url))) return false;
      if (isOwn(condition.url)) requireOwn(portOf(condition.url), owns);
      return true;
    case "path":
      return exists(condition.path);
    default:
      return true;
  }
}

/** A server that was there before is not the one that was started. */
function requireOwn(port: number, owns: Waiting["owns"]): void {
  const owner = ownerOf(port, owns);
  if (owner.kind !== "foreign") return;
  const who = `${owner.pid} ${JSON.stringify(owner.command)}`;
  throw notReady(`port ${port} is in use by ${who}`, { detail: "port_in_use" });
}

/** As much text is looked at with the next chunk: a match may begin in one and end in another. */
const MOST_TEXT = 65_536;

/** A search in what receivers get. */
export type Match = { readonly found: Promise<void>; readonly receiver: () => Receiver };

/** Searches each stream by itself. */
export function matchOf(pattern: RegExp): Match {
  let tell = (): void => undefined;
  const found = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const receiver = (): Receiver => {
    const decoder = new TextDecoder();
    let text = "";
    let isFound = false;
    return {
      take: (chunk) => {
        if (isFound) return undefined;
        text += decoder.decode(chunk, { stream: true });
        isFound = pattern.test(text);
        text = text.slice(-MOST_TEXT);
        if (isFound) tell();
        return undefined;
      },
      end: () => undefined,
    };
  };
  return { found, receiver };
}
