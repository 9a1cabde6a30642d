import { configuredWords } from "../../core/cli/config/configure.ts";
import type { Listing } from "../../core/cli/config/listing.ts";
import type { FileFlaw } from "../../core/cli/config/merge.ts";
import { effectiveSettings } from "../../core/cli/config/merge.ts";
import type { Configured } from "../../core/cli/config/options.ts";
import type { Asked, Sources } from "../../core/cli/config/sources.ts";
import { sourcesOf } from "../../core/cli/config/sources.ts";
import type { Names } from "../../core/cli/options/option.ts";
import type { Message } from "../../core/messages/messages.ts";
import type { UsageError } from "../../core/spec/error.ts";
import { sys } from "../kernel/window.ts";
import type { Reading } from "./read.ts";
import { filesIn, isAbsent, readConfigFile } from "./read.ts";

/**
 * The options that configuration files and a profile give a run, as words of a command line; or the
 * message about what is wrong with them; undefined: there is nothing. `say`: tells what is ignored.
 */
export function configurationOf(
  subcommand: Configured,
  asked: Asked,
  given: () => readonly Names[],
  say: (message: Message) => void,
): readonly string[] | Message | undefined {
  const sources = sourcesOf(subcommand, asked, sys.env);
  if (sources === undefined) return undefined;
  const readings = readSources(sources, say);
  if ("kind" in readings) return readings;
  const files = filesIn(readings);
  if (files.length === 0 && sources.profile === undefined) return undefined;
  return configuredWords(subcommand, given(), files, sources.profile, sys.env);
}

/** What holds for `run`, or what is wrong with a file. */
export function listingOf(asked: Asked, say: (message: Message) => void): Listing | Message {
  const sources = sourcesOf("run", asked, sys.env) ?? NOTHING;
  const readings = readSources(sources, say);
  if ("kind" in readings) return readings;
  const effective = effectiveSettings(filesIn(readings), sources.profile, sys.env);
  return isMessage(effective)
    ? effective
    : { files: readings, profile: sources.profile, effective };
}

const NOTHING: Sources = { files: [], isNamed: false, profile: undefined };

function isMessage(result: object): result is FileFlaw | UsageError {
  return "kind" in result;
}

/**
 * Reads the files. One that was named must be usable; another one is ignored with a warning, unless
 * it could not be read: what it sets is not known then, which is no reason to run without it.
 */
export function readSources(
  { files, isNamed }: Sources,
  say: (message: Message) => void,
): readonly Reading[] | Message {
  const readings: Reading[] = [];
  // By index: most runs of `run` come here and find no file.
  for (let at = 0; at < files.length; at++) {
    const file = files[at] ?? "";
    const reading = readConfigFile(file);
    const { state } = reading;
    if (state === "absent" && !isNamed) {
      readings.push(reading);
      continue;
    }
    const isNeeded = isNamed || (typeof state === "object" && !isAbsent(reading));
    if (state !== "read" && isNeeded) return unusable(file, state);
    if (typeof state === "string" && state !== "read" && state !== "absent") {
      say({ kind: "config-ignored", file, why: state });
    }
    readings.push(reading);
  }
  return readings;
}

function unusable(file: string, state: Exclude<Reading["state"], "read">): Message {
  if (state === "absent") return { kind: "config-unread", file, errno: "ENOENT" };
  if (typeof state === "object") return { kind: "config-unread", file, errno: state.errno };
  return { kind: "config-unusable", file, why: state };
}
