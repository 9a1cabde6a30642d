/**
 * When the scheduler has last counted the time of a thread, by its /proc/PID/sched: of a thread
 * that is blocked this is when it was blocked. In microseconds of the clock of the processor that
 * it ran on, which only that processor has. Undefined: this kernel does not tell.
 */
export function lastRunIn(text: string): number | undefined {
  const [, milliseconds] = /^se\.exec_start *: *(\d+(?:\.\d+)?)$/m.exec(text) ?? [];
  const found = Number(milliseconds ?? 0) * 1000;
  return found > 0 ? found : undefined;
}
