// A small tool runner. It reads calls from stdin, one JSON object a line, runs them side by side,
// and writes an answer for each to stdout:
//
//   {"id": "1", "name": "shell", "input": {"command": "echo hi"}}
//   {"cancel": "1"}
import { createInterface } from "node:readline";
import { type Answer, runShellTool, SHELL_TOOL } from "./shell-tool.ts";

/** The calls that run. */
const calls = new Map<string, AbortController>();

async function answer(id: string, name: unknown, input: unknown): Promise<void> {
  const abort = new AbortController();
  calls.set(id, abort);
  const result: Answer =
    name === SHELL_TOOL.name
      ? await runShellTool(input, { signal: abort.signal })
      : { text: `there is no tool ${JSON.stringify(name)}`, isError: true };
  calls.delete(id);
  process.stdout.write(`${JSON.stringify({ id, ...result })}\n`);
}

function take(line: string): void {
  const request: Record<string, unknown> = JSON.parse(line);
  if (typeof request.cancel === "string") {
    calls.get(request.cancel)?.abort("the agent does not need it any more");
  } else {
    void answer(String(request.id), request.name, request.input);
  }
}

// If the runner itself is killed, curfew terminates the commands: there is nothing to clean up.
for await (const line of createInterface({ input: process.stdin })) take(line);
