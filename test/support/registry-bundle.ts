import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Packages that find files next to their code, that must exist once, or that are loaded on demand. */
const EXTERNAL = [
  '@aws-sdk/*',
  '@electric-sql/pglite',
  '@envelop/opentelemetry',
  '@hono/otel',
  '@opentelemetry/*',
  'pino',
  'piscina',
];

/**
 * Bundles the built registry, and returns the path of its command. The tests start hundreds of registries,
 * and loading a thousand small modules is half of the CPU time of a start. Files that the code finds by its own address
 * (workers, static files, migrations) stay those of the build. `test/packages`, the demo and the tests of the
 * command itself start the real command.
 */
export async function bundleRegistry(root: string): Promise<AsyncDisposable & { command: string }> {
  // Inside of the checkout, where Node finds the external packages.
  const cache = join(root, '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'registry-'));
  await build({
    absWorkingDir: root,
    entryPoints: ['packages/registry/dist/main.js'],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    logLevel: 'error',
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [
      {
        name: 'addresses-of-the-build',
        setup: ({ onLoad }) => {
          onLoad({ filter: /packages[/\\]registry[/\\]dist[/\\].*\.js$/ }, async ({ path }) => ({
            contents: (await readFile(path, 'utf8')).replaceAll(
              'import.meta.url',
              JSON.stringify(pathToFileURL(path).href),
            ),
          }));
        },
      },
    ],
  });
  return {
    command: join(folder, 'main.js'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
