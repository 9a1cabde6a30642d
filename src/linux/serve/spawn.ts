import { FIRST_SOCKET } from "../../core/spec/sockets.ts";
import type { Instant } from "../../core/values/duration.ts";
import { sys } from "../kernel/window.ts";
import type { RunContext } from "../run/context.ts";
import { inherited, SECOND_IDENTITY, spawn } from "../run/spawn.ts";
import type { Listener } from "./listeners.ts";
import type { Readiness } from "./ready.ts";
import { closeChannel, openChannel } from "./ready.ts";

/** Starts a generation's command with the sockets and a way to say that it is ready. */
export function spawnServing(
  run: RunContext,
  at: Instant,
  listeners: readonly Listener[],
  readiness: Readiness,
): number {
  const channel = openChannel(run.spec);
  if (typeof channel === "number") return channel;
  const given = inherited();
  const answer = spawn(run, at, {
    variables: [...given.variables, ...variablesOf(run, listeners), ...channel.variables],
    own: listeners.length > 0 ? [...new Set(["LISTEN_PID", ...given.own])] : given.own,
    descriptors: [...handedOver(listeners), ...channel.descriptors],
  });
  if (channel.theirs >= 0) sys.close(channel.theirs);
  readiness.fd = channel.ours;
  if (answer !== 0) closeChannel(readiness);
  return answer;
}

function variablesOf(
  { generation }: RunContext,
  listeners: readonly Listener[],
): readonly string[] {
  const generationOf = `CURFEW_GENERATION=${generation}`;
  if (listeners.length === 0) return [generationOf];
  const numbers = listeners.map((_, at) => FIRST_SOCKET + at);
  return [
    generationOf,
    SECOND_IDENTITY,
    `LISTEN_FDS=${listeners.length}`,
    `LISTEN_FDNAMES=${listeners.map(({ listen }) => listen.name).join(":")}`,
    `SCINIT_INHERITED_FDS=${numbers.join(",")}`,
  ];
}

function handedOver(listeners: readonly Listener[]): readonly number[] {
  return listeners.flatMap(({ fd }, at) => [fd, FIRST_SOCKET + at]);
}
