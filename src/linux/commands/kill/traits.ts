import type { Environ, Outputs, Traits } from "../../../core/kill/descent.ts";
import { isMissed, unseen } from "../../../core/values/unseen.ts";
import { sys } from "../../kernel/window.ts";

/** What a process inherits: it shows where the process comes from. */
export function traitsOf(pid: number): Traits {
  return { outputs: outputsOf(pid), environ: environOf(pid) };
}

/** Only this many bytes of an environment are compared. */
const ENVIRON = 1 << 14;

function environOf(pid: number): Environ {
  const text = sys.readText(`/proc/${pid}/environ`, ENVIRON);
  if (typeof text !== "string") return undefined;
  return text === "" && isExecuting(pid) ? "executing" : text.split("\0").filter(Boolean);
}

/** During execve(2) a process has a program, but no words yet. One that exits has neither. */
function isExecuting(pid: number): boolean {
  const hasWords = sys.readText(`/proc/${pid}/cmdline`, 1) !== "";
  return !hasWords && typeof sys.readLink(`/proc/${pid}/exe`) === "string";
}

/** What stdout and stderr of a process refer to. */
function outputsOf(pid: number): Outputs {
  return [1, 2].map((descriptor) => {
    const link = sys.readLink(`/proc/${pid}/fd/${descriptor}`);
    if (typeof link === "string") return link;
    return isMissed(unseen(link)) ? undefined : "";
  });
}
