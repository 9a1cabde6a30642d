/**
 * Why a look at a process showed nothing. Only "gone" is news about the process: "hidden" is a wall
 * around it, "unknown" a trouble of our own, such as no free descriptor.
 */
export type Unseen = { readonly unseen: "gone" | "hidden" | "unknown"; readonly errno: number };

const UNSEEN: Readonly<Record<number, Unseen["unseen"]>> = {
  1: "hidden", // EPERM
  2: "gone", // ENOENT
  3: "gone", // ESRCH
  13: "hidden", // EACCES
};

/** What minus errno means when it is the answer to a look at a process. */
export function unseen(answer: number): Unseen {
  return { unseen: UNSEEN[-answer] ?? "unknown", errno: -answer };
}

/** Whether a look showed something. */
export function isSeen<T extends object>(look: T | Unseen): look is T {
  return !("unseen" in look);
}

/** Whether there may be more than a look has shown: it was refused, or failed. */
export function isMissed(look: object): look is Unseen {
  return "unseen" in look && look.unseen !== "gone";
}

/** Whether a look has failed because of us. */
export function isUnknown(look: object): look is Unseen {
  return "unseen" in look && look.unseen === "unknown";
}
