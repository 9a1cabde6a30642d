// What the compiler must accept and refuse of the package's types. Nothing here runs: `npm run
// check` compiles it, and a line below @ts-expect-error that compiles is an error.
import type {
  CurfewError,
  Duration,
  ErrorCode,
  Options,
  Outcome,
  Result,
  Run,
  Size,
} from "../../src/node/index.ts";
import { run, runOrThrow, runSync, withDefaults, wrap } from "../../src/node/index.ts";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}

export function overloads(either: Options, buffers: { encoding: "buffer" }): void {
  same<ReturnType<typeof plain>, Run<string>>(true);
  const plain = () => run("a");
  same<typeof withArguments, Run<string>>(true);
  const withArguments = run("a", ["b"], { timeout: "5s" });
  const withOptions = run(new URL("file:///a"), { encoding: "utf8" });
  same<typeof withOptions, Run<string>>(true);
  const bytes = run("a", [], { encoding: "buffer" });
  same<typeof bytes, Run<Uint8Array>>(true);
  const shortBytes = run("a", buffers);
  same<typeof shortBytes, Run<Uint8Array>>(true);
  const unknown = run("a", [], either);
  same<typeof unknown, Run<string | Uint8Array>>(true);
  const strict = runOrThrow("a", { encoding: "buffer" });
  same<typeof strict, Run<Uint8Array>>(true);
  const other = withDefaults({ timeout: 5 });
  same<typeof other, typeof run>(true);
  const sync = runSync("a", ["b"]);
  same<typeof sync, Result<string>>(true);
  const syncBytes = runSync("a", { encoding: "buffer" });
  same<typeof syncBytes, Result<Uint8Array>>(true);
  wrap("a", ["b"], { timeout: new Date() });
}

export function everyOption(abort: AbortSignal): Options<"utf8">[] {
  return [
    { timeout: 5 },
    { timeout: "1.5s", idleTimeout: "500ms", killAfter: "inf" },
    { timeout: new Date() },
    { ready: { port: 80 }, readyTimeout: "5s" },
    { ready: { url: "http://localhost" } },
    { ready: { url: new URL("http://localhost") } },
    { ready: { output: /a/ } },
    { ready: { path: "a" } },
    { pty: true, endWithStdin: false },
    { pty: { columns: 80, rows: 24 } },
    { killSignal: "SIGINT", signal: abort },
    { killSignal: 9 },
    { cpuLimit: "1h", memLimit: "512M", processLimit: 5, maxOutput: "1GiB", keepOutput: 5 },
    { keepOutput: { head: "1K", tail: 5 } },
    { leftovers: "fail", onStop: "continue", containment: "pidns", newSession: true, spare: "a" },
    { spare: ["a", "b"], pipeDrain: 0, cwd: "/", env: { A: "1", B: undefined }, extendEnv: false },
    { cwd: new URL("file:///"), preferLocal: new URL("file:///"), input: "a" },
    { input: new Uint8Array(1), stdin: undefined },
    { stdin: "pipe", stdout: "pipe", stderr: "stdout" },
    { stdin: ["a"], stdout: ["inherit", "capture", { file: "a", append: true }, () => 5] },
    { stdin: { fd: 5 }, stdout: { fd: 5 }, stderr: { file: new URL("file:///a") } },
    { stdio: "inherit", encoding: "utf8", stripFinalNewline: false },
    { stdio: ["ignore", undefined, "stdout"] },
    { onEvent: ({ event, atMs }) => `${event} ${atMs}`, backend: "binary", throws: true },
  ];
}

export function wrong(): void {
  // @ts-expect-error: no such option
  run("a", [], { timout: 5 });
  // @ts-expect-error: a string needs a unit
  run("a", [], { timeout: "5" });
  // @ts-expect-error: minutes are m
  run("a", [], { timeout: "5 minutes" });
  // @ts-expect-error: the AbortSignal is signal
  run("a", [], { killSignal: AbortSignal.abort() });
  // @ts-expect-error: a signal's name is for killSignal
  run("a", [], { signal: "SIGTERM" });
  // @ts-expect-error: no such signal
  run("a", [], { killSignal: "SIGNOPE" });
  // @ts-expect-error: a string as stdin is a mode
  run("a", [], { stdin: "hello" });
  // @ts-expect-error: stdout cannot go into itself
  run("a", [], { stdout: "stdout" });
  // @ts-expect-error: arguments are an array
  run("a", "b");
  // @ts-expect-error: arguments are strings
  run("a", [5]);
  // @ts-expect-error: a command is a string or a URL
  run(5);
  // @ts-expect-error: one condition at a time
  run("a", [], { ready: { port: "80" } });
  // @ts-expect-error: no such choice
  run("a", [], { leftovers: "burn" });
  // @ts-expect-error: defaults are for text
  withDefaults({ encoding: "buffer" });
  // @ts-expect-error: sizes have these units only
  const size: Size = "5X";
  // @ts-expect-error: durations have these units only
  const duration: Duration = "5w";
  // @ts-expect-error: no such stream
  run("a").lines("stdin");
  void [size, duration];
}

/** A test of the outcome narrows the rest. */
export function narrowing(result: Result): string {
  if (result.ok) return `${result.exitCode}`;
  switch (result.outcome) {
    case "exited":
      same<typeof result.exitCode, number>(true);
      same<typeof result.signal, null>(true);
      return "";
    case "signaled":
      same<typeof result.exitCode, null>(true);
      same<typeof result.signal, NodeJS.Signals>(true);
      return "";
    case "spawn_failed":
      same<typeof result.error, CurfewError>(true);
      return result.error.code;
    case "supervisor_lost":
      same<typeof result.treeGone, null>(true);
      return result.error.message;
    case "timed_out":
    case "idle_timed_out":
    case "cancelled":
    case "cpu_limit":
    case "memory_limit":
    case "output_limit":
    case "parent_died":
    case "guardian_lost":
      same<typeof result.exitCode, number | null>(true);
      return result.outcome;
    default:
      same<typeof result, never>(true);
      return result;
  }
}

export async function uses(running: Run, bytes: Run<Uint8Array>): Promise<void> {
  const { stdout } = await running;
  same<typeof stdout, string>(true);
  same<Awaited<typeof bytes>["stderr"], Uint8Array>(true);
  for await (const line of bytes) same<typeof line, string>(true);
  await using held = running;
  same<typeof held.pid, number | undefined>(true);
  same<Awaited<typeof held.started>, number | null>(true);
  const parsed = await running.json<{ a: number }>();
  same<typeof parsed, { a: number }>(true);
  same<Awaited<ReturnType<typeof running.json>>, unknown>(true);
  // @ts-expect-error: a result is not to be changed
  (await running).ok = false;
  const outcome: Outcome = "supervisor_lost";
  const code: ErrorCode = "no_binary";
  void [outcome, code];
}
