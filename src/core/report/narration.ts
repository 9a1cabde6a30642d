import type { NarrationMessage } from "../messages/narration-sentence.ts";
import type { Spec } from "../spec/spec.ts";
import type { WaitStatus } from "../spec/status.ts";
import type { Event } from "./event.ts";

/** Whether a tool's words include the course of a run. */
export function isNarrated({ narration }: Spec): boolean {
  return narration > 1;
}

/** What the host knows of the command: its PID, and whether its start was said. */
export type KnownCommand = { readonly pidOf: () => number; readonly isStartSaid: boolean };

/**
 * The messages of an event that only a tool has that curfew stands in for. Where the command ended
 * before its PID was known, the message about its start comes with the one about its end.
 */
export function narrationOf(
  spec: Spec,
  event: Event,
  known: KnownCommand,
): readonly NarrationMessage[] {
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

function beginning({ command: [command = ""], singleChild }: Spec, pid: number): NarrationMessage {
  return { kind: "command-started", pid, command, isAlone: singleChild };
}

function endOf(
  spec: Spec,
  { isStartSaid }: KnownCommand,
  pid: number,
  status: WaitStatus,
): readonly NarrationMessage[] {
  const end: NarrationMessage = { kind: "command-ended", pid, status };
  return isStartSaid ? [end] : [beginning(spec, pid), end];
}
