import type { BuiltImage } from './built-image.js';

const megabytes = (sizes: number[]) => `${(sizes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(1)} MB`;

/** The sizes of an image as a Markdown table: unpacked on disk, and compressed as a registry sends it. */
export function describeSizes({ base, layers: { unpacked, compressed } }: BuiltImage): string {
  const row = (name: string, from: number, to?: number) =>
    `| ${name} | ${megabytes(unpacked.slice(from, to))} | ${megabytes(compressed.slice(from, to))} |`;
  const origin = base.origin === 'pulled' ? '' : ', a stand-in';
  return [
    '| | unpacked | compressed |',
    '|---|---|---|',
    row(`base image (\`${base.name}\`${origin})`, 0, base.layerCount),
    row('added by Fixture Registry', base.layerCount),
    row('image', 0),
  ].join('\n');
}
