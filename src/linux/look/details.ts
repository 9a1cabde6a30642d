import { parseCommandLine } from "../../core/look/command-line.ts";
import { formatPart, parseParts } from "../../core/look/parts.ts";
import type { Details, Process } from "../../core/spec/tree.ts";
import { isSeen } from "../../core/values/unseen.ts";
import { hasOwnProc, statOf } from "../kernel/proc.ts";
import { sys } from "../kernel/window.ts";
import { wordsOf } from "./process.ts";
import { readApart } from "./reader.ts";

/** How long the command lines of processes that are left may take, in microseconds. */
const TIME = 5_000;

/** Processes with their start times, parents and command lines, as far as these can be seen. */
export function withDetails<P extends Process>(processes: readonly P[]): readonly (P & Details)[] {
  if (!hasOwnProc()) return processes;
  const until = sys.now() + TIME;
  const { text } = readApart(until, (tell) => {
    for (const { pid } of processes) if (pid > 0) tell(formatPart(pid, wordsOf(pid)));
  });
  const parts = parseParts(text);
  return processes.map((process) => {
    const stat = process.pid > 0 ? statOf(process.pid) : undefined;
    if (stat === undefined || !isSeen(stat)) return process;
    const { parent, startTime } = stat;
    const words = parts.get(process.pid)?.find(({ part }) => part === "words");
    const cmdline = words?.part === "words" ? words.cmdline : undefined;
    const line = cmdline === undefined ? {} : parseCommandLine(cmdline);
    return { ...process, startTime, parent, ...line };
  });
}
