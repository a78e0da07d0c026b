/** Log levels from most to least lines. Successful health probes are logged at `debug`. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];
