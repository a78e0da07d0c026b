import { expect, it } from 'vitest';
import { testsIn } from './tests-file.js';

it.each<[string, string[]]>([
  ['', []],
  ['a.py::t\nb.py::t[x y]\n', ['a.py::t', 'b.py::t[x y]']],
  ['\uFEFFa.py::t\r\n\r\n  \r\n', ['a.py::t']],
  ['a.py::t\n\n1 test collected in 0.01s\n', ['a.py::t']],
  ['a.py::t\nb.py::t\n\n2/5 tests collected (3 deselected) in 0.31s\n', ['a.py::t', 'b.py::t']],
  ['\nno tests collected in 0.00s\n', []],
  ['========== 2 tests collected in 0.31s ==========\n', []],
  // A test may have such a name.
  ['2 tests: adds numbers', ['2 tests: adds numbers']],
])('%j names the tests %j', (text, tests) => expect(testsIn(text)).toEqual(tests));
