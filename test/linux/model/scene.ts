// The host on a model kernel: one part of it, or the whole program from its words to its end.

import { parseInit, parseRun, parseTimeout } from "../../../src/core/cli/argv.ts";
import type { Will } from "../../../src/core/run/action.ts";
import type { Spec } from "../../../src/core/spec/spec.ts";
import { isServing } from "../../../src/core/spec/spec.ts";
import type { Duration } from "../../../src/core/values/duration.ts";
import { main } from "../../../src/linux/main.ts";
import type { RunContext } from "../../../src/linux/run/context.ts";
import type { LinuxHost } from "../../../src/linux/run/host.ts";
import { openContext, openHost, openRun, perform } from "../../../src/linux/run/host.ts";
import { placementOf } from "../../../src/linux/run/terminal.ts";
import type { Generation, Service } from "../../../src/linux/serve/generations.ts";
import { act, openGenerations, openService } from "../../../src/linux/serve/generations.ts";
import { written } from "./descriptors.ts";
import { use } from "./install.ts";
import { makeKernel } from "./kernel.ts";
import type { Kernel, Process } from "./types.ts";

const SUBCOMMANDS = { timeout: parseTimeout, run: parseRun, init: parseInit };

/** What a line such as `run --report r cmd` asks for. */
export function specOf(line: string): Spec {
  const [subcommand, ...words] = line.split(" ");
  const request = SUBCOMMANDS[subcommand as keyof typeof SUBCOMMANDS](words, () => undefined);
  if (request.kind !== "run") throw new Error(`no run: ${line}`);
  return request.spec;
}

const VOICE = () => ({ name: "curfew", utf8: false });

/** A host on a kernel that was prepared for it. */
export function hostOf(line: string, kernel: Kernel): LinuxHost {
  use(kernel);
  const host = openHost(placementOf(specOf(line)), VOICE);
  if (host.kind === "refused") throw new Error(JSON.stringify(host.message));
  return host;
}

/** Why there is no host. */
export function refusalOf(line: string, kernel: Kernel): unknown {
  use(kernel);
  const place = placementOf(specOf(line));
  const host = isServing(place.spec) ? openGenerations(place, VOICE) : openHost(place, VOICE);
  return host.kind === "refused" ? host.message : undefined;
}

/** The context of a run, for parts of the host. */
export function runOf(line: string, kernel: Kernel, spec: Partial<Spec> = {}): RunContext {
  use(kernel);
  const place = placementOf({ ...specOf(line), ...spec });
  const host = openContext(place, VOICE);
  if ("kind" in host) throw new Error(JSON.stringify(host));
  const run = openRun(host, 1, 0);
  if ("kind" in run) throw new Error(JSON.stringify(run));
  return run;
}

/** The same where generations follow one another, and the first of them. */
export function serviceOf(
  line: string,
  kernel: Kernel,
  spec: Partial<Spec> = {},
): readonly [service: Service, first: Generation] {
  use(kernel);
  const service = openService(placementOf({ ...specOf(line), ...spec }), VOICE);
  if ("kind" in service) throw new Error(JSON.stringify(service));
  const first = service.generations.get(1);
  if (first === undefined) throw new Error("no generation");
  return [service, first];
}

/** What the guardian would do in the scenes: nothing that a row waits for. */
export const WILL: Will = {
  signal: "SIGTERM",
  grace: 0 as Duration,
  sweepLimit: 0 as Duration,
  signalAt: undefined,
  sweepAt: undefined,
  staysForLeftovers: true,
  settle: { quiet: 0 as Duration, limit: 0 as Duration },
};

/** A run whose command has been started. */
export type Started = {
  readonly kernel: Kernel;
  readonly run: RunContext;
  readonly guardian: number;
  readonly command: Process;
};

/** The same after the start, on a kernel that is prepared first. */
export function started(
  line: string,
  prepare: (kernel: Kernel) => void = () => {},
  spec: Partial<Spec> = {},
  pid = 100,
): Started {
  const kernel = makeKernel(pid);
  prepare(kernel);
  return startedBy(kernel, () => {
    const run = runOf(line, kernel, spec);
    perform(run, { type: "spawn", will: WILL });
    return { run };
  });
}

/** The same of a generation. */
export function startedServing(
  line: string,
  spec: Partial<Spec>,
  prepare: (kernel: Kernel) => void = () => {},
): Started & Generation {
  const kernel = makeKernel();
  prepare(kernel);
  return startedBy(kernel, () => {
    const [service, first] = serviceOf(line, kernel, spec);
    act(service, { type: "generation", generation: 1, action: { type: "spawn", will: WILL } });
    return first;
  });
}

function startedBy<T extends { readonly run: RunContext }>(
  kernel: Kernel,
  start: () => T,
): Started & T {
  let command: Process | undefined;
  const { begins } = kernel.birth;
  kernel.birth.begins = (on, process) => {
    command = process;
    begins(on, process);
  };
  const made = start();
  if (command === undefined) throw new Error("nothing was started");
  return { ...made, kernel, guardian: command.parent, command };
}

/** A whole run of curfew. */
export type Life = {
  readonly code: number;
  readonly kernel: Kernel;
  readonly stderr: string;
};

/** Runs a command line on a kernel, which is prepared first. */
export function live(line: string, prepare: (kernel: Kernel) => void = () => {}, pid = 100): Life {
  const kernel = makeKernel(pid);
  kernel.argv = ["curfew", ...line.split(" ")];
  prepare(kernel);
  use(kernel);
  const code = main();
  return { code, kernel, stderr: written(kernel, 2) };
}

/** The calls of some names that a kernel has logged. */
export function done(kernel: Kernel, ...names: readonly string[]): readonly string[] {
  return kernel.log.filter((line) => names.includes(line.split(" ", 1)[0] ?? ""));
}
