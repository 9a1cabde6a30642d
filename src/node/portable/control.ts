import type { Event } from "../../core/report/event.ts";
import { parseSignal, signalOfNumber } from "../../core/values/signal.ts";
import type { ControlRequest } from "../way/way.ts";
import { now } from "./clock.ts";
import type { PortableRun } from "./context.ts";
import { kill } from "./signals.ts";

/** Takes a request: at once, or when the command was started. */
export function control(run: PortableRun, request: ControlRequest): void {
  if (request.control === "kill") {
    const { signal: given } = request;
    const signal = typeof given === "number" ? signalOfNumber(given) : parseSignal(given);
    if (signal !== undefined) kill(run, { type: "kill", target: "child", signal });
    return;
  }
  if (request.control !== "cancel") return;
  const event: Event = { type: "cancelled", at: now() };
  if (run.command === undefined) run.asked.push(event);
  else run.tell(event);
}
