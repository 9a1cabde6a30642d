// The JavaScript half of the command `curfew` in the npm package. It runs where the sh half in
// front of it (packaging/npm/curfew) has not found the program: under Yarn's Plug'n'Play, with
// CURFEW_BINARY, or where something is wrong.
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { constants } from "node:os";
import { adviceOn } from "./advice.ts";
import { findBinary } from "./find.ts";
import { foreignOf, refusalOf } from "./missing.ts";

/** The exit code of curfew's own failures. */
const FAILED = 125;
const FORWARDED = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGTERM"] as const;

const found = findBinary();
const missing = "missing" in found ? found.missing : foreignOf(found.path);
if (missing !== undefined) fail(adviceOn(missing));
else if ("path" in found) start(found.path);

function fail(text: string): void {
  writeSync(2, `curfew: ${text}\n`);
  process.exitCode = FAILED;
}

/** Stands for the program: passes on the signals that it gets, and ends as the program ends. */
function start(path: string): void {
  const child = spawn(path, process.argv.slice(2), { stdio: "inherit" });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  child.on("error", (error: NodeJS.ErrnoException) => {
    const missing = refusalOf(path, error.code ?? "");
    fail(missing === undefined ? error.message : adviceOn(missing));
  });
  child.on("exit", (code, signal) => {
    for (const one of FORWARDED) process.off(one, forward);
    if (signal === null) process.exitCode = code ?? FAILED;
    else dieOf(signal);
  });
}

function dieOf(signal: NodeJS.Signals): void {
  process.exitCode = 128 + constants.signals[signal];
  process.kill(process.pid, signal);
}
