// A small tool runner. It reads calls from stdin, one JSON object a line, runs them side by side,
// and writes an answer for each to stdout:
//
//   {"id": "1", "name": "shell", "input": {"command": "echo hi"}}
//   {"cancel": "1"}
//
// A line that is no call is answered with the id null.
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

/** The request in a line, or what is wrong with the line. */
function requestIn(line: string): Record<string, unknown> | string {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    return "this line is not JSON";
  }
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    return "this line is not a JSON object";
  }
  return request as Record<string, unknown>;
}

function refuse(text: string): void {
  process.stdout.write(`${JSON.stringify({ id: null, text, isError: true })}\n`);
}

function take(line: string): void {
  if (line.trim() === "") return;
  const request = requestIn(line);
  if (typeof request === "string") {
    refuse(request);
    return;
  }
  const { id, cancel, name, input } = request;
  if (typeof cancel === "string") {
    calls.get(cancel)?.abort("the agent does not need it any more");
  } else if (typeof id !== "string" || calls.has(id)) {
    refuse("a call needs an id: a string that no running call has");
  } else {
    void answer(id, name, input);
  }
}

// If the runner itself is killed, curfew terminates the commands: there is nothing to clean up.
for await (const line of createInterface({ input: process.stdin })) take(line);
