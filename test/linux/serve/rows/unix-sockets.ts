import { parseListen } from "../../../../src/core/cli/options/listen.ts";
import { closeListeners, openListeners } from "../../../../src/linux/serve/listeners.ts";
import { use } from "../../model/install.ts";
import { makeKernel } from "../../model/kernel.ts";
import type { Row } from "../../model/row.ts";
import { done } from "../../model/scene.ts";
import type { Folder, Kernel } from "../../model/types.ts";

const PATH = "/run/s";
const ROOM = "/run/.s.curfew";
const FOLDER: Folder = { mode: 0o40755, user: 0, group: 0 };
const OURS = { identity: "new 2", isBound: true };
const THEIRS = { identity: "theirs", isBound: true };
const DEAD = { identity: "dead", isBound: false };
const IN_USE = { kind: "cannot-listen", given: "unix:/run/s", errno: "EADDRINUSE" };

type Scene = {
  readonly folder?: Folder;
  readonly prepare?: (kernel: Kernel) => void;
  /** What is done after the start, before the end. */
  readonly after?: (kernel: Kernel) => void;
};

function begun({ folder = FOLDER, prepare = () => {} }: Scene) {
  const kernel = makeKernel();
  kernel.folders.set("/run", folder);
  prepare(kernel);
  use(kernel);
  const listen = parseListen("unix:/run/s");
  const listeners = openListeners({
    listen: listen === undefined ? [] : [listen],
    ready: { kind: "none" },
  });
  return { kernel, listeners };
}

/** What has the socket's name after the start, and the reason if it is not the socket. */
function opened(scene: Scene): unknown {
  const { kernel, listeners } = begun(scene);
  if (kernel.folders.has(ROOM) && scene.prepare === undefined) return "a room is left";
  return "kind" in listeners ? [listeners, kernel.sockets.get(PATH)] : kernel.sockets.get(PATH);
}

/** What has the socket's name at the end. */
function closed(scene: Scene = {}): unknown {
  const { kernel, listeners } = begun(scene);
  if ("kind" in listeners) return listeners;
  scene.after?.(kernel);
  closeListeners(listeners);
  return kernel.sockets.get(PATH) ?? kernel.files.get(PATH) ?? "nothing";
}

const dead = ({ sockets }: Kernel) => void sockets.set(PATH, DEAD);
const noExchange = (kernel: Kernel) => {
  dead(kernel);
  kernel.canExchange = false;
};
type Other = typeof THEIRS | "file" | "nothing";
/** Another process comes between curfew's look at a dead socket and its next step. */
const comes = (other: Other) => (kernel: Kernel) => {
  dead(kernel);
  const act = () => {
    kernel.sockets.delete(PATH);
    if (other === "file") kernel.files.set(PATH, "precious");
    else if (other !== "nothing") kernel.sockets.set(PATH, other);
  };
  const looked = () => void kernel.meanwhile.push({ name: "renameAt", act });
  kernel.meanwhile.push({ name: "tryConnect", act: looked });
};

/** Sockets with a name in a folder. */
export const UNIX_SOCKETS: readonly Row[] = [
  ["a new name", () => opened({}), OURS],
  [
    "a server's stays",
    () => opened({ prepare: (k) => k.sockets.set(PATH, THEIRS) }),
    [IN_USE, THEIRS],
  ],
  ["a file stays", () => closed({ prepare: (k) => k.files.set(PATH, "precious") }), IN_USE],
  ["a dead socket is replaced", () => opened({ prepare: dead }), OURS],
  [
    "a server replaces the dead socket after curfew's look: it gets its name back",
    () => opened({ prepare: comes(THEIRS) }),
    [IN_USE, THEIRS],
  ],
  ["a file does: it stays", () => fileAfter(comes("file")), [IN_USE, "precious"]],
  [
    "the dead socket is removed after curfew's look",
    () => opened({ prepare: comes("nothing") }),
    OURS,
  ],
  ["where names cannot be exchanged", () => opened({ prepare: noExchange }), OURS],
  [
    "... and others may write, nothing is replaced",
    () => opened({ prepare: noExchange, folder: { ...FOLDER, mode: 0o40777 } }),
    [IN_USE, DEAD],
  ],
  [
    "another is just making it",
    () => opened({ prepare: (k) => room(k, true, 0) }),
    [IN_USE, undefined],
  ],
  [
    "a staging directory of another user",
    () => opened({ prepare: (k) => room(k, false, 7) }),
    [IN_USE, undefined],
  ],
  [
    "a room of one that was killed",
    () => opened({ prepare: (k) => room(k, false, 0) }),
    { ...OURS, identity: "new 1" },
  ],
  [
    "a room that others may enter",
    () => opened({ prepare: (k) => room(k, false, 0, 0o40755) }),
    [IN_USE, undefined],
  ],
  [
    "a dead socket in the staging directory",
    () => opened({ prepare: inRoom }),
    { ...OURS, identity: "new 1" },
  ],
  [
    "a room that is just removed",
    () => opened({ prepare: leaves }),
    { ...OURS, identity: "new 3" },
  ],
  [
    "a room that is gone before it is open",
    () => opened({ prepare: (k) => k.faults.push(["makePrivate", 1, 2]) }),
    { ...OURS, identity: "new 2" },
  ],
  [
    "no room can be made",
    () => opened({ prepare: (k) => k.faults.push(["makePrivate", 0, 13]) }),
    [{ ...IN_USE, errno: "EACCES" }, undefined],
  ],
  [
    "a folder that is gone",
    () => opened({ prepare: (k) => k.faults.push(["makePrivate", 0, 2]) }),
    [{ ...IN_USE, errno: "ENOENT" }, undefined],
  ],
  [
    "it has its name when it listens, and not before",
    () => order(),
    ['listenUnix 11 "s" "/run/s" 4096', 'renameAt 11 10 "s" 1'],
  ],
  ["nothing is left of a run", () => left(() => {}), []],
  ["... of one that replaced", () => left(dead), []],
  ["... of a start beside a server", () => left((k) => k.sockets.set(PATH, THEIRS)), []],
  ["... that gave back what it took", () => left(comes(THEIRS)), []],
  ["it is removed at the end", () => closed(), "nothing"],
  [
    "one that took its place is not",
    () => closed({ after: (k) => k.sockets.set(PATH, THEIRS) }),
    THEIRS,
  ],
  [
    "in a folder with the sticky bit",
    () => closed({ folder: { ...FOLDER, mode: 0o41777 } }),
    "nothing",
  ],
  [
    "in a folder that curfew's group may write to",
    () => closed({ folder: { ...FOLDER, mode: 0o40775 } }),
    "nothing",
  ],
  [
    "not in a folder that others may write to",
    () => closed({ folder: { ...FOLDER, mode: 0o40777 } }),
    OURS,
  ],
  [
    "not in a folder that another group may write to",
    () => closed({ folder: { ...FOLDER, mode: 0o40775, group: 7 } }),
    OURS,
  ],
  ["not in a folder of another user", () => closed({ folder: { ...FOLDER, user: 7 } }), OURS],
  [
    "not with its sticky bit, either",
    () => closed({ folder: { ...FOLDER, user: 7, mode: 0o41755 } }),
    OURS,
  ],
  [
    "not where there is no folder any more",
    () => closed({ after: (k) => k.folders.delete("/run") }),
    OURS,
  ],
];

const order = () => done(begun({}).kernel, "listenUnix", "renameAt");

/** What a refused start, or a whole run, leaves behind. */
function left(prepare: (kernel: Kernel) => void): unknown {
  const { kernel, listeners } = begun({ prepare });
  if (!("kind" in listeners)) closeListeners(listeners);
  const open = [...kernel.descriptors.values()].map(({ kind }) => kind);
  const descriptors = open.filter((kind) => kind === "folder" || kind === "listener");
  const names = [...kernel.sockets.keys(), ...kernel.folders.keys()];
  return [...descriptors, ...names.filter((name) => name.startsWith(ROOM))];
}

const inRoom = (kernel: Kernel) => {
  room(kernel, false, 0);
  kernel.sockets.set(`${ROOM}/s`, DEAD);
};
/** The curfew that had the staging directory before removes it when this one has opened it. */
const leaves = (kernel: Kernel) => {
  const act = () => {
    kernel.folders.delete(ROOM);
  };
  kernel.meanwhile.push({ name: "stateAt", act });
};

function fileAfter(prepare: (kernel: Kernel) => void): unknown {
  const { kernel, listeners } = begun({ prepare });
  return [listeners, kernel.files.get(PATH)];
}

function room(kernel: Kernel, isLocked: boolean, user: number, mode = 0o40700): void {
  kernel.folders.set(ROOM, { ...FOLDER, mode, user, isLocked });
}
