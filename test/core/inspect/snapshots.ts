// Process snapshots for tests: what is not given is an idle process of eight seconds.
import type { ProcessSnapshot, TreeSnapshot } from "../../../src/core/spec/process-snapshot.ts";
import type { Duration, Instant } from "../../../src/core/values/duration.ts";

export function processOf(given: Partial<ProcessSnapshot> = {}): ProcessSnapshot {
  const { pid = 4711, command = "node" } = given;
  return {
    pid,
    command,
    parent: 4000,
    startTime: 100 + pid,
    uid: 1000,
    commandLine: [command],
    isCommandLineCut: false,
    state: "S",
    cpuTime: 0 as Duration,
    age: 8_000_000 as Duration,
    waitTime: undefined,
    systemCall: undefined,
    waitsFor: undefined,
    isWaitingForInput: false,
    listening: [],
    unread: [],
    ...given,
  };
}

export function treeOf(processes: readonly ProcessSnapshot[], omitted = 0): TreeSnapshot {
  return { at: 0 as Instant, processes, omitted };
}
