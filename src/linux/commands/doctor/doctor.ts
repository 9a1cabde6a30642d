import { diagnose, formatDiagnosisJson, formatDiagnosisText } from "../../../core/doctor/doctor.ts";
import type { DoctorSpec } from "../../../core/spec/kill-spec.ts";
import { EXIT_FAILED } from "../../../core/spec/status.ts";
import { errnoName } from "../../../core/values/errno.ts";
import { localeOf } from "../../../core/values/locale.ts";
import { STDOUT } from "../../kernel/abi.ts";
import { sys } from "../../kernel/window.ts";
import { say } from "../../run/outputs.ts";
import { probe } from "./probes.ts";

/** `curfew doctor`: prints what can be guaranteed here, and why not more. The exit code. */
export function runDoctor(name: string, spec: DoctorSpec): number {
  const diagnosis = diagnose(probe());
  const text = spec.json ? formatDiagnosisJson(diagnosis) : formatDiagnosisText(diagnosis);
  const written = sys.write(STDOUT, text);
  if (written === 0) return 0;
  const voice = { name, utf8: localeOf(sys.env).utf8 };
  say(voice, { kind: "cannot-print", errno: errnoName(-written) });
  return EXIT_FAILED;
}
