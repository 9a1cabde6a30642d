/** The largest number that a process can have, and so of processes: PID_MAX_LIMIT, proc(5). */
export const PID_MAX = 4_194_304;
