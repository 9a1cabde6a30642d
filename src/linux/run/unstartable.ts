import type { Host } from "../../core/drive.ts";
import type { SpawnError } from "../../core/spec/error.ts";
import { now } from "../kernel/clock.ts";
import type { HostContext } from "./context.ts";
import { emit, sayNow, writeReport } from "./outputs.ts";

/** A host on which the command cannot be started: that is told as it is of any other start. */
export function openUnstartable(host: HostContext, error: SpawnError): Host {
  return {
    perform: (action) => {
      if (action.type === "say") sayNow(host, action.message);
      if (action.type === "emit") emit(host, action);
      if (action.type === "report") writeReport(host, action.report);
    },
    wait: () => ({ type: "spawn-failed", at: now(), error }),
  };
}
