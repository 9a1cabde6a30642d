import type { TellingHost } from "../../core/drive.ts";
import type { Message } from "../../core/messages/messages.ts";
import { formatMessage } from "../../core/messages/messages.ts";
import { formatEvent } from "../../core/report/event-line.ts";
import type { EventRecord } from "../../core/report/event-record.ts";
import { recordOf } from "../../core/report/event-record.ts";
import type { Report } from "../../core/report/report.ts";
import { formatReport } from "../../core/report/report-json.ts";
import type { Action } from "../../core/run/action.ts";
import type { Instant } from "../../core/values/duration.ts";
import { isDue } from "../../core/values/instant.ts";
import { localeOf } from "../../core/values/locale.ts";
import type { WallTime } from "../../core/values/wall-time.ts";
import type { JsonObject } from "../way/way.ts";
import { now } from "./clock.ts";
import type { PortableRun } from "./context.ts";
import { unguard } from "./guardian/guardian.ts";
import { lookAgain } from "./leftovers.ts";
import { deliver, tellWritten } from "./relaying.ts";
import { kill, wake } from "./signals.ts";
import { start } from "./start.ts";
import { sweep } from "./sweeping.ts";

/** The host of a run, for `driveBy`. `onLeft`: the core is done; streams may still be open. */
export function hostOf(run: PortableRun, onLeft: () => void): TellingHost {
  return {
    perform: (action) => perform(run, action),
    wakeAfter: (deadline) => wakeAfter(run, deadline),
    leave: () => {
      run.isOver = true;
      const group = run.command?.tree.group;
      if (group !== undefined) unguard(group);
      onLeft();
    },
  };
}

function perform(run: PortableRun, action: Exclude<Action, { type: "exit" }>): void {
  switch (action.type) {
    case "spawn":
      start(run);
      break;
    case "kill":
      kill(run, action);
      break;
    case "wake":
      wake(run, action.target);
      break;
    case "look":
      lookAgain(run);
      break;
    case "sweep":
    case "take-over":
      sweep(run, action.limit);
      break;
    case "drain":
      deliver(run, action.heldUntil);
      break;
    case "cut-output":
      run.draining?.cut();
      break;
    case "emit":
      emit(run, action);
      break;
    case "say":
      say(run, action.message);
      break;
    case "report":
      run.report = reportOf(run, action.report);
      break;
    case "mirror-stop":
      // Node does not tell that a command was stopped, so the core never asks for it.
      run.tell({ type: "resumed", at: now() });
      break;
    case "will":
    case "recipients":
      // The guardian was told what to do when Node dies. It does nothing while Node lives.
      break;
    case "leave-tree":
    case "count":
      // Nothing is printed on stderr, so the core never asks how many are killed.
      break;
  }
}

function emit({ listener }: PortableRun, record: EventRecord): void {
  listener.event(JSON.parse(formatEvent(record)) as JsonObject);
}

/** A message of curfew's is an event: stderr is the command's. */
function say(run: PortableRun, message: Message): void {
  const { utf8 } = localeOf((name) => process.env[name]);
  const text = formatMessage({ name: "curfew run", utf8 }, message).trimEnd();
  emit(run, recordOf({ type: "message", at: now(), code: message.kind, text }, run.startedAt.at));
}

/** The report, as the program writes it. */
function reportOf({ startedAt }: PortableRun, report: Report): JsonObject {
  const wall = (startedAt.wall + report.startedAt - startedAt.at) as WallTime;
  return JSON.parse(formatReport(report, wall)) as JsonObject;
}

/**
 * A deadline counts only after one poll: where Node was busy, the command's end may have come
 * before it, and a command that ended by itself has no other reason.
 */
function wakeAfter(run: PortableRun, deadline: Instant | undefined): void {
  run.alarm?.cancel();
  run.alarm = undefined;
  run.deadline = deadline;
  if (deadline === undefined) return;
  const alarm = run.timers.after((deadline - now()) / 1000, () => {
    // Nothing that has happened until now is news any more after the poll.
    const at = now();
    setImmediate(() => {
      if (run.isOver || run.alarm !== alarm) return;
      if (at <= deadline) {
        wakeAfter(run, deadline);
        return;
      }
      // It may move the deadline.
      tellWritten(run, at);
      if (isDue(run.deadline, at)) run.tell({ type: "deadline", at: now() });
    });
  });
  run.alarm = alarm;
}
