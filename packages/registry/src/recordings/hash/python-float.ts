const FRACTION_BITS = 52n;
const EXPONENT_BIAS = 1075;

/**
 * A float's text as Python's `repr` and `json.dumps` write it: `1.0`, `1e-05`, `1e+16`, `-0.0`,
 * `NaN`, `-Infinity`.
 */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  // Both languages print the shortest digits that read back as the same number; only the layout
  // differs.
  const [mantissa = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) return sign + scientific(digits, exponent);
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
}

/** Python's `round(value, places)`. */
export function roundFloat(value: number, places: number): number {
  return Number.isFinite(value) ? Number(fixedText(value, places)) : value;
}

/**
 * Python's `f"{value:.{places}f}"`: the exact binary value, rounded once, ties to even; `nan`,
 * `inf` and `-inf`.
 */
export function fixedText(value: number, places: number): string {
  if (Number.isNaN(value)) return 'nan';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}inf`;
  const size = Math.abs(value);
  return sign + (isToFixedExact(size, places) ? size.toFixed(places) : exactText(size, places));
}

/**
 * `toFixed` also rounds the exact binary value, but it rounds ties up (1/64 at 5 places) and uses
 * exponents from 1e21. A tie has a binary fraction of exactly places + 1 digits; multiplying by a
 * power of two is exact.
 */
function isToFixedExact(size: number, places: number): boolean {
  return size < 1e21 && (size * 2 ** (places + 1)) % 2 !== 1;
}

/** As `fixedText` in integer arithmetic, for any finite value that is not negative. */
export function exactText(size: number, places: number): string {
  const digits = scaledInteger(size, places)
    .toString()
    .padStart(places + 1, '0');
  const point = digits.length - places;
  return places === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** value × 10^places as an integer, ties rounded to even. */
function scaledInteger(value: number, places: number): bigint {
  const [mantissa, exponent] = parts(value);
  const scaled = mantissa * 10n ** BigInt(places);
  if (exponent >= 0) return scaled << BigInt(exponent);
  const shift = BigInt(-exponent);
  const quotient = scaled >> shift;
  const rest = scaled - (quotient << shift);
  const half = 1n << (shift - 1n);
  const up = rest > half || (rest === half && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

/** The value is exactly mantissa × 2^exponent. */
function parts(value: number): [mantissa: bigint, exponent: number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const fraction = bits & ((1n << FRACTION_BITS) - 1n);
  const biased = Number((bits >> FRACTION_BITS) & 0x7ffn);
  return biased === 0
    ? [fraction, 1 - EXPONENT_BIAS]
    : [fraction | (1n << FRACTION_BITS), biased - EXPONENT_BIAS];
}
