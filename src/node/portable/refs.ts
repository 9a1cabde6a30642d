import type { PortableRun } from "./context.ts";

/** Whether the run keeps Node alive. */
export function setRef(run: PortableRun, isRef: boolean): void {
  run.isRef = isRef;
  run.timers.setRef(isRef);
  for (const source of run.sources.values()) source.setRef(isRef);
  if (isRef) run.command?.process.ref();
  else run.command?.process.unref();
}
