// A command that is stopped before it is executed: a long search in PATH makes the time in which
// that can happen long enough to hit.
import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { surroundings } from "./children.ts";
import { reporting } from "./reports.ts";
import { childrenOf, curfew, endOfRun, isOver, type Running, until } from "./run.ts";

const CONTAINMENTS = ["subreaper", "pidns"] as const;
const STOPS = ["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"] as const;
/** Where nothing is found, for a long time. */
const LONG_PATH = Array.from({ length: 16_000 }, (_, at) => `/n${at}`).join(":");
const PATH = `${LONG_PATH}:${process.env.PATH}`;

/** Whether a process has not executed anything yet: it runs the program that made it. */
function isEarly(pid: number, maker: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) === readlinkSync(`/proc/${maker}/exe`);
  } catch {
    return false;
  }
}

/** Stops the command while it is looked for; false where we came too late. */
async function stopEarly({ pid }: Running, signal: NodeJS.Signals): Promise<boolean> {
  const command = () => childrenOf(pid).flatMap(childrenOf)[0];
  let found: number | undefined;
  await until("there is a command", () => {
    found = command();
    return found !== undefined || isOver(pid);
  });
  if (found === undefined) return false;
  try {
    process.kill(found, signal);
  } catch {
    return false;
  }
  return isEarly(found, pid);
}

const pidns = await curfew(BINARIES[0] as Binary, ["run", "--containment", "pidns", "true"]).ended;
const whyNot = (mode: string) => mode === "pidns" && pidns.code !== 0 && "no PID namespaces here";

/**
 * In a group of its own, whose parent is the tests' process: a command this early is in curfew's
 * group, and the tests' may be orphaned. There the kernel throws away every stop but SIGSTOP.
 */
const GROUP = surroundings("--group 1");

/** Starts it again until the signal came early. */
async function early<R extends Running>(begin: () => R, signal: NodeJS.Signals): Promise<R> {
  for (;;) {
    const running = begin();
    if (await stopEarly(running, signal)) return running;
    running.kill("SIGKILL");
    await running.ended;
  }
}

function stops(binary: Binary): void {
  for (const mode of CONTAINMENTS) {
    for (const signal of STOPS) {
      test(`${signal}, ${mode}: it is stopped by that when it is executed`, {
        skip: whyNot(mode),
      }, async () => {
        // Where it leads a group no shell could continue that group: then SIGSTOP stands for the
        // rest.
        const isOwn = signal === "SIGTTIN";
        const group = isOwn ? "own" : "caller";
        const options = ["--process-group", group, "--containment", mode, "--on-stop", "kill"];
        const words = [...options, "sleep", "1000"];
        const begin = () => reporting(binary, ["run", ...words], { env: { PATH }, before: GROUP });
        const running = await early(begin, signal);
        const { ended, report } = await running.told();
        assert.deepEqual([endOfRun(ended), report.outcome], ["SIGTERM", "cancelled"]);
        assert.deepEqual(
          report.stops.map((stop) => stop.signal),
          [isOwn ? "SIGSTOP" : signal],
        );
      });
    }

    test(`the limit holds for a command that is stopped early, ${mode}`, {
      skip: whyNot(mode),
    }, async () => {
      const words = ["--containment", mode, "--on-stop", "ignore", "--timeout", "1s", "sleep"];
      const begin = () =>
        curfew(binary, ["run", ...words, "1000"], { env: { PATH }, before: GROUP });
      const running = await early(begin, "SIGSTOP");
      assert.equal(endOfRun(await running.ended), "124");
    });

    test(`curfew killed while its command is looked for: nothing is left, ${mode}`, {
      skip: whyNot(mode),
    }, async () => {
      const words = ["run", "--containment", mode, "sleep", "1000"];
      const begin = () => curfew(binary, words, { env: { PATH }, before: GROUP });
      const running = await early(begin, "SIGSTOP");
      running.kill("SIGKILL");
      // Its output ends with the last that has it.
      assert.equal(endOfRun(await running.ended), "SIGKILL");
    });
  }
}

describe("stopped before the execution", () => {
  for (const binary of BINARIES) describe(binary.name, { concurrency: 2 }, () => stops(binary));
});
