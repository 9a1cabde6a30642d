// A receiver whose code is still being loaded: the command is held back until it is there.
import type { Receiver } from "./receiver.ts";

export function lateReceiver(loading: Promise<Receiver>): Receiver {
  let receiver: Receiver | undefined;
  // What waits for the same promise continues in the order in which it has begun to wait.
  loading.then(
    (loaded) => {
      receiver = loaded;
    },
    () => undefined,
  );
  return {
    take: (chunk) => {
      return receiver === undefined
        ? loading.then((loaded) => loaded.take(chunk))
        : receiver.take(chunk);
    },
    end: () => {
      return receiver === undefined ? loading.then((loaded) => loaded.end()) : receiver.end();
    },
  };
}
