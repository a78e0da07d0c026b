import type { DriftChange } from '@fixture-registry/client';

/** GitHub shows at most this many annotations of one level for a step. */
export const MAX_ANNOTATIONS = 10;

const MAX_NAMED = 3;
const MAX_MESSAGE = 400;

/** What an annotation needs of a change. */
export type AnnotatedChange = Pick<DriftChange, 'level' | 'testId' | 'summary' | 'accepted'>;

/** An annotation on the file of a test. */
export interface Annotation {
  /** `warning` for changed behaviour, `notice` for changed content. */
  kind: 'warning' | 'notice';
  /** Relative to the root of the checkout, with `/`. */
  file: string;
  /** The first line of the test; null when it was not found. */
  line: number | null;
  title: string;
  message: string;
}

/** Finds a test in the checkout; null when its file is not there. */
export type LocateTest = (file: string, test: string) => { file: string; line: number | null } | null;

/**
 * Chooses the annotations of a report: one for each test with a change that nobody accepted, whatever its
 * parameters, as far as its file is in the checkout. Pure, apart from `locate`.
 * @param warnings how many warnings GitHub will still show
 */
export function chooseAnnotations(
  changes: AnnotatedChange[],
  locate: LocateTest,
  warnings = MAX_ANNOTATIONS,
): Annotation[] {
  const byTest = new Map<string, AnnotatedChange[]>();
  for (const change of changes) {
    if (change.accepted !== null || change.testId === null) continue;
    const test = change.testId.replace(/\[.*$/s, '');
    byTest.set(test, [...(byTest.get(test) ?? []), change]);
  }
  const room = { warning: warnings, notice: MAX_ANNOTATIONS };
  const chosen: Annotation[] = [];
  for (const [test, own] of byTest) {
    const behaviour = own.filter(({ level }) => level === 'BEHAVIOUR');
    const content = own.filter(({ level }) => level === 'CONTENT');
    const [kind, shown] =
      behaviour.length > 0 ? ['warning' as const, behaviour] : ['notice' as const, content];
    if (shown.length === 0 || room[kind] <= 0) continue;
    const [file = '', ...names] = test.split('::');
    const found = locate(file, names.at(-1) ?? '');
    if (found === null) continue;
    room[kind]--;
    const what = kind === 'warning' ? 'Behaviour' : 'Content';
    chosen.push({ kind, ...found, title: `${what} of a recording changed`, message: describe(shown) });
  }
  return chosen;
}

/** "test_a[x]: no longer calls f; test_a[y]: …", on one line. */
function describe(changes: AnnotatedChange[]): string {
  const lines = changes
    .slice(0, MAX_NAMED)
    .map(({ testId, summary }) => `${testId?.split('::').at(-1) ?? ''}: ${summary}`.replaceAll(/\s+/g, ' '));
  const more = changes.length - lines.length;
  if (more > 0) lines.push(`and ${more} more`);
  const text = lines.join('; ');
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE - 1)}…`;
}
