import { advised, hintFor } from "../core/cli/advice.ts";
import { givenOptions } from "../core/cli/argv.ts";
import type { EntryPoint, Subcommand } from "../core/cli/commands.ts";
import { curfewHelp, DROP_INS, introductionOf, SUBCOMMANDS, tables } from "../core/cli/commands.ts";
import { ofConfiguration } from "../core/cli/config/configure.ts";
import { formatConfigJson, formatConfigText } from "../core/cli/config/listing.ts";
import type { Configured } from "../core/cli/config/options.ts";
import { licenseText, versionText } from "../core/cli/help.ts";
import { widthOf } from "../core/cli/layout.ts";
import type { Request } from "../core/cli/options/command-line.ts";
import type { Printable } from "../core/cli/options/option.ts";
import { drive, driveService } from "../core/drive.ts";
import type { Dialect, Message, Voice } from "../core/messages/messages.ts";
import type { SpawnError, UsageError } from "../core/spec/error.ts";
import { usageError } from "../core/spec/error.ts";
import type { ConfigSpec } from "../core/spec/kill-spec.ts";
import type { Spec } from "../core/spec/spec.ts";
import { isServing } from "../core/spec/spec.ts";
import { EXIT_FAILED } from "../core/spec/status.ts";
import { errnoName } from "../core/values/errno.ts";
import { localeOf } from "../core/values/locale.ts";
import { onOneLine } from "../core/values/quote.ts";
import { runDoctor } from "./commands/doctor/doctor.ts";
import { runInspect } from "./commands/inspect/inspect.ts";
import { runKill } from "./commands/kill/kill.ts";
import { pause } from "./commands/pause.ts";
import { runShow } from "./commands/show/show.ts";
import { configurationOf, listingOf } from "./config/configuration.ts";
import { sys } from "./kernel/window.ts";
import { openHost } from "./run/host.ts";
import { say } from "./run/outputs.ts";
import { placementOf } from "./run/terminal.ts";
import { openGenerations } from "./serve/generations.ts";

declare const __VERSION__: string;
/** The commit and the platform. */
declare const __BUILD__: string;

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;

/** What native code prints before the reason if TypeScript fails. */
export const lastWords = "curfew: internal error: ";
/** The line that native code prints when memory runs out, because no text can be made then. */
export const noMemory = "curfew: not enough memory; look at 'ulimit -v' and what the machine has";
export const failureCode: number = EXIT_FAILED;

/** The program. Answers with the exit code, unless curfew dies of a signal. */
export function main(): number {
  // By index: every run comes here, and to take an array apart costs more than a step of a run.
  const argv = sys.argv();
  const name = argv[0] ?? "curfew";
  if (sys.secure() !== 0) return complain(name, SET_USER_ID);
  // A package manager starts curfew by a long path, which says nothing to a reader.
  const ours = baseOf(name);
  const tool = DROP_INS.find(({ names }) => names.includes(ours));
  if (tool !== undefined) return enter(tool, name, argv.slice(1));
  const subcommand = subcommandOf(argv[1]);
  if (subcommand !== undefined) {
    return enter(subcommand, `${ours} ${subcommand.name}`, argv.slice(2));
  }
  return introduce(ours, argv.slice(1));
}

function introduce(name: string, words: readonly string[]): number {
  const asked = introductionOf(onOneLine(name), words);
  switch (asked.kind) {
    case "usage":
      return complain(name, asked);
    case "version":
      return print(name, versionText(onOneLine(name), __VERSION__, __BUILD__), "stdout");
    case "help": {
      const help = asked.of?.help(asked.name, __VERSION__, helpWidth());
      return print(name, help ?? curfewHelp(asked.name, helpWidth()), "stdout");
    }
  }
}

/** Help goes to stdout, or to stderr under the name of a tool. */
function helpWidth(descriptor: number = DESCRIPTORS.stdout): number {
  return widthOf(sys.env("COLUMNS"), sys.terminalSize(descriptor)[0] ?? 0);
}

const SET_USER_ID: UsageError = usageError("set_user_id", {
  part: "set-user-ID",
  given: undefined,
  expected: "to run with the caller's own rights",
});

function subcommandOf(name: string | undefined): Subcommand | undefined {
  return SUBCOMMANDS.find((subcommand) => subcommand.name === name);
}

function enter(entryPoint: EntryPoint, name: string, words: readonly string[]): number {
  const request: Request = entryPoint.parse(words, sys.env);
  switch (request.kind) {
    case "usage":
      say(voiceOf(name, entryPoint.dialect), explained(entryPoint, request));
      return entryPoint.usageExitCode;
    case "print":
      return print(
        name,
        textOf(request.prints, entryPoint, onOneLine(name)),
        entryPoint.helpStream,
      );
    case "run":
      return (
        refused(name, request) ??
        (isConfigured(entryPoint, request.spec)
          ? configure(name, request.spec, entryPoint, words)
          : run(name, request.spec, entryPoint, words))
      );
    default:
      return refused(name, request) ?? act(name, request);
  }
}

/** The mistake, with what was probably meant where the command line is curfew's own. */
function explained(entryPoint: EntryPoint, error: UsageError): UsageError {
  return isSubcommand(entryPoint) ? advised(error, entryPoint.name, tables()) : error;
}

function isSubcommand(entryPoint: EntryPoint): entryPoint is Subcommand {
  return "summary" in entryPoint;
}

/** The exit code, after a message, if a seccomp filter refuses a call that curfew needs. */
function refused(name: string, { kind }: RequestedAction): number | undefined {
  // doctor tries runs, so it needs the same calls.
  const refusal = sys.refusedCall(kind === "run" || kind === "doctor" ? 1 : 0);
  if (refusal === undefined) return undefined;
  const [call, errno] = refusal;
  return complain(name, { kind: "call-refused", call, errno: errnoName(errno) });
}

function act(name: string, request: Exclude<RequestedAction, { kind: "run" }>): number {
  switch (request.kind) {
    case "kill":
      return runKill(name, request.spec);
    case "doctor":
      return runDoctor(name, request.spec);
    case "config":
      return listConfiguration(name, request.spec);
    case "inspect":
      return runInspect(name, request.spec);
    case "show":
      return runShow(name, request.spec);
    case "pause": {
      const refusal = pause();
      return refusal === undefined ? 0 : complain(name, refusal);
    }
  }
}

function listConfiguration(name: string, spec: ConfigSpec): number {
  const listing = listingOf({ ...spec, control: undefined }, (message) => complain(name, message));
  if ("kind" in listing) return complain(name, listing);
  const text = spec.json
    ? formatConfigJson(listing)
    : formatConfigText(listing, voiceOf(name).utf8);
  return print(name, text, "stdout");
}

/** Runs with what configuration files add to the command line, where they add something. */
function configure(
  name: string,
  spec: Spec,
  entryPoint: EntryPoint,
  words: readonly string[],
): number {
  if (!isSubcommand(entryPoint)) return run(name, spec, entryPoint, words);
  // Only those that can be configured come here.
  const subcommand = entryPoint.name as Configured;
  const given = () => givenOptions(subcommand, words, sys.env);
  const more = configurationOf(subcommand, spec, given, (message) => complain(name, message));
  if (more === undefined) return run(name, spec, entryPoint, words);
  if ("kind" in more) return complain(name, more);
  const request = entryPoint.parse([...more, ...words], sys.env);
  if (request.kind === "usage") return complain(name, ofConfiguration(request, more));
  return run(name, request.kind === "run" ? request.spec : spec, entryPoint, words);
}

/** Whether a run may be configured by files. */
function isConfigured({ configuration }: EntryPoint, { config, profile }: Spec): boolean {
  if (configuration === "unasked") return true;
  return configuration !== undefined && (config !== undefined || profile !== undefined);
}

/** A request that is not answered by a text alone. */
type RequestedAction = Extract<
  Request,
  { kind: "run" | "kill" | "doctor" | "config" | "inspect" | "show" | "pause" }
>;

function run(
  name: string,
  request: Spec,
  entryPoint: EntryPoint,
  words: readonly string[],
): number {
  const { callerVersion = __VERSION__, control } = request;
  if (callerVersion !== __VERSION__) {
    // With --control, stderr is the command's, and the caller knows what a missing report means.
    return control === undefined ? complain(name, otherVersion(callerVersion)) : EXIT_FAILED;
  }
  const placement = placementOf(request);
  const { spec } = placement;
  const voice = () => {
    const plain = voiceOf(name, entryPoint.dialect, spec.narration);
    if (!isSubcommand(entryPoint)) return plain;
    return {
      ...plain,
      hintFor: (error: SpawnError) => hintFor(error, entryPoint.name, spec.command, words),
    };
  };
  if (isServing(spec)) {
    const host = openGenerations(placement, voice);
    if (host.kind === "refused") return complain(name, host.message, voice());
    return host.leave(driveService(spec, host));
  }
  const host = openHost(placement, voice);
  if (host.kind === "refused") return complain(name, host.message, voice());
  return host.leave(drive(spec, host));
}

function otherVersion(given: string): UsageError {
  const part = "--caller-version VERSION";
  return usageError("unknown_choice", { part, given, expected: __VERSION__ });
}

function textOf(what: Printable, entryPoint: EntryPoint, name: string): string {
  switch (what) {
    case "help":
      return entryPoint.help(name, __VERSION__, helpWidth(DESCRIPTORS[entryPoint.helpStream]));
    case "version":
      return entryPoint.version(name, __VERSION__, __BUILD__);
    case "license":
      return licenseText();
  }
}

function print(name: string, text: string, where: EntryPoint["helpStream"]): number {
  const answer = sys.write(DESCRIPTORS[where], text);
  return answer === 0 ? 0 : complain(name, { kind: "cannot-print", errno: errnoName(-answer) });
}

function complain(name: string, message: Message, voice: Voice = voiceOf(name)): number {
  say(voice, message);
  return EXIT_FAILED;
}

/** How messages are worded. Called only when there is a message. */
function voiceOf(name: string, dialect?: Dialect, verbosity: number = WARNINGS): Voice {
  const plain = { name, utf8: localeOf(sys.env).utf8 };
  if (dialect === undefined) return plain;
  return { ...plain, speech: { dialect, pid: sys.pid(), version: __VERSION__, verbosity } };
}

/** The default verbosity of tini. */
const WARNINGS = 1;

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
