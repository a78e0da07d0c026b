import { expect, it } from 'vitest';
import { parseRenamedTest } from './rekey.js';

it.each([
  ['a.py::x=a.py::y', 'a.py::x', 'a.py::y'],
  ['a.py::x[txt=m]=a.py::y[txt=m]', 'a.py::x[txt=m]', 'a.py::y[txt=m]'],
  ['a.py::x[a[b=1]]=b.py::x', 'a.py::x[a[b=1]]', 'b.py::x'],
])('reads %s', (text, from, to) => {
  expect(parseRenamedTest(text)).toEqual({ from, to });
});

it.each(['a.py::x', '=a', 'a=', 'a=b=c', 'a[b=c]'])('refuses %s', (text) => {
  expect(() => parseRenamedTest(text)).toThrow(/--test-id must be OLD=NEW/);
});
