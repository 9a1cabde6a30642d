import type { Mechanism, Proof, ReliabilityReason, Survivor } from "../spec/tree.ts";

/** Every word of a kind, and what it means. */
type Meanings<Word extends string> = Readonly<Record<Word, string>>;

/** What holds a tree. */
export const CONTAINMENT_MEANINGS: Meanings<Mechanism | "job_object"> = {
  cgroup: "a cgroup of its own, and a subreaper",
  pidns: "a PID namespace: the end of its first process is the end of all in it",
  subreaper: "orphans become children of curfew or its guardian",
  group: "a process group; a process that leaves it is out of reach",
  child: "the command's own process alone",
  job_object: "a job object (Windows)",
};

export const PROOF_MEANINGS: Meanings<Proof | "job_object"> = {
  echild: "nobody is left whose orphans would have become children of curfew or its guardian",
  "populated0+echild": "the same, and the cgroup is empty",
  pidns_reaped: "the first process of the PID namespace was reaped, and the namespace with it",
  job_object: "the job object is empty (Windows)",
};

export const RELIABILITY_MEANINGS: Meanings<ReliabilityReason> = {
  no_cgroup: "there is no cgroup of its own that would hold the tree",
  no_cgroup_kill: "the kernel (before 5.14) cannot end all of a cgroup in one call",
  no_kill_permission_possible:
    "a program that changes its user (set-user-ID) could not be signalled by this one",
  foreign_pidns_possible: "a process that joins a foreign PID namespace and forks there is lost",
  foreign_pidns_seen:
    "a member was seen in a foreign PID namespace, or about to fork there: `tree_gone` is null",
  no_guardian: "nobody would end the tree if curfew itself were killed",
  no_proc: "`/proc` is absent or another namespace's, so members cannot be found",
  process_group_only: "only the members of one process group are reached",
  child_only: "only the command's own process is reached",
  parent_by_signal:
    "the end of curfew's parent (`--die-with-parent`) is told by a signal only, which a parent of another user cannot send",
};

export const SURVIVAL_MEANINGS: Meanings<Survivor["why"]> = {
  eperm: "the kernel refused the signal",
  unkillable: "SIGKILL was sent and has not ended it",
  still_forking: "new members appeared until the patience of the sweep was over",
};
