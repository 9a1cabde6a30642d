import type { Story } from "../messages/messages.ts";
import type { Spec } from "../spec/spec.ts";
import type { WaitStatus } from "../spec/status.ts";
import type { Event } from "./event.ts";

/** Whether a tool's words tell of the course of a run. */
export function isNarrated({ narration }: Spec): boolean {
  return narration > 1;
}

/** What is known of the command: its number, and whether its start was told. */
export type Known = { readonly pidOf: () => number; readonly isBegun: boolean };

/**
 * What an event gives a tool to tell that we stand in for, besides what we say ourselves. A command
 * that has ended before its number could be asked for has begun when its end is told.
 */
export function narrationOf(spec: Spec, event: Event, known: Known): readonly Story[] {
  switch (event.type) {
    case "spawned": {
      const pid = known.pidOf();
      return pid === 0 ? [] : [beginning(spec, pid)];
    }
    case "signal":
      return [
        {
          kind: "signal-received",
          signal: event.signal,
          becomes: spec.rewrite.get(event.signal),
        },
      ];
    case "exited":
      return endOf(spec, known, event.pid, event.status);
    case "swept":
      return event.end === undefined ? [] : endOf(spec, known, event.pid, event.end);
    default:
      return [];
  }
}

function beginning({ command: [command = ""], singleChild }: Spec, pid: number): Story {
  return { kind: "command-started", pid, command, isAlone: singleChild };
}

function endOf(spec: Spec, { isBegun }: Known, pid: number, status: WaitStatus): readonly Story[] {
  const end: Story = { kind: "command-ended", pid, status };
  return isBegun ? [end] : [beginning(spec, pid), end];
}
