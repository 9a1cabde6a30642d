// The tool "run this shell command" of a coding agent. A call always comes back: at the time limit,
// at the idle limit, or when it is cancelled, together with every process that the command started.
import { CurfewError, type Result, run } from "curfew";

/** What a model is told about the tool, in the form that most interfaces of models accept. */
export const SHELL_TOOL = {
  name: "shell",
  description: "Runs a shell command, and gives its output and how it ended.",
  input_schema: {
    type: "object",
    properties: {
      command: { type: "string", description: "A command line for sh" },
      cwd: { type: "string", description: "The folder to run it in" },
      timeout_seconds: { type: "number", minimum: 1, maximum: 600 },
    },
    required: ["command"],
  },
} as const;

/** What the model reads. */
export type Answer = { readonly text: string; readonly isError: boolean };

/** What the agent, not the model, decides. */
export type Settings = {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** Limit where the model gives none. */
  readonly timeoutSeconds?: number;
  /** The call ends when the command has been silent for so long. */
  readonly idleSeconds?: number;
  /** Bytes of output that the model gets: half from the beginning, half from the end. */
  readonly keepBytes?: number;
};

const LONGEST_SECONDS = 600;

type Call = {
  readonly command: string;
  readonly cwd: string | undefined;
  readonly timeoutSeconds: number | undefined;
};

/** Runs a call. A model learns from the text what went wrong, also if its input is bad. */
export async function runShellTool(input: unknown, settings: Settings = {}): Promise<Answer> {
  const call = readCall(input);
  if (call === undefined) {
    const text = `bad input: expected ${JSON.stringify(SHELL_TOOL.input_schema.properties)}`;
    return { text, isError: true };
  }
  try {
    return await answerTo(call, settings);
  } catch (error) {
    // A value that curfew does not accept, such as an empty `cwd`.
    if (error instanceof CurfewError) return { text: `bad input: ${error.message}`, isError: true };
    throw error;
  }
}

async function answerTo(call: Call, settings: Settings): Promise<Answer> {
  const { signal, timeoutSeconds = 120, idleSeconds = 60, keepBytes = 30_000 } = settings;
  const limit = Math.min(call.timeoutSeconds ?? timeoutSeconds, LONGEST_SECONDS);
  const result = await run("sh", ["-c", call.command], {
    cwd: call.cwd,
    signal,
    timeout: limit * 1000,
    idleTimeout: idleSeconds * 1000,
    killAfter: "2s",
    keepOutput: keepBytes,
    // One pipe for both: the model reads the lines in the order in which they were written.
    stderr: "stdout",
    // Without a terminal nothing can ask for a password on it. Stdin is empty by default.
    newSession: true,
  });
  return { text: textOf(result, { limit, idleSeconds }), isError: !result.ok };
}

/** The call in what a model sent; undefined where it is none. */
function readCall(input: unknown): Call | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const { command, cwd, timeout_seconds: seconds } = input as Record<string, unknown>;
  if (typeof command !== "string" || command.includes("\0")) return undefined;
  if (cwd !== undefined && (typeof cwd !== "string" || cwd.includes("\0"))) return undefined;
  if (seconds !== undefined && !(typeof seconds === "number" && seconds > 0)) return undefined;
  return { command, cwd, timeoutSeconds: seconds };
}

type Limits = { readonly limit: number; readonly idleSeconds: number };

function textOf(result: Result, limits: Limits): string {
  const { stdout, survivors, leftovers } = result;
  const names = (all: readonly { pid: number; command: string }[]) =>
    all.map(({ pid, command }) => `${command} (PID ${pid})`).join(", ");
  const lines = [stdout === "" ? "(no output)" : stdout, "", `[${endOf(result, limits)}]`];
  if (survivors.length > 0) {
    lines.push(`[these processes could not be terminated: ${names(survivors)}]`);
  } else if (leftovers.length > 0) {
    lines.push(`[background processes that the command left were terminated: ${names(leftovers)}]`);
  }
  return lines.join("\n");
}

function endOf(result: Result, { limit, idleSeconds }: Limits): string {
  const { outcome, exitCode, signal, error, reason, elapsedMs } = result;
  switch (outcome) {
    case "exited":
      return `exit code ${exitCode} after ${(elapsedMs / 1000).toFixed(1)} s`;
    case "signaled":
      return `died of ${signal}`;
    case "timed_out":
      return `terminated: the limit of ${limit} s was reached`;
    case "idle_timed_out":
      return `terminated: no output for ${idleSeconds} s`;
    case "cancelled":
      return `cancelled: ${reason ?? "no reason given"}`;
    case "spawn_failed":
      return `not started: ${error?.message}`;
    default:
      return `terminated: ${outcome.replaceAll("_", " ")}`;
  }
}
