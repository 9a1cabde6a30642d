// The completions, as the real shells use them: what Tab offers at the end of a line.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { PRODUCT } from "../../scripts/build/build.ts";
import { completionFiles } from "../../scripts/completions/completions.ts";
import { SUBCOMMANDS } from "../../src/core/cli/commands.ts";
import { CONTAINMENTS } from "../../src/core/spec/spec.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-completions-"));
after(() => rmSync(FOLDER, { recursive: true }));
for (const [file, text] of completionFiles()) {
  mkdirSync(dirname(join(FOLDER, file)), { recursive: true });
  writeFileSync(join(FOLDER, file), text);
}
/** Programs that are found first: curfew, links to it, and a tool that only has such a name. */
const BIN = join(FOLDER, "bin");
mkdirSync(BIN);
symlinkSync(PRODUCT, join(BIN, "curfew"));
for (const name of ["tini", "timeout", "dumb-init", "scinit", "podman-init"])
  symlinkSync("curfew", join(BIN, name));
writeFileSync(join(BIN, "catatonit"), "#!/bin/sh\n", { mode: 0o755 });
writeFileSync(join(BIN, "curfew-test-tool"), "#!/bin/sh\n", { mode: 0o755 });
writeFileSync(join(FOLDER, "a-report.json"), "");

type Row = readonly [line: string, has: readonly string[], hasNot?: readonly string[]];

const RUN = "curfew run ";
const ROWS: readonly Row[] = [
  ["curfew ", [...SUBCOMMANDS.map(({ name }) => name), "help"], ["tini"]],
  ["curfew ki", ["kill"], ["run"]],
  [`${RUN}--cont`, ["--containment"], ["--timeout"]],
  ["curfew kill --t", ["--tree"], ["--timeout"]],
  ["curfew doctor --j", ["--json"]],
  ["curfew config --pro", ["--profile"]],
  ["curfew config --config a-rep", ["a-report.json"]],
  ["curfew inspect --fo", ["--follow"]],
  ["curfew inspect ", [`${process.pid}`], ["a-report.json"]],
  [`curfew inspect --json ${process.pid}`, [`${process.pid}`]],
  ["curfew kill ", [`${process.pid}`]],
  ["curfew help ins", ["inspect"], ["a-report.json"]],
  ["curfew help dumb", ["dumb-init"]],
  ["curfew show --m", ["--markdown"]],
  ["curfew show a-rep", ["a-report.json"]],
  ["curfew show --svg a-rep", ["a-report.json"]],
  [`${RUN}--containment `, CONTAINMENTS, ["kill"]],
  [`${RUN}--containment=c`, ["cgroup", "child"], ["pidns"]],
  [`${RUN}--process-group `, ["own", "caller"]],
  [`${RUN}-s TE`, ["TERM"], ["KILL"]],
  [`${RUN}--signal=TE`, ["TERM"]],
  ["curfew init --ready n", ["none", "notify"]],
  [`${RUN}--report a-rep`, ["a-report.json"]],
  [`${RUN}--timeout 5 --leftovers `, ["kill", "leave", "wait", "fail"]],
  // The command's own words: the shell's completion for that command, and no option of curfew.
  [`${RUN}curfew-test-t`, ["curfew-test-tool"]],
  [`${RUN}-- curfew-test-t`, ["curfew-test-tool"]],
  [`${RUN}--timeout 5 -- curfew-test-tool al`, ["alpha"], ["--timeout"]],
  [`${RUN}curfew-test-tool --lo`, ["--long-option"], ["--leftovers"]],
  ["curfew timeout 5 curfew-test-tool al", ["alpha"]],
  ["curfew timeout --fo", ["--foreground"], ["--preserve-status"]],
  ["curfew init --poll curfew-test-t", ["curfew-test-tool"]],
  // Links.
  ["tini --lef", ["--leftovers"]],
  ["tini -- curfew-test-tool al", ["alpha"]],
  ["timeout --containment ", CONTAINMENTS],
  ["dumb-init --single", ["--single-child"]],
  ["podman-init --lef", ["--leftovers"]],
  ["scinit --lef", ["--leftovers"]],
  ["catatonit --lef", [], ["--leftovers"]],
];

/** What a shell offers for the last word of a line. */
type Ask = (line: string) => readonly string[];

function isInstalled(shell: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${shell}`]).status === 0;
}

const ENV = { ...process.env, PATH: `${BIN}:${process.env.PATH}`, HOME: FOLDER, LC_ALL: "C" };

function output(shell: string, words: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(shell, words, {
    cwd: FOLDER,
    encoding: "utf8",
    env: ENV,
  });
  assert.equal(stderr, "");
  assert.notEqual(status, null);
  return stdout;
}

const file = (path: string) => join(FOLDER, path);

const fish: Ask = (line) => {
  const tool =
    "complete -c curfew-test-tool -f -a 'alpha beta'; complete -c curfew-test-tool -l long-option";
  const source = `source ${file("fish/vendor_completions.d/curfew.fish")}`;
  const script = `${source}; ${tool}; complete -C '${line}'`;
  return output("fish", ["--no-config", "-c", script])
    .split("\n")
    .map((offer) => offer.split("\t")[0] ?? "")
    .map((offer) => offer.replace(/^--[\w-]+=(?=.)/, ""))
    .filter(Boolean);
};

/** bash offers through its own functions; a script stands in for the keys. */
const bash: Ask = (line) => output("bash", ["--norc", "-c", BASH, "bash", line]).split("\n");

const BASH = `
source /usr/share/bash-completion/bash_completion
source '${join(FOLDER, "bash-completion/completions/curfew")}'
_tool() {
  mapfile -t COMPREPLY < <(compgen -W 'alpha beta --long-option' -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -F _tool curfew-test-tool
compopt() { :; }
COMP_LINE=$1 COMP_POINT=\${#1} COMP_TYPE=9 COMP_KEY=9
# As readline splits: blanks between words, and "=" as a word of its own.
read -ra COMP_WORDS <<<"\${1//=/ = }"
[[ $1 == *[\\ =] ]] && COMP_WORDS+=("")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
spec=$(complete -p "\${COMP_WORDS[0]}" 2>/dev/null) || exit 0
function=\${spec#*-F } function=\${function%% *}
$function "\${COMP_WORDS[0]}" "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "\${COMPREPLY[@]}"
`;

/** zsh offers only to its line editor: it runs in a terminal of its own, and lists what it has. */
const zsh: Ask = (line) => {
  const offers = output("zsh", ["-f", "-c", ZSH, "zsh", line]);
  return offers.split("\n").map((offer) => offer.replace(/=$/, ""));
};

const ZSH = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= PS2= RPS1= fpath=('${join(FOLDER, "zsh/site-functions")}' \\$fpath)"
zpty -w shell 'autoload -Uz compinit; compinit -u -D'
zpty -w shell '_tool() { _arguments "--long-option" "*:word:(alpha beta)" }'
zpty -w shell 'compdef _tool curfew-test-tool'
# Instead of showing the matches: each on a line, between two marks.
zpty -w shell 'compadd() {
  local -a got
  builtin compadd -O got "$@"
  print -rl -- OFFER\\ $^got
  builtin compadd "$@"
}'
zpty -w shell 'done-line() { print -r -- "DO""NE"; exit }; zle -N done-line'
zpty -w shell 'bindkey "^I" complete-word; bindkey "^X" done-line; print "RE""ADY"'
zpty -r -m shell seen '*READY*'
zpty -w -n shell "$1"$'\\t\\x18'
zpty -r -m shell seen '*DONE*'
print -r -- "$seen" | tr -d '\\r' | sed -n 's/.*OFFER //p'
`;

const SHELLS: Readonly<Record<string, { readonly ask: Ask; readonly needs?: string }>> = {
  bash: { ask: bash, needs: "/usr/share/bash-completion/bash_completion" },
  zsh: { ask: zsh },
  fish: { ask: fish },
};

for (const [shell, { ask, needs }] of Object.entries(SHELLS)) {
  const isHere = isInstalled(shell) && (needs === undefined || isInstalled(needs));
  const skip = isHere ? false : `no ${shell} with completions here`;
  describe(`completion in ${shell}`, { skip }, () => {
    for (const [line, has, hasNot = []] of ROWS) {
      test(`"${line}": ${has.join(" ") || `not ${hasNot.join(" ")}`}`, () => {
        const offers = ask(line);
        for (const word of has) assert.ok(offers.includes(word), `${word} in ${offers.join(" ")}`);
        for (const word of hasNot) assert.ok(!offers.includes(word), word);
      });
    }
  });
}
