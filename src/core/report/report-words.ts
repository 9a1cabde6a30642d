import type { SpawnCode } from "../spec/error.ts";
import type { Mechanism, Proof, ReliabilityReason, Survivor } from "../spec/tree.ts";

/** The words of a kind, and what each means. */
type Meanings<Word extends string> = Readonly<Record<Word, string>>;

/** The words for what holds a tree. */
export const CONTAINMENT_MEANINGS: Meanings<Mechanism | "job_object"> = {
  cgroup: "a cgroup of the tree's own, and a subreaper",
  pidns: "a PID namespace: the kernel ends all its processes with the first one",
  subreaper: "orphans become children of curfew or its guardian",
  group: "a process group; a process that leaves it is out of reach",
  child: "the command's own process alone",
  job_object: "a job object (Windows)",
};

export const PROOF_MEANINGS: Meanings<Proof | "job_object"> = {
  echild:
    "the kernel confirmed (ECHILD from waitid) that no descendant of curfew or its guardian is left",
  "populated0+echild": "the same, and the cgroup is empty",
  pidns_reaped: "the first process of the PID namespace was reaped, and the namespace with it",
  job_object: "the job object is empty (Windows)",
};

export const RELIABILITY_MEANINGS: Meanings<ReliabilityReason> = {
  no_cgroup: "the tree has no cgroup of its own",
  no_cgroup_kill: "the kernel (before 5.14) cannot end all of a cgroup in one call",
  no_kill_permission_possible:
    "curfew may not signal a program that changes its user (set-user-ID)",
  foreign_pidns_possible: "a process that joins a foreign PID namespace and forks there is lost",
  foreign_pidns_seen:
    "a member was seen in a foreign PID namespace, or about to fork there: `tree_gone` is never true",
  no_guardian: "no process would end the tree if curfew itself were killed",
  no_proc: "`/proc` is absent or another namespace's, so members cannot be found",
  process_group_only: "only the members of one process group are reached",
  child_only: "only the command's own process is reached",
  parent_by_signal:
    "only a signal tells curfew that its parent has exited (`--die-with-parent`), and the kernel does not send it if the parent has another user",
};

export const SURVIVAL_MEANINGS: Meanings<Survivor["why"]> = {
  eperm: "the kernel refused the signal",
  unkillable: "SIGKILL was sent and has not ended it",
  still_forking: "new members appeared until the time limit of the sweep",
  dying: "SIGKILL was sent, and the process was still waiting for processor time to exit",
};

export const SPAWN_CODE_MEANINGS: Meanings<SpawnCode> = {
  not_found: "the command was not found",
  not_executable: "the command was found, and the kernel refused to execute it",
  resource: "a process or a descriptor for it could not be had",
  not_confined: "a containment or a limit that was asked for was refused",
  no_pty: "there is no terminal for the command",
  bad_cwd: "the working directory that was asked for could not be entered",
  caller_gone: "the process that started curfew had ended before",
};
