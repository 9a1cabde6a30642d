import type { Message } from "../../../core/messages/messages.ts";
import { start } from "../../../core/run/supervisor.ts";
import type { Fields, Spec } from "../../../core/spec/spec.ts";
import { RUN_DEFAULTS } from "../../../core/spec/spec.ts";
import type { Holding } from "../../../core/spec/tree.ts";
import { NO_DESCRIPTOR } from "../../kernel/abi.ts";
import { sys } from "../../kernel/window.ts";
import type { Held } from "../../run/held.ts";
import { descriptorsOf, endRun, holdRun, newsOf, openWorld, perform } from "../../run/host.ts";
import { now } from "../../run/news.ts";

/** How far a start came: what holds the tree where it was made, and what was refused. */
export type Tried = { readonly holding: Holding | undefined; readonly errno: string | undefined };

/** No file can be there, so a start that comes so far fails, and fails for that alone. */
const NOTHING = "/dev/null/nothing";
/** A start takes a hundredth of it. */
const LIMIT = 2_000_000;

/** Starts a command that cannot be executed, as a run with these fields would. Nothing is left. */
export function attempt(fields: Partial<Fields>): Tried {
  const spec: Spec = { ...RUN_DEFAULTS, sayLimits: false, ...fields, command: [NOTHING] };
  const voice = () => ({ name: "", utf8: false });
  const world = openWorld({ spec, terminal: NO_DESCRIPTOR }, voice);
  if ("kind" in world) return refused(world.message);
  // Standard output is still needed here.
  world.changing.spares = [];
  const held = holdRun(world, 1, 0);
  if ("kind" in held) return refused(held);
  const tried = begin(held);
  endRun(held);
  sys.endRun();
  sys.close(world.signalFd);
  return tried;
}

function begin(held: Held): Tried {
  for (const action of start(held.spec).actions) {
    if (action.type !== "exit") perform(held, action);
  }
  const deadline = now() + LIMIT;
  let holding: Holding | undefined;
  for (;;) {
    const at = now();
    const event = newsOf(held, at);
    switch (event?.type) {
      case "spawned":
        holding = event.holding;
        break;
      case "spawn-failed":
        return { holding, errno: cameToExec(event.error) ? undefined : event.error.errno };
      default:
        if (at > deadline) return { holding, errno: "ETIMEDOUT" };
        sys.wait([held.signalFd, ...descriptorsOf()], deadline);
        sys.nextSignal(held.signalFd);
    }
  }
}

function refused(message: Message): Tried {
  return { holding: undefined, errno: "errno" in message ? message.errno : "EPERM" };
}

function cameToExec({ code }: { readonly code: string }): boolean {
  return code === "not_found" || code === "not_executable";
}
