import type { Host } from "../../core/drive.ts";
import type { SpawnError } from "../../core/spec/error.ts";
import { hasPty } from "../../core/spec/relay.ts";
import type { Spec } from "../../core/spec/spec.ts";
import { errnoName } from "../../core/values/errno.ts";
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

/** The error for a lack of descriptors, memory or processes: it says nothing of the command. */
export function resource(spec: Spec, errno: number): SpawnError {
  const command = spec.command[0] ?? "";
  return { kind: "spawn", code: "resource", command, errno: errnoName(errno) };
}

/** The error where there is no terminal, or no pipe, for the command. */
export function withoutRelay(spec: Spec, errno: number): SpawnError {
  const error = resource(spec, errno);
  return hasPty(spec) ? { ...error, code: "no_pty" } : error;
}
