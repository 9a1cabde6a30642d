// What the machine's own Node starts: makes sure that the development tools are installed, then
// runs a TypeScript script with the Node that package-lock.json pins. Plain JavaScript, as that
// first Node may be too old to run anything else. With CURFEW_TOOLS=installed, as packagers need it,
// nothing is installed, and the machine's own Node runs the script.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../", import.meta.url);
const STAMP = new URL("node_modules/.curfew-installed", ROOT);
const IS_INSTALLED = toolsOf(process.env.CURFEW_TOOLS);
const PINNED = fileURLToPath(new URL(`node_modules/node-linux-${process.arch}/bin/node`, ROOT));
const NODE = IS_INSTALLED ? process.execPath : PINNED;
/** The first versions that run TypeScript as it is. */
const RUNS_TYPESCRIPT = [22, 18];
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"];

function toolsOf(word = "pinned") {
  if (word === "pinned" || word === "installed") return word === "installed";
  fail(`CURFEW_TOOLS is "${word}", but must be "pinned" or "installed"`);
}

/** What is there must do; where it does not, one line says why. */
function requireInstalled() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [least, leastMinor] = RUNS_TYPESCRIPT;
  if (major < least || (major === least && minor < leastMinor)) {
    fail(
      `with CURFEW_TOOLS=installed, Node must be ${RUNS_TYPESCRIPT.join(".")} or later: this is ${process.version}`,
    );
  }
  if (!existsSync(new URL("node_modules/esbuild", ROOT))) {
    fail(
      "with CURFEW_TOOLS=installed, `npm ci` must have been run before: node_modules has no esbuild",
    );
  }
}

/** Names what should be installed: the locked versions, for this platform. */
function wanted() {
  const lock = readFileSync(new URL("package-lock.json", ROOT));
  return createHash("sha256")
    .update(`${process.platform} ${process.arch}`)
    .update(lock)
    .digest("hex");
}

function isInstalled(stamp) {
  return existsSync(PINNED) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp;
}

/** Ends the process with one line where the tools cannot be installed. */
function install() {
  if (IS_INSTALLED) return requireInstalled();
  const stamp = wanted();
  if (isInstalled(stamp)) return;
  const started = Date.now();
  process.stderr.write("curfew: install ... ");
  // Inside `npm start` this is the npm that runs us, else the first one found.
  const npm = process.env.npm_execpath;
  const [program, ...first] = npm?.endsWith(".js") ? [process.execPath, npm] : ["npm"];
  const { error, status, stdout, stderr } = spawnSync(
    program,
    [...first, "ci", "--loglevel=error", "--include=dev", "--include=optional"],
    { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );
  if (status !== 0) fail(`npm ci: ${error?.message ?? reasonIn(`${stdout}${stderr}`)}`);
  if (spawnSync(NODE, ["--version"]).status !== 0) {
    fail(`Node's own build does not run here: ${process.platform} ${process.arch} without glibc?`);
  }
  writeFileSync(STAMP, stamp);
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** What npm says, without the manual and the stack that it adds. */
function reasonIn(output) {
  const said = output
    .split(/^npm error (?:Usage:|Clean install)/m)[0]
    .replace(/^npm error ?/gm, "");
  const lines = said.split("\n").filter((line) => /^[^\s}]/.test(line));
  return lines.slice(0, 8).join("\n");
}

function fail(reason) {
  process.stderr.write(`\ncurfew: ${reason.trimEnd()}\n`);
  process.exit(1);
}

/** Runs a program in our place: same terminal, same signals, same end. */
export function become(program, args, options = {}) {
  const child = spawn(program, args, { stdio: "inherit", ...options });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    // Dies the same way, so that npm and the shell see what we saw.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
  });
}

/** Runs `scripts/NAME.ts` to its end; what it prints goes to stderr. Returns whether it succeeded. */
export function succeeds(name) {
  install();
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  return spawnSync(NODE, [script], { stdio: ["ignore", 2, 2] }).status === 0;
}

/** Continues as `scripts/NAME.ts`. */
export function continueAs(name, args) {
  install();
  become(NODE, [fileURLToPath(new URL(`${name}.ts`, import.meta.url)), ...args], { cwd: ROOT });
}
