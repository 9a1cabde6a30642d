// packaging/docker/scratch.Dockerfile, built and run, and another image that takes the program from
// it. The other files there begin with an image of a registry: here, with that of scratch instead.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { build } from "../../scripts/build/build.ts";
import { gzipped } from "../../scripts/release/deb.ts";
import { builtFor, installation } from "../../scripts/release/layout.ts";
import { tarOf } from "../../scripts/release/tar.ts";
import { ROOT } from "../cli/binary.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "curfew-image-"));
const STORE = ["--root", join(FOLDER, "store"), "--runroot", join(FOLDER, "run")];
// Asks for nothing that a container, in which this test may run, would refuse: for no cgroups
// (crun can do without) and for no higher limits.
const PODMAN = ["podman", ...STORE, "--storage-driver=vfs", "--cgroup-manager=cgroupfs"];
const LIMITS = ["nofile", "nproc"].map((name) => `--ulimit=${name}=1024:1024`);
const CRUN = ["--events-backend=file", "--runtime=crun", "run", "--rm", "--cgroups=disabled"];
/** crun refuses to look at cgroups of both versions at once, as some machines mount them. */
const MOUNT = 'mount -t cgroup2 cgroup2 /sys/fs/cgroup; exec "$@"';
const APART = ["unshare", "--mount", "--cgroup", "sh", "-ec", MOUNT, "sh"];
const IMAGE = "localhost/curfew-test";
const DERIVED = "localhost/curfew-derived";
const CURFEW = "/usr/bin/curfew";

type Ended = { readonly status: number | null; readonly output: string };

function run(argv: readonly string[]): Ended {
  const [program = "", ...words] = argv;
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: FOLDER, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

function succeed(...argv: readonly string[]): string {
  const { status, output } = run(argv);
  assert.equal(status, 0, output);
  return output;
}

function inImage(image: string, ...command: readonly string[]): Ended {
  return run([...APART, ...PODMAN, ...CRUN, "--network=none", ...LIMITS, image, ...command]);
}

after(() => {
  run([...PODMAN, "rmi", "--all", "--force"]);
  rmSync(FOLDER, { recursive: true, force: true });
});

const isThere = (tool: string) => spawnSync(tool, ["--version"]).status === 0;
const missing = ["podman", "crun"].filter((tool) => !isThere(tool));
if (process.getuid?.() !== 0) missing.push("root");
const skip = missing.length > 0 ? `not here: ${missing.join(" and ")}` : false;

describe("an image from scratch", { skip }, () => {
  test("is built from the archive", async () => {
    await build();
    const entries = await installation(builtFor(process.arch));
    const placed = entries.map((entry) => ({ ...entry, path: `a-release/${entry.path}` }));
    writeFileSync(join(FOLDER, "archive.tar.gz"), gzipped(await tarOf(placed, 0, false)));
    // As docs/how-to/install.md unpacks it.
    mkdirSync(join(FOLDER, "curfew"));
    succeed("tar", "-xzf", "archive.tar.gz", "-C", "curfew", "--strip-components=1");
    const file = join(ROOT, "packaging/docker/scratch.Dockerfile");
    succeed(...PODMAN, "build", "--isolation=chroot", "-f", file, "-t", IMAGE, ".");
  });

  test("its first process is `curfew init`, and the command's exit code is its own", () => {
    const { status, output } = inImage(IMAGE, CURFEW, "run", "--", CURFEW, "--version");
    assert.deepEqual([status, /\(curfew\) \d/m.test(output)], [0, true], output);
    assert.equal(inImage(IMAGE, CURFEW, "timeout", "not-a-duration", CURFEW).status, 125);
    assert.equal(inImage(IMAGE, "/not-there").status, 127);
  });

  for (const name of ["alpine", "debian", "distroless"]) {
    test(`${name}.Dockerfile, except the image that it begins with`, () => {
      const text = readFileSync(join(ROOT, `packaging/docker/${name}.Dockerfile`), "utf8");
      const file = join(FOLDER, `${name}.Dockerfile`);
      const replaced = text.replace(/^FROM .*$/m, "FROM scratch");
      assert.notEqual(replaced, text);
      writeFileSync(file, replaced);
      const image = `localhost/curfew-${name}`;
      succeed(...PODMAN, "build", "--isolation=chroot", "-f", file, "-t", image, ".");
      const { status, output } = inImage(image, CURFEW, "--version");
      assert.deepEqual([status, /\(curfew\) \d/.test(output)], [0, true], output);
    });
  }

  test("another image takes the program from it", () => {
    const file = join(FOLDER, "Derived.Dockerfile");
    writeFileSync(file, `FROM scratch\nCOPY --from=${IMAGE} ${CURFEW} /init\n`);
    succeed(...PODMAN, "build", "--isolation=chroot", "-f", file, "-t", DERIVED, ".");
    const { output } = inImage(DERIVED, "/init", "--version");
    assert.match(output, /\(curfew\) \d/m);
  });
});
