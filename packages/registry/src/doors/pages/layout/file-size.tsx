import type { Markup } from './page-content.js';

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size as people read it: "812 bytes", "3.4 KiB". */
export function formatSize(bytes: number): string {
  let [value, unit] = [bytes, 0];
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024;
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString('en-GB', { maximumFractionDigits: digits })} ${UNITS[unit]}`;
}

export function FileSize({ bytes }: { bytes: number }): Markup {
  return (
    <span class="size" title={`${bytes.toLocaleString('en-GB')} bytes`}>
      {formatSize(bytes)}
    </span>
  );
}
