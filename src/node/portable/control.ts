import { parseControl } from "../../core/report/control-line.ts";
import type { ControlRequest } from "../way/way.ts";
import { now } from "./clock.ts";
import type { PortableRun } from "./context.ts";
import { outputEvent } from "./relaying.ts";

/** Takes a request, as the program takes a line of --control: at once, or after the start. */
export function control(run: PortableRun, request: ControlRequest): void {
  if (request.control === "output") {
    // As the program's, the answer comes when Node has looked for events: a caller that asks again
    // and again must not keep Node from doing so.
    setImmediate(() => {
      if (!run.isOver) run.listener.event(outputEvent(run));
    });
    return;
  }
  const event = parseControl(lineOf(request), now());
  if (run.command === undefined) run.asked.push(event);
  else run.tell(event);
}

/** The reason of a cancel goes as far as it is JSON. */
function lineOf(request: ControlRequest): string {
  try {
    return JSON.stringify(request);
  } catch {
    return JSON.stringify({ ...request, reason: undefined });
  }
}
