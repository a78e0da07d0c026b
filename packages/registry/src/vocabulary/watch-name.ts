/** The most repeats of one watch: the report compares each of them. */
export const MOST_REPEATS = 10;

/** One repeat of a watch: a run of the default branch that records everything again, `repeats` times. */
export interface WatchRepeat {
  /** GitHub's id of the run. */
  run: string;
  /** 1 for the first attempt of the run, higher for re-runs. */
  attempt: number;
  /** From 1 to `repeats`. */
  repeat: number;
  repeats: number;
}

/** Why a repeat is invalid, with the field; null when it is valid. */
export function refusedRepeat({
  run,
  attempt,
  repeat,
  repeats,
}: WatchRepeat): { message: string; field: string } | null {
  const refused = refusedRun(run);
  if (refused) return { message: refused, field: 'run' };
  if (attempt < 1) return { message: 'attempt must be 1 or greater', field: 'attempt' };
  if (repeats < 1 || repeats > MOST_REPEATS) {
    return { message: `repeats must be from 1 to ${MOST_REPEATS}, not ${repeats}`, field: 'repeats' };
  }
  if (repeat < 1 || repeat > repeats) {
    return { message: `repeat must be from 1 to ${repeats}, not ${repeat}`, field: 'repeat' };
  }
  return null;
}

/** Why a text is not the id of a workflow run; null when it is one. */
export function refusedRun(run: string): string | null {
  return /^[1-9]\d{0,14}$/.test(run) ? null : 'run must be the id of a workflow run, such as 17';
}

/** The name of the ref of a repeat: `17/1/2-of-3`. */
export function watchRefName({ run, attempt, repeat, repeats }: WatchRepeat): string {
  return `${run}/${attempt}/${repeat}-of-${repeats}`;
}

/** The repeat that the name of a ref means. Throws for any other text: only the registry makes these names. */
export function parseWatchRefName(name: string): WatchRepeat {
  const [, run, attempt, repeat, repeats] = /^(\d+)\/(\d+)\/(\d+)-of-(\d+)$/.exec(name) ?? [];
  if (run === undefined) throw new Error(`"${name}" is not the name of a watch`);
  return { run, attempt: Number(attempt), repeat: Number(repeat), repeats: Number(repeats) };
}

/** A repeat as messages show it: `repeat 2 of 3 of watch 17`. */
export function describeWatch(name: string): string {
  const { run, repeat, repeats } = parseWatchRefName(name);
  return `repeat ${repeat} of ${repeats} of watch ${run}`;
}
