import { mkdtemp, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Two ends of one connection: what is written to one comes out of the other. */
export type Pair = { readonly ours: Socket; readonly theirs: Socket };

/**
 * A connection within this process. Node makes one for each stream of a command, and none that two
 * of its streams could share. No other process can connect: the socket is in a folder of our own,
 * and is gone when this returns.
 */
export async function openPair(): Promise<Pair> {
  const folder = await mkdtemp(join(tmpdir(), "curfew-"));
  try {
    return await connectIn(join(folder, "s"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function connectIn(path: string): Promise<Pair> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(path, () => {
      const theirs = connect(path);
      theirs.on("error", reject);
      server.once("connection", (ours) => {
        server.close();
        if (theirs.connecting) theirs.once("connect", () => resolve({ ours, theirs }));
        else resolve({ ours, theirs });
      });
    });
  });
}
