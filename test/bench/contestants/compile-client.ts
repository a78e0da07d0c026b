import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Makes a program of `clients/` into one file that plain node starts: a peer must not pay for a compiler.
 * @returns the file
 */
export async function compileClient(place: string, name: string): Promise<string> {
  const outfile = `${place}.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL(`../clients/${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  return outfile;
}
