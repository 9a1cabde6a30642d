// The portable host, as far as it must be known before its code is there.
import { type Lack, refusalOf } from "../portable/refusal.ts";
import type { Way } from "../way/way.ts";
import { loadedLater } from "./later.ts";

export function portableFor(lack: Lack): Way {
  return loadedLater(
    { name: "portable", refusal: (order) => refusalOf(order, lack) },
    async () => (await import("../portable/portable.ts")).portable,
  );
}
