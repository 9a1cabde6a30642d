// From one command's stdout to another one's stdin.
import { badOption } from "../options/check.ts";
import type { Receiver } from "../output/receiver.ts";
import type { Captures } from "./captures.ts";
import type { Supervision } from "./supervision.ts";

/** Throws where the library does not have the bytes of stdout, or they are read already. */
export function requirePipeable(captures: Captures): void {
  if (captures.outflow("stdout") === undefined) {
    throw badOption("stdout", "the library does not see it");
  }
  if (captures.stream("stdout") !== null) {
    throw badOption("stdout", '"pipe" is for reading run.stdout; pipe() needs no option');
  }
}

export function connect<T extends string | Uint8Array>(
  from: Supervision<T>,
  sink: Supervision<string>,
): void {
  const outflow = from.captures.outflow("stdout");
  if (outflow === undefined) return;
  const receiver = pipeInto(sink, () => {
    outflow.detach(receiver);
    // Others may still want what comes.
    if (!outflow.isWanted) from.withHandle((handle) => handle.close("stdout"));
  });
  from.captures.watch("stdout", () => receiver);
  outflow.stopCapturing();
  sink.settled.then(() => {
    outflow.detach(receiver);
    if (!outflow.isWanted) from.cancel("the next command of the pipe has ended");
  });
  from.settled.then(() => {
    if (from.failure !== undefined) sink.fail(from.failure.error);
  });
}

/** Into the stdin of another run. `closed`: that one reads no more. */
function pipeInto(sink: Supervision<string>, closed: () => void): Receiver {
  let isOpen = true;
  return {
    take: (chunk) => {
      if (!isOpen) return undefined;
      return sink.writeStdin(chunk).catch(() => {
        isOpen = false;
        closed();
      });
    },
    end: () => {
      sink.endStdin();
      return undefined;
    },
  };
}
