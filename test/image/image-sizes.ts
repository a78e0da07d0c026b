import type { BuiltImage } from './built-image.js';

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** The sizes of an image as a Markdown table: unpacked on disk, and compressed as a registry sends it. */
export function describeSizes({ base, layers }: BuiltImage): string {
  const sum = (of: BuiltImage['layers']) => ({
    size: of.reduce((total, layer) => total + layer.size, 0),
    compressed: of.reduce((total, layer) => total + layer.compressed, 0),
  });
  const row = (name: string, { size, compressed }: ReturnType<typeof sum>) =>
    `| ${name} | ${megabytes(size)} | ${megabytes(compressed)} |`;
  return [
    '| | unpacked | compressed |',
    '|---|---|---|',
    row(
      `base image ${base.name}${base.origin === 'pulled' ? '' : ' (a stand-in)'}`,
      sum(layers.slice(0, base.layers)),
    ),
    row('added by Fixture Registry', sum(layers.slice(base.layers))),
    row('image', sum(layers)),
  ].join('\n');
}
