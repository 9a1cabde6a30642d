import { fs } from "../../builtin/builtin.ts";

/** Whether /proc is Linux's, and shows this process's own PID namespace. */
export function hasOwnProc(): boolean {
  try {
    return fs().readlinkSync("/proc/self") === String(process.pid);
  } catch {
    return false;
  }
}
