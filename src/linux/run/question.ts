// What the core asks while a run goes on, and the event that answers it.
import type { Event } from "../../core/report/event.ts";
import type { Action } from "../../core/run/action.ts";
import { now } from "../kernel/clock.ts";
import type { RunContext } from "./context.ts";
import { lookAround } from "./heartbeat.ts";
import { lookAtLeftovers } from "./leftovers.ts";
import { lookAtStdin } from "./stdin.ts";
import { countLiving } from "./telling.ts";

/** The event that answers a question of the core. */
export function answerOf(run: RunContext, action: Extract<Action, { type: Question }>): Event {
  switch (action.type) {
    case "look":
      return { type: "looked", at: now(), look: lookAtLeftovers(run) };
    case "look-at-stdin":
      return lookAtStdin(now());
    case "look-around":
      return lookAround(run, action.since);
    case "count":
      return countLiving(action.processes);
  }
}

type Question = "look" | "look-at-stdin" | "look-around" | "count";
