// The options of `run` for a program that starts curfew, as the Node library does. Help,
// completions and the tables of the documents leave them out; docs/control.md has them.
import type { Fields } from "../../spec/spec.ts";
import type { Option } from "./option.ts";
import { flag, value } from "./option.ts";
import { KEPT_OPTIONS } from "./relay.ts";
import { CONTROL, DIRECTORY, VERSION } from "./values.ts";

export const PROGRAM_OPTIONS: readonly Option<Fields>[] = [
  value({
    long: "--control",
    key: "control",
    takes: CONTROL,
    help: "read control lines from this descriptor, whose end ends the run",
  }),
  value({
    long: "--chdir",
    key: "chdir",
    takes: DIRECTORY,
    help: "the command's working directory",
  }),
  flag({
    long: "--merge-output",
    key: "mergesOutput",
    value: true,
    help: "the command's stderr goes where its stdout goes",
  }),
  value({
    long: "--caller-version",
    key: "callerVersion",
    takes: VERSION,
    help: "refuse to run where curfew has another version",
  }),
  ...KEPT_OPTIONS,
];
