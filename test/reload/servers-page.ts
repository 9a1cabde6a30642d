// The servers of docs/how-to/sockets.md: each section's file and command are run as they stand
// there, at a port that is free, and the server is replaced while clients ask it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { FROZEN, ROOT } from "../cli/binary.ts";
import { newPath } from "../cli/reports.ts";
import { start, stateOf, until } from "../cli/run.ts";
import { connecting, lost, NOTHING } from "./clients.ts";

/** A section of the page: its server, the file, and the lines of its command. */
export type Section = {
  readonly server: string;
  readonly file: string;
  readonly source: string;
  readonly commands: readonly string[];
};

const SECTION =
  /^## (.+)\n[\s\S]*?`([\w.]+)`:\n\n```\w+\n([\s\S]*?)^```$[\s\S]*?^```text\n([\s\S]*?)^```$/gm;

/** All sections that have a command. */
export function sectionsOf(page: string): readonly Section[] {
  return [...page.matchAll(SECTION)].map(([, server = "", file = "", source = "", text = ""]) => {
    return { server, file, source, commands: text.trim().split("\n") };
  });
}

export const PAGE: string = readFileSync(join(ROOT, "docs/how-to/sockets.md"), "utf8");

const PORT = /\b8080\b/g;
const CLIENTS = 4;
/** Servers that do not finish all answers on TERM, as the page says. */
const CUTS_OFF: readonly string[] = ["hypercorn", "uvicorn"];

/** Runs a section in a folder, and replaces its server under load. */
export async function replaceServer(
  t: TestContext,
  section: Section,
  env: Readonly<Record<string, string>>,
  packages?: string,
): Promise<void> {
  const folder = newPath("server");
  mkdirSync(folder);
  // An import looks for packages beside the file and above it.
  if (packages !== undefined) symlinkSync(packages, join(folder, "node_modules"));
  const port = await freePort();
  const source = join(folder, section.file);
  const write = (text: string) => writeFileSync(source, text.replaceAll(PORT, `${port}`));
  write(section.source);
  const commands = section.commands.map((line) => line.replaceAll(PORT, `${port}`));
  const builds = commands.slice(0, -1);
  const build = () => {
    for (const line of builds) {
      execFileSync("sh", ["-euc", line], { cwd: folder, env: { ...process.env, ...env } });
    }
  };
  build();
  const words = (commands.at(-1) ?? "").replace("curfew init", 'exec "$CURFEW" init');
  const running = start(["sh", "-euc", words], {
    cwd: folder,
    env: { ...env, CURFEW: FROZEN.path },
  });
  t.after(async () => {
    if (stateOf(running.pid) !== "") running.kill("SIGKILL");
    await running.ended.catch(() => undefined);
  });
  await until("curfew listens", () => isListening(port));
  const load = connecting({ host: "127.0.0.1", port }, CLIENTS);
  await load.answered(1);
  write(section.source.replace("generation 1", "generation 2"));
  // A change that leaves the text as it is, too: the file has a new time.
  build();
  await running.says(/generation 2 began/, "stderr");
  await load.answered(2);
  const tally = await load.stop();
  if (CUTS_OFF.includes(section.server)) assert.equal(tally.refused, 0);
  else assert.deepEqual(lost(tally), NOTHING, JSON.stringify(tally.other));
  running.kill("SIGTERM");
  const { stderr } = await running.ended;
  assert.match(stderr, /^curfew init: '.*' changed: generation 1 /m);
  assert.doesNotMatch(stderr, /no process accepted/);
}

/** proc_net_tcp(5): the local address and port, no other side, and the state LISTEN. */
function isListening(port: number): boolean {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readFileSync("/proc/net/tcp", "utf8").includes(` ${local} 00000000:0000 0A `);
}

/** A port of 127.0.0.1 that no process has bound a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}
