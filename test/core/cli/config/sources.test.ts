import assert from "node:assert/strict";
import { test } from "node:test";
import type { Configured } from "../../../../src/core/cli/config/options.ts";
import type { Asked } from "../../../../src/core/cli/config/sources.ts";
import { sourcesOf } from "../../../../src/core/cli/config/sources.ts";

const ETC = "/etc/curfew/config.toml";
const USER = "/h/.config/curfew/config.toml";
const HOME = "HOME=/h";

/** Subcommand, what is asked, variables, and what is read: files, then the profile. */
type Row = readonly [Configured, Partial<Asked>, variables: string, reads: string];

const ROWS: readonly Row[] = [
  ["run", {}, HOME, `${ETC} ${USER}`],
  ["run", {}, "", ETC],
  ["run", {}, "HOME=", ETC],
  ["run", {}, "HOME=h", ETC],
  ["run", {}, "HOME=/h XDG_CONFIG_HOME=/x", `${ETC} /x/curfew/config.toml`],
  ["run", {}, "HOME=/h XDG_CONFIG_HOME=x", `${ETC} ${USER}`],
  ["run", {}, "HOME=/h XDG_CONFIG_HOME=", `${ETC} ${USER}`],
  ["run", {}, "HOME=/h CURFEW_CONFIG=/c", "/c named"],
  ["run", {}, "HOME=/h CURFEW_CONFIG=", `${ETC} ${USER}`],
  ["run", { config: "d" }, "HOME=/h CURFEW_CONFIG=/c", "d named"],
  ["run", {}, "HOME=/h CURFEW_PROFILE=ci", `${ETC} ${USER} profile ci`],
  ["run", { profile: "p" }, "HOME=/h CURFEW_PROFILE=ci", `${ETC} ${USER} profile p`],
  ["run", { noConfig: true }, "HOME=/h CURFEW_PROFILE=ci CURFEW_CONFIG=/c", "nothing"],
  ["run", { noConfig: true, profile: "agent" }, HOME, "profile agent"],
  ["run", { control: 3 }, "HOME=/h CURFEW_PROFILE=ci CURFEW_CONFIG=/c", "nothing"],
  ["run", { control: 3, profile: "agent" }, HOME, "profile agent"],
  ["init", {}, "HOME=/h CURFEW_PROFILE=ci CURFEW_CONFIG=/c", "nothing"],
  ["init", { config: "d" }, HOME, "d named"],
  ["init", { profile: "ci" }, HOME, `${ETC} ${USER} profile ci`],
  ["timeout", {}, "HOME=/h CURFEW_PROFILE=ci CURFEW_CONFIG=/c", "nothing"],
  ["timeout", { config: "d", profile: "p" }, HOME, "d named profile p"],
];

for (const [subcommand, asked, variables, reads] of ROWS) {
  test(`${variables} ${subcommand} ${JSON.stringify(asked)}: ${reads}`, () => {
    const env = new Map(variables.split(" ").map((text) => text.split("=") as [string, string]));
    const all = { config: undefined, profile: undefined, noConfig: false, control: undefined };
    const sources = sourcesOf(subcommand, { ...all, ...asked }, (name) => env.get(name));
    if (sources === undefined) return assert.equal("nothing", reads);
    const { files, isNamed, profile } = sources;
    const named = isNamed ? ["named"] : [];
    const chosen = profile === undefined ? [] : ["profile", profile];
    assert.equal([...files, ...named, ...chosen].join(" "), reads);
  });
}
