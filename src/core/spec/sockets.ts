/**
 * The descriptor of the first socket that a command gets: SD_LISTEN_FDS_START, sd_listen_fds(3).
 */
export const FIRST_SOCKET = 3;
