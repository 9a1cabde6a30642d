import type { Message } from "../../../core/messages/messages.ts";
import { start } from "../../../core/run/step.ts";
import { RUN_DEFAULTS } from "../../../core/spec/defaults.ts";
import type { Fields, Spec } from "../../../core/spec/spec.ts";
import type { AppliedContainment } from "../../../core/spec/tree.ts";
import { NO_DESCRIPTOR } from "../../kernel/abi.ts";
import { now } from "../../kernel/clock.ts";
import { sys } from "../../kernel/window.ts";
import type { RunContext } from "../../run/context.ts";
import { closeRun, descriptorsOf, newsOf, openContext, openRun, perform } from "../../run/host.ts";

/** The result of a start: what holds the tree, if it came so far, and errno, if it was refused. */
export type Tried = {
  readonly holding: AppliedContainment | undefined;
  readonly errno: string | undefined;
};

/** A path where no file can be: the only thing that fails in a start that is not refused. */
const NOTHING = "/dev/null/nothing";
/** A start takes about a hundredth of this time, in microseconds. */
const LIMIT = 2_000_000;

/** Starts a command that cannot be executed, as a run with these fields would, and cleans up. */
export function attempt(fields: Partial<Fields>): Tried {
  const spec: Spec = { ...RUN_DEFAULTS, sayLimits: false, ...fields, command: [NOTHING] };
  const voice = () => ({ name: "", utf8: false });
  const host = openContext({ spec, terminal: NO_DESCRIPTOR }, voice);
  if ("kind" in host) return refused(host.message);
  // doctor still prints to stdout, so it must not be closed to free a descriptor.
  host.state.spares = [];
  const run = openRun(host, 1, 0);
  if ("kind" in run) return refused(run);
  const tried = begin(run);
  closeRun(run);
  sys.endRun();
  sys.close(host.signalFd);
  return tried;
}

function begin(run: RunContext): Tried {
  for (const action of start(run.spec).actions) {
    if (action.type !== "exit") perform(run, action);
  }
  const deadline = now() + LIMIT;
  let holding: AppliedContainment | undefined;
  for (;;) {
    const at = now();
    const event = newsOf(run, at);
    switch (event?.type) {
      case "spawned":
        holding = event.holding;
        break;
      case "spawn-failed":
        return { holding, errno: cameToExec(event.error) ? undefined : event.error.errno };
      default:
        if (at > deadline) return { holding, errno: "ETIMEDOUT" };
        sys.wait([run.signalFd, ...descriptorsOf()], deadline);
        sys.nextSignal(run.signalFd);
    }
  }
}

function refused(message: Message): Tried {
  return { holding: undefined, errno: "errno" in message ? message.errno : "EPERM" };
}

function cameToExec({ code }: { readonly code: string }): boolean {
  return code === "not_found" || code === "not_executable";
}
