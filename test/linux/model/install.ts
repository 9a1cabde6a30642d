// Puts the model where the host looks for its window. Imported before any file of src/linux.
import { makeKernel } from "./kernel.ts";
import type { Kernel } from "./types.ts";
import { windowOf } from "./window.ts";

let window = windowOf(makeKernel());

/** From now on the host runs on this kernel. */
export function use(kernel: Kernel): Kernel {
  window = windowOf(kernel);
  return kernel;
}

// The host keeps the object that it finds here, so the object asks the present window.
const present = new Proxy({}, { get: (_, name) => Reflect.get(window, name) });
Object.assign(globalThis, { __sys: present, __VERSION__: "0.0.0", __BUILD__: "a build" });
