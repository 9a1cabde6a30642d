// Which files a run reads, and which profile it takes.
import type { Spec } from "../../spec/spec.ts";
import type { Env } from "../../values/locale.ts";
import type { Configured } from "./options.ts";

/** The file for all users of the machine. */
export const SYSTEM_FILE = "/etc/curfew/config.toml";

/** `files`: the later ones win. `isNamed`: the one file was asked for, so that it must be there. */
export type Sources = {
  readonly files: readonly string[];
  readonly isNamed: boolean;
  readonly profile: string | undefined;
};

/** What decides about sources. */
export type Asked = Pick<Spec, "config" | "profile" | "noConfig" | "control">;

/**
 * What a run reads; undefined: nothing. `run` reads its files unasked, the others only where an
 * option asks for it. Under --control nothing is read, because the program that started curfew has
 * said all that it wants.
 */
export function sourcesOf(subcommand: Configured, asked: Asked, env: Env): Sources | undefined {
  const { config, profile: own, noConfig, control } = asked;
  const isUnread = noConfig || control !== undefined;
  const isUsual = subcommand === "run" && !isUnread;
  const named = config ?? (isUsual ? variable(env, "CURFEW_CONFIG") : undefined);
  const profile = own ?? (isUsual ? variable(env, "CURFEW_PROFILE") : undefined);
  if (!isUsual && named === undefined && profile === undefined) return undefined;
  if (isUnread) return { files: [], isNamed: false, profile };
  if (named !== undefined) return { files: [named], isNamed: true, profile };
  const user = userFile(env);
  return {
    files: user === undefined ? [SYSTEM_FILE] : [SYSTEM_FILE, user],
    isNamed: false,
    profile,
  };
}

/** The user's own file, as the XDG Base Directory Specification has it: a relative path is none. */
export function userFile(env: Env): string | undefined {
  const folder = variable(env, "XDG_CONFIG_HOME");
  if (folder?.startsWith("/")) return `${folder}/curfew/config.toml`;
  const home = variable(env, "HOME");
  return home?.startsWith("/") ? `${home}/.config/curfew/config.toml` : undefined;
}

/** An empty variable is as one that is not set. */
function variable(env: Env, name: string): string | undefined {
  return env(name) || undefined;
}
