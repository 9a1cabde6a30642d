// What `curfew show` prints of each file in files.ts: 80 columns, and no UTF-8 for CUT.

export const DRAWINGS: Readonly<Record<string, string>> = {
  EARLY: `
  Command    npm test -- --token *** 'a b'
  Start      2026-11-21T16:12:59.765Z
  Duration   2.004 s
  Outcome    the time limit passed; exit code 124
  Processes  all are gone (proof: echild)
  Used       0.002 s of processor time, 1.7 MiB in one process

  0                  0.5s               1s                  1.5s         2.004s
  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
  ━ running  ░ being ended

  0.000 s  the command was started, PID 3812
  1.000 s  the time limit passed
  1.000 s  sent TERM to the command
  1.501 s  sent TERM to the processes that had not got it
  2.001 s  sent KILL to the processes that had not got it
  2.004 s  the command died of KILL; every process is gone (proof: echild)
  2.004 s  curfew exited with code 124
`,
  WHOLE: `
  Command      npm test -- --token *** 'a b'
  Start        2026-11-21T16:12:59.765Z
  Duration     2.004 s
  Outcome      the time limit passed; exit code 124
  Processes    all are gone (proof: echild)
  Left behind  9 node
  Used         0.002 s of processor time, 1.7 MiB in one process

  0                  0.5s               1s                  1.5s         2.004s
  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
  ━ running  ░ being ended

  0.000 s  the command was started, PID 3812
  1.000 s  the time limit passed
  1.000 s  sent TERM to the command
  1.500 s  a part of the grace period is over: other processes get the first
           signal
  1.501 s  sent TERM to the processes that had not got it
  2.000 s  the grace period is over: SIGKILL follows
  2.001 s  sent KILL to the processes that had not got it
  2.004 s  the command died of KILL; every process is gone (proof: echild)
  2.004 s  curfew exited with code 124

The processes when curfew began to end them:
  3812 npm test [1.0s old] waits for a child
  └─ 3815 node run.js [1.0s old] waits to open the FIFO '/q' (its other end is
     not open)
  ... and at least 3 more processes, not looked at
`,
  CUT: `
  Command   PID 3812
  Start     2026-11-21T16:12:59.765Z
  Duration  1.000 s, as far as the file tells

  0                      0.5s                                                1s
  ==============================================###############################
  = running  # being ended

  0.000 s  the command was started, PID 3812
  1.000 s  the time limit passed
  1.000 s  sent TERM to the command

The processes when curfew began to end them:
  3812 npm test [1.0s old] waits for a child
  \`- 3815 node run.js [1.0s old] waits to open the FIFO '/q' (its other end is
     not open)
  ... and at least 3 more processes, not looked at

The file ends before the report: curfew still runs, was killed or could not
write.
`,
  SERVICE: `
  Command    npm test -- --token *** 'a b'
  Start      2026-11-21T16:12:59.765Z
  Duration   9.500 s
  Outcome    a stop signal, the caller, the end of stdin or --on-stop kill ended
             the run; exit code 0
  Processes  all are gone (proof: echild)

                0            2s            4s           6s           8s    9.5s
  generation 1  ┄┄┄━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━░░··
  generation 2                       ┄┄┄┄┄┄┄░
  generation 3                                           ┄┄┄━━━━━━━━━━━━━━━━░░░
                ┄ not ready yet  ━ running  ░ being ended  · only leftovers run

  0.000 s       curfew listens on 127.0.0.1:8080
  0.003 s  [1]  the command was started, PID 20
  0.400 s  [1]  the command is ready
  3.000 s       src/server.js has changed
  3.200 s  [2]  the command was started, PID 30
  4.200 s  [2]  the command did not become ready in time
  4.300 s  [2]  the command died of TERM
  4.300 s  [2]  the generation has ended, exit code 143
  6.000 s       src/server.js has changed
  6.200 s  [3]  the command was started, PID 40
  6.300 s       curfew received HUP
  6.700 s  [3]  the command is ready
  6.700 s  [1]  curfew begins to end it
  7.000 s  [1]  the command exited with code 0; left behind: 21 tee
  7.100 s  [1]  still running: 21 tee (2 times, until 7.200 s)
  7.300 s  [1]  the last process of the tree ended (proof: echild)
  7.300 s  [1]  the generation has ended, exit code 0
  9.000 s  [3]  curfew received TERM
  9.500 s  [3]  the command exited with code 0
  9.500 s  [3]  the generation has ended, exit code 0
  9.500 s       curfew exited with code 0
`,
  SURVIVORS: `
  Command    npm test -- --token *** 'a b'
  Start      2026-11-21T16:12:59.765Z
  Duration   0.501 s
  Outcome    the command wrote more than the output limit allows; exit code 125
  Processes  not all could be ended: 1 d1
  Used       0.002 s of processor time, 1.7 MiB in one process

  0              0.1s            0.2s           0.3s           0.4s      0.501s
  ━━━━━━━━━━━━░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
  ━ running  ░ being ended

  0.000 s  the command was started, PID 3812
  0.010 s  curfew received WINCH (2 times, until 0.020 s)
  0.030 s  the command was stopped by TSTP
  0.040 s  the command was continued
  0.050 s  the caller sent USR1
  0.060 s  a control line moved the time limit
  0.070 s  curfew said: password=***
  0.080 s  the command wrote more than the output limit allows
  0.085 s  the guardian was ended from outside
  0.090 s  the guardian has begun a sweep that takes a while
  0.500 s  could not be killed: 1 d1, 2 d2, 3 d3, 4 d4 and 2 more processes
  0.501 s  curfew exited with code 125
`,
  UNSTARTED: `
  Command    npm test -- --token *** 'a b'
  Start      2026-11-21T16:12:59.765Z
  Duration   0.001 s
  Outcome    the command could not be started; exit code 127
  Processes  none was started

  0.001 s  the command could not be started: ENOENT
  0.001 s  curfew exited with code 127
`,
  LATER: `
  Command    npm test -- --token *** 'a b'
  Start      2026-11-21T16:12:59.765Z
  Duration   0.008 s
  Outcome    __proto__; exit code 124
  Processes  whether some still run is not known, or some were left alone on
             purpose
  Used       0.002 s of processor time, 1.7 MiB in one process

  0                  0.002s              0.004s             0.006s       0.008s
  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━░░░░░░░░░░░░░░░░░░░
  ━ running  ░ being ended

  0.000 s  the command was started, PID 3812
  0.005 s  constructor
  0.006 s  eclipse
  0.007 s  sent NEW+3 to moon, 2 times
  0.008 s  curfew exited with code 124
`,
  "a report alone": `
  Command    npm test -- --token *** 'a b'
  Start      2026-11-21T16:12:59.765Z
  Duration   2.004 s
  Outcome    the time limit passed; exit code 124
  Processes  all are gone (proof: echild)
  Used       0.002 s of processor time, 1.7 MiB in one process

  0                  0.5s               1s                  1.5s         2.004s
  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
  ━ running  ░ being ended

  1.000 s  the time limit passed
  1.000 s  sent TERM to the command
  1.501 s  sent TERM to the processes that had not got it
  2.001 s  sent KILL to the processes that had not got it
  2.004 s  curfew exited with code 124
`,
  "two runs": `
  Command    npm test -- --token *** 'a b'
  Start      2026-11-21T16:12:59.765Z
  Duration   2.004 s
  Outcome    the time limit passed; exit code 124
  Processes  all are gone (proof: echild)
  Used       0.002 s of processor time, 1.7 MiB in one process

  0                  0.5s               1s                  1.5s         2.004s
  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░
  ━ running  ░ being ended

  0.000 s  the command was started, PID 3812
  1.000 s  the time limit passed
  1.000 s  sent TERM to the command
  1.501 s  sent TERM to the processes that had not got it
  2.001 s  sent KILL to the processes that had not got it
  2.004 s  the command died of KILL; every process is gone (proof: echild)
  2.004 s  curfew exited with code 124

1 earlier run in the file: not shown.
`,
};
