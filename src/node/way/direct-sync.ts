// A run that Node waits for: nothing else happens in this thread until it is over.
import { spawnSync } from "node:child_process";
import { findProgram, isPrivileged } from "./binary.ts";
import { openStdio, type Stdio } from "./descriptors.ts";
import { programWords } from "./direct-words.ts";
import { failed, NO_FOLDER, PRIVILEGED } from "./failures.ts";
import { isReport, parseLine } from "./json-lines.ts";
import { explainLossNow } from "./loss.ts";
import { startFailure } from "./refusals.ts";
import type { Ending, JsonObject, Order, SyncEnding } from "./way.ts";

/** The descriptors of the control lines (none ever come) and of the events in the program. */
const CONTROL = 3;
const EVENTS = 4;
const NOTHING = new Uint8Array(0);

export function runDirectSync(order: Order, input: Uint8Array): SyncEnding {
  if (isPrivileged()) return withoutOutput(PRIVILEGED);
  if (order.cwd === "") return withoutOutput(NO_FOLDER);
  const found = findProgram();
  if (found.kind === "missing") return withoutOutput(failed("no_binary", found.text));
  const stdio = openStdio(order);
  if ("kind" in stdio) return withoutOutput(stdio);
  try {
    return runProgram(found.path, order, { stdio, input });
  } finally {
    stdio.close();
  }
}

function withoutOutput(ending: Ending): SyncEnding {
  return { ending, stdout: NOTHING, stderr: NOTHING };
}

type Inputs = { readonly stdio: Stdio; readonly input: Uint8Array };

function runProgram(program: string, order: Order, { stdio, input }: Inputs): SyncEnding {
  const { entries, isMerged } = stdio;
  const words = programWords(order, { control: CONTROL, events: EVENTS, isMerged });
  const { error, pid, output } = spawnSync(program, words, {
    env: order.env,
    stdio: [...entries, "pipe", "pipe"],
    input: entries[0] === "pipe" ? input : undefined,
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  // A command that does not read all of its input is an error (EPIPE) to Node, but it has run.
  if (error !== undefined && pid === 0) return withoutOutput(startFailure(program, error));
  const [, stdout, stderr, , events] = output ?? [];
  return {
    ending: endingOf(program, Buffer.from(events ?? NOTHING).toString("utf8")),
    stdout: stdout ?? NOTHING,
    stderr: stderr ?? NOTHING,
  };
}

function endingOf(program: string, events: string): Ending {
  const records = events.split("\n").map(parseLine);
  const report = records.findLast((one): one is JsonObject => one !== undefined && isReport(one));
  if (report !== undefined) return { kind: "report", report, isPipeHeld: false };
  if (events === "") return explainLossNow(program);
  return { kind: "lost", text: "curfew was killed before it could report" };
}
