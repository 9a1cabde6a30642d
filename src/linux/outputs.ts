import { errnoName } from "../core/errno.ts";
import { formatEvent } from "../core/event-line.ts";
import type { Message } from "../core/messages.ts";
import { formatMessage } from "../core/messages.ts";
import type { EventLine, Report } from "../core/report.ts";
import { formatMetrics } from "../core/report.ts";
import { formatReport } from "../core/report-json.ts";
import type { Place } from "../core/spec.ts";
import type { WallTime } from "../core/wall-time.ts";
import type { World } from "./held.ts";
import { NO_DESCRIPTOR } from "./held.ts";
import { sys } from "./syscalls.ts";

const STDERR = 2;
/** How long the last lines may wait for a reader once the command has ended, in microseconds. */
const LAST_LINES = 1_000_000;

/** Opens what a report or events go to; a descriptor, or what to say. */
export function openPlace(part: string, place: Place | undefined): number | Message {
  if (place === undefined) return NO_DESCRIPTOR;
  const isFile = place.kind === "path";
  const answer = isFile ? sys.openFile(place.path) : sys.takeDescriptor(place.fd);
  if (answer >= 0) return answer;
  return { kind: "unwritten", part, given: nameOf(place), errno: errnoName(-answer) };
}

function nameOf(place: Place): string {
  return place.kind === "path" ? place.path : `fd:${place.fd}`;
}

/** Says something on stderr; who does not read it misses it. */
export function sayNow({ voice }: World, message: Message): void {
  offer(STDERR, formatMessage(voice(), message), 0);
}

/** One event. A reader who is late costs the line, and nothing else. */
export function emit(world: World, line: EventLine): void {
  if (world.events < 0) return;
  const written = offer(world.events, `${world.changing.lineStart}${formatEvent(line)}\n`, 0);
  if (written === 0) {
    world.changing.lineStart = "";
    return;
  }
  world.changing.dropped += 1;
  // Half a line: what follows must not be taken for its other half.
  if (written > 0) world.changing.lineStart = "\n";
}

/** Everything that was asked for about a run that is over. */
export function writeReport(world: World, report: Report): void {
  const { spec } = world;
  if (spec.metrics) offer(STDERR, `${formatMetrics(report)}\n`, LAST_LINES);
  const ago = sys.now() - report.startedAt;
  const text = () => `${formatReport(report, (sys.wallClock() - ago) as WallTime)}\n`;
  if (world.report >= 0) write(world, "--report", spec.report, world.report, text());
  if (world.events < 0) return;
  const isWritten = write(
    world,
    "--events",
    spec.events,
    world.events,
    `${world.changing.lineStart}${text()}`,
  );
  if (isWritten && world.changing.dropped > 0 && spec.events !== undefined) {
    sayNow(world, { kind: "dropped", given: nameOf(spec.events), count: world.changing.dropped });
  }
}

/** False, and said, where it could not be written. */
function write(
  world: World,
  part: string,
  place: Place | undefined,
  fd: number,
  text: string,
): boolean {
  const answer = offer(fd, text, LAST_LINES);
  if (answer === 0 || place === undefined) return true;
  const errno = answer > 0 ? "EAGAIN" : errnoName(-answer);
  sayNow(world, { kind: "unwritten", part, given: nameOf(place), errno });
  return false;
}

/** Writes what is taken within a time; a reader who does not read holds up nothing. */
function offer(descriptor: number, text: string, patience: number): number {
  return sys.offer(descriptor, text, sys.now() + patience);
}
