// The package: everything that `import ... from "curfew"` can name.

export type { KillOptions, KillResult } from "./kill/types.ts";
export { killTree } from "./kill-tree.ts";
export type { InheritedListener } from "./listeners.ts";
export { inheritedListeners } from "./listeners.ts";
export type {
  Duration,
  Input,
  Options,
  Output,
  Ready,
  RunEvent,
  Signal,
  Size,
} from "./options/options.ts";
export type { Guarantees } from "./prepare.ts";
export { prepare } from "./prepare.ts";
export type { ProcessNow, ProcessWait } from "./result/processes.ts";
export type {
  ErrorCode,
  Leftover,
  Outcome,
  Report,
  ReportedChild,
  Resources,
  Result,
  SentSignal,
  Survivor,
} from "./result/result.ts";
export { CurfewError } from "./result/result.ts";
export type { BufferOptions } from "./run/run.ts";
export { run, runOrThrow, withDefaults } from "./run/run.ts";
export type {
  LineSource,
  OutputSoFar,
  Run,
  TreeNow,
} from "./run/types.ts";
export { runSync } from "./run-sync.ts";
export type { Wrapped } from "./wrap.ts";
export { wrap } from "./wrap.ts";
