// What a person downloads, installed in a Debian without compilers: the archive, the Debian package
// and the npm packages each give the command, its man pages and, except with npm, its completion.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { productVersion } from "../../scripts/build/cargo.ts";
import { DEBIAN } from "../../scripts/release/deb.ts";
import { ROOT } from "../cli/binary.ts";
import { run as tool } from "./tools.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-roots-"));
const EMPTY = join(FOLDER, "empty");
const SYSTEM = join(FOLDER, "system");
const VERSION = await productVersion();
const ARCHIVE = `curfew-${VERSION}-linux-${process.arch}`;
const DEB = `curfew_${VERSION}_${DEBIAN[process.arch]}.deb`;
after(() => rmSync(FOLDER, { recursive: true }));

function run(argv: readonly string[], cwd: string = FOLDER): string {
  return tool(argv, { cwd });
}

/** A mount namespace of its own goes with its last process, and the mounts with it. */
const ENTER = 'mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; exec chroot "$@"';
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** In the root, in an environment of its own. */
function inside(script: string): string {
  const enter = ["unshare", "--mount", "sh", "-ec", ENTER, "sh", SYSTEM];
  const env = ["env", "-i", "HOME=/root", "LC_ALL=C.UTF-8", `PATH=${PATH}`, "MANPAGER=cat"];
  return run([...enter, ...env, "/bin/bash", "-c", script]);
}

const NOTED = "^/(proc|dev|var/(lib/dpkg|cache|log))(/|$)";

/** Every path in the root, except what the system itself notes. */
function paths(): string {
  return inside(`find / -xdev | grep -Ev '${NOTED}' | sort`);
}

/** The same without folders. */
function files(): string {
  return inside(`find / -xdev ! -type d | grep -Ev '${NOTED}' | sort`);
}

const COMPLETED = String.raw`
  . /usr/share/bash-completion/bash_completion
  _comp_load curfew 2>/dev/null || _completion_loader curfew
  COMP_WORDS=(curfew run --kill-a); COMP_CWORD=2; COMP_LINE='curfew run --kill-a'; COMP_POINT=19
  "$(complete -p curfew | sed 's/.*-F \([^ ]*\).*/\1/')" curfew --kill-a run
  printf '%s\n' "${"$"}{COMPREPLY[@]}"`;

function assertRuns(): void {
  assert.match(inside("curfew --version"), new RegExp(`\\(curfew\\) ${VERSION}`));
  const left = "curfew run --timeout 1s sh -c 'setsid sleep 1000 & sleep 1000'; echo $?";
  assert.equal(inside(left).trim(), "124");
  assert.match(inside("man curfew-run"), /curfew-run - /);
}

const { getuid } = process;
const hasDebootstrap = spawnSync("debootstrap", ["--version"]).status === 0;
const skip = getuid?.() !== 0 ? "needs root" : hasDebootstrap ? false : "no debootstrap here";

describe("in an empty Debian root", { skip }, () => {
  before(() => {
    run(["npm", "run", "release"], ROOT);
    const packages = "--include=man-db,bash-completion";
    run(["debootstrap", "--variant=minbase", packages, "bookworm", EMPTY]);
    for (const tool of ["gcc", "cc", "node"]) assert.ok(!existsSync(join(EMPTY, "usr/bin", tool)));
  });

  beforeEach(() => {
    rmSync(SYSTEM, { recursive: true, force: true });
    run(["cp", "-a", EMPTY, SYSTEM]);
    mkdirSync(join(SYSTEM, "download"));
    for (const file of globSync(join(ROOT, "dist/release/*"))) {
      cpSync(file, join(SYSTEM, "download", basename(file)));
    }
  });

  test("the archive, which is removed by its own list", () => {
    const before = files();
    inside(`cd /download && sha256sum --check --ignore-missing SHA256SUMS &&
      tar -xzf ${ARCHIVE}.tar.gz -C /usr/local --strip-components=1`);
    assertRuns();
    assert.equal(inside(COMPLETED).trim(), "--kill-after");
    // As docs/how-to/install.md says it.
    const listed = `tar -tzf /download/${ARCHIVE}.tar.gz | cut -d/ -f2-`;
    inside(`${listed} | (cd /usr/local && xargs rm -f)`);
    assert.equal(files(), before);
  });

  test("the Debian package, which is removed without a trace", () => {
    const before = paths();
    inside(`dpkg -i /download/${DEB}`);
    assertRuns();
    assert.equal(inside(COMPLETED).trim(), "--kill-after");
    assert.notEqual(paths(), before);
    inside("dpkg -r curfew");
    assert.equal(paths(), before);
    assert.equal(inside("dpkg -l curfew 2>/dev/null | grep -c ^ii || true").trim(), "0");
  });

  test("the npm packages", () => {
    const npm = realpathSync(join(run(["which", "npm"]).trim()));
    cpSync(join(npm, "../.."), join(SYSTEM, "usr/lib/npm"), { recursive: true });
    cpSync(process.execPath, join(SYSTEM, "usr/bin/node"));
    const files = `./curfew-${VERSION}.tgz ./curfew-linux-${process.arch}-${VERSION}.tgz`;
    const install = "node /usr/lib/npm/bin/npm-cli.js install --prefix /usr/local -g";
    // npm would look for its own newest version, and wait for an answer.
    inside(`cd /download && ${install} --no-update-notifier --fetch-retries=0 ${files}`);
    rmSync(join(SYSTEM, "usr/bin/node"));
    assertRuns();
  });
});
