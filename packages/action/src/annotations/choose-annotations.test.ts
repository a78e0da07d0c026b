import { expect, it } from 'vitest';
import { type AnnotatedChange, chooseAnnotations } from './choose-annotations.js';

const change = (testId: string | null, more: Partial<AnnotatedChange> = {}): AnnotatedChange => ({
  level: 'BEHAVIOUR',
  testId,
  summary: 'no longer calls f',
  accepted: null,
  ...more,
});
const everywhere = (file: string) => ({ file, line: 3 });

it('warns of behaviour and notes content, once for each test whatever its parameters', () => {
  expect(
    chooseAnnotations(
      [
        change('tests/a.py::test_a[x]'),
        change('tests/a.py::test_a[y]', { summary: 'refusal' }),
        change('tests/a.py::test_a[z]', { level: 'CONTENT' }),
        change('tests/b.py::TestB::test_b', { level: 'CONTENT', summary: 'Bolivia → Peru' }),
      ],
      everywhere,
    ),
  ).toEqual([
    {
      kind: 'warning',
      file: 'tests/a.py',
      line: 3,
      title: 'Behaviour of a recording changed',
      message: 'test_a[x]: no longer calls f; test_a[y]: refusal',
    },
    {
      kind: 'notice',
      file: 'tests/b.py',
      line: 3,
      title: 'Content of a recording changed',
      message: 'test_b: Bolivia → Peru',
    },
  ]);
});

it.each<[string, AnnotatedChange]>([
  ['accepted changes', change('a.py::t', { accepted: { by: 'alice', at: '', means: 'LABEL' } })],
  ['recordings without a test', change(null)],
  ['metadata', change('a.py::t', { level: 'METADATA' })],
  ['tests that are not in the checkout', change('gone.py::t')],
])('leaves out %s', (_what, left) => {
  expect(chooseAnnotations([left], (file) => (file === 'gone.py' ? null : everywhere(file)))).toEqual([]);
});

it('has at most ten of each kind, and fewer warnings when the step has shown some', () => {
  const changes = Array.from({ length: 30 }, (_, index) => [
    change(`a.py::b${index}`),
    change(`a.py::c${index}`, { level: 'CONTENT' }),
  ]).flat();
  const kinds = (warnings?: number) => {
    const chosen = chooseAnnotations(changes, everywhere, warnings);
    return (['warning', 'notice'] as const).map((kind) => chosen.filter((one) => one.kind === kind).length);
  };
  expect(kinds()).toEqual([10, 10]);
  expect(kinds(2)).toEqual([2, 10]);
});

it('bounds a message', () => {
  const [one] = chooseAnnotations(
    Array.from({ length: 5 }, (_, index) => change(`a.py::t[${index}]`, { summary: 'x\ny' })),
    everywhere,
  );
  expect(one?.message).toBe('t[0]: x y; t[1]: x y; t[2]: x y; and 2 more');
  const [long] = chooseAnnotations([change('a.py::t', { summary: 'x'.repeat(2000) })], everywhere);
  expect(long?.message).toHaveLength(400);
});
