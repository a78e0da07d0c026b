/** What `fixtures doctor` checks, in the order of its output. */
export type Check =
  | 'client'
  | 'registry'
  | 'clock'
  | 'token'
  | 'repository'
  | 'oidc'
  | 'workflow'
  | 'directory'
  | 'settings'
  | 'paths'
  | 'git'
  | 'formats';

/** The result of one check. */
export interface Finding {
  check: Check;
  /** `warn`: it works, but probably not as intended. `fail`: commands or the action fail. */
  status: 'ok' | 'warn' | 'fail';
  /** What was found, as a phrase. */
  text: string;
  /** What to do; null if nothing. */
  fix: string | null;
}

/** A check that passed. */
export function ok(check: Check, text: string): Finding {
  return { check, status: 'ok', text, fix: null };
}

/** A check that found something to look at. */
export function warn(check: Check, text: string, fix: string): Finding {
  return { check, status: 'warn', text, fix };
}

/** A check that failed. */
export function fail(check: Check, text: string, fix: string): Finding {
  return { check, status: 'fail', text, fix };
}
