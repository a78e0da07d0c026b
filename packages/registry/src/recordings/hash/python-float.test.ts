import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactText, fixedText, floatText, roundFloat } from './python-float.js';

// Expected values: Python 3.11's own `repr`, `round` and format.
const REPR: [json: string, repr: string][] = [
  ['0.0', '0.0'],
  ['-0.0', '-0.0'],
  ['1.0', '1.0'],
  ['-1.5', '-1.5'],
  ['0.1', '0.1'],
  ['0.30000000000000004', '0.30000000000000004'],
  ['1e16', '1e+16'],
  ['1e15', '1000000000000000.0'],
  ['123456789012345680.0', '1.2345678901234568e+17'],
  ['9999999999999998.0', '9999999999999998.0'],
  ['1e-05', '1e-05'],
  ['0.0001', '0.0001'],
  ['0.00001234', '1.234e-05'],
  ['1.5e-07', '1.5e-07'],
  ['5e-324', '5e-324'],
  ['1.7976931348623157e308', '1.7976931348623157e+308'],
  ['2.2250738585072014e-308', '2.2250738585072014e-308'],
  ['1e22', '1e+22'],
  ['1e21', '1e+21'],
  ['1e100', '1e+100'],
  ['123456.789', '123456.789'],
  ['100.0', '100.0'],
  ['1.10', '1.1'],
  ['1E5', '100000.0'],
  ['1e400', 'Infinity'],
  ['-1e400', '-Infinity'],
  ['NaN', 'NaN'],
  ['Infinity', 'Infinity'],
  ['-Infinity', '-Infinity'],
  ['3.141592653589793', '3.141592653589793'],
  ['4.35', '4.35'],
  ['0.000123456', '0.000123456'],
  ['12345678901234567890.0', '1.2345678901234567e+19'],
  ['1e23', '1e+23'],
];

const ROUNDED: [value: number, fixed: string, rounded: string][] = [
  [0.015625, '0.01562', '0.01562'],
  [0.046875, '0.04688', '0.04688'],
  [0.078125, '0.07812', '0.07812'],
  [-0.015625, '-0.01562', '-0.01562'],
  [1.015625, '1.01562', '1.01562'],
  [5e-6, '0.00001', '1e-05'],
  [1.5e-5, '0.00002', '2e-05'],
  [2.5e-5, '0.00003', '3e-05'],
  [0.123455, '0.12345', '0.12345'],
  [2.675, '2.67500', '2.675'],
  [1.000005, '1.00001', '1.00001'],
  [1.0000049999, '1.00000', '1.0'],
  [0.30000000000000004, '0.30000', '0.3'],
  [123456.123455, '123456.12345', '123456.12345'],
  [-2.5e-6, '-0.00000', '-0.0'],
  [-1e-7, '-0.00000', '-0.0'],
  [0.0, '0.00000', '0.0'],
  [1e20, '100000000000000000000.00000', '1e+20'],
  [1e21, '1000000000000000000000.00000', '1e+21'],
  [1e22, '10000000000000000000000.00000', '1e+22'],
  [1.2345678901234566e25, '12345678901234566097272832.00000', '1.2345678901234566e+25'],
  [5e-324, '0.00000', '0.0'],
  [1.5, '1.50000', '1.5'],
  [1000000000000000.2, '1000000000000000.25000', '1000000000000000.2'],
  [4503599627370496.0, '4503599627370496.00000', '4503599627370496.0'],
  [0.999995, '0.99999', '0.99999'],
  [0.9999949, '0.99999', '0.99999'],
  [99999.999995, '100000.00000', '100000.0'],
  [8388608.015625, '8388608.01562', '8388608.01562'],
  [-0.046875, '-0.04688', '-0.04688'],
];

describe('floatText', () => {
  test.each(REPR)('%s is written %s', (json, repr) => {
    const words: Record<string, number> = { NaN: Number.NaN, Infinity: Infinity, '-Infinity': -Infinity };
    expect(floatText(words[json] ?? Number(json))).toBe(repr);
  });

  test('parses back to the same number, and never looks like an integer', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = floatText(value);
        expect(Number(text)).toBe(value);
        expect(text).toMatch(/[.e]/);
      }),
    );
  });
});

describe('fixedText and roundFloat', () => {
  test.each(ROUNDED)('%d at 5 places', (value, fixed, rounded) => {
    expect(fixedText(value, 5)).toBe(fixed);
    expect(floatText(roundFloat(value, 5))).toBe(rounded);
  });

  test('writes numbers that are not finite without decimals', () => {
    expect([Number.NaN, Infinity, -Infinity].map((value) => fixedText(value, 5))).toEqual([
      'nan',
      'inf',
      '-inf',
    ]);
    expect(roundFloat(Number.NaN, 5)).toBeNaN();
    expect(roundFloat(-Infinity, 5)).toBe(-Infinity);
  });

  test('agrees with the exact arithmetic, also for ties', () => {
    const tie = fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((whole) => whole / 64);
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), tie), (value) => {
        expect(fixedText(Math.abs(value), 5)).toBe(exactText(Math.abs(value), 5));
      }),
    );
  });
});
