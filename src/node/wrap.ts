import { badOption, checkOptions, isOption } from "./options/check.ts";
import { commandWords } from "./options/command.ts";
import { withoutDate } from "./options/date-timeout.ts";
import { folderOf } from "./options/environment.ts";
import type { Options } from "./options/options.ts";
import { OPTION_TABLE } from "./options/table.ts";
import { wordsOf } from "./options/words.ts";
import { CurfewError } from "./result/result.ts";
import { findProgram } from "./way/binary.ts";
import { versionWords } from "./way/direct-words.ts";
import { NO_FOLDER } from "./way/failures.ts";

/** Words for a spawner of your own. */
export interface Wrapped {
  /** curfew's program. */
  readonly file: string;
  /** The words that follow it. */
  readonly args: string[];
}

/** Options that are words, although no row of the table says so. */
const ALSO_WORDS: readonly string[] = ["newSession", "pty", "endWithStdin", "cwd"];

/**
 * The program and the arguments that run a command under curfew, for code that starts processes
 * itself: `fork` with ipc, node-pty, a worker pool. The tree ends with the process that starts
 * them. An option that needs the library (callbacks, streams, `signal`, `env` ...) is `bad_option`;
 * a `Date` as `timeout` is converted once, now. Throws `no_binary` where curfew's program is not
 * installed.
 *
 * @example
 * import { spawnSync } from "node:child_process";
 * const { file, args } = wrap("sleep", ["60"], { timeout: "50ms" });
 * assert.equal(spawnSync(file, args).status, 124);
 *
 * @example
 * import { fork } from "node:child_process";
 * import { once } from "node:events";
 * import { writeFileSync } from "node:fs";
 * writeFileSync("worker.mjs", "process.send('ready'); process.disconnect();");
 * // fork starts `execPath` with `execArgv` and the script: curfew, and Node as its command.
 * const { file, args } = wrap(process.execPath, [], { timeout: "1m" });
 * const worker = fork("worker.mjs", { execPath: file, execArgv: args });
 * const [message] = await once(worker, "message");
 * assert.equal(message, "ready");
 */
export function wrap(
  command: string | URL,
  args: readonly string[] = [],
  options: Options = {},
): Wrapped {
  checkOptions(options);
  for (const name of Object.keys(options)) {
    if (options[name as keyof Options] !== undefined) requireWords(name);
  }
  const commandWithArgs = commandWords(command, args);
  const dated = withoutDate(options);
  if (dated.isExpired) {
    throw new CurfewError("bad_duration", "timeout: this moment has passed", { option: "timeout" });
  }
  const { words } = wordsOf(dated.options);
  const folder = folderWords(options);
  const program = findProgram();
  if (program.kind === "missing") throw new CurfewError("no_binary", program.text);
  const all = [
    "run",
    "--die-with-parent",
    ...versionWords(),
    ...folder,
    ...words,
    "--",
    ...commandWithArgs,
  ];
  return { file: program.path, args: all };
}

function folderWords(options: Options): readonly string[] {
  if (options.cwd === undefined) return [];
  const folder = folderOf(options);
  if (folder !== "") return [`--chdir=${folder}`];
  const { code, text, errno } = NO_FOLDER;
  throw new CurfewError(code, text, { option: "cwd", errno });
}

function requireWords(name: string): void {
  if (!isOption(name) || OPTION_TABLE[name].kind === "flag" || ALSO_WORDS.includes(name)) return;
  throw badOption(
    name,
    "the library has to be there for it; give it to your spawner, or use run()",
  );
}
