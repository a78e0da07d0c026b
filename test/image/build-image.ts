import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../support/registry.js';
import { provideBaseImage } from './base-image.js';
import { type Buildah, openBuildah } from './buildah.js';
import { type BuiltImage, DESCRIPTION, digestOfDockerfile, IMAGE_FOLDER, ROOT_FILES } from './built-image.js';
import { baseImages, readStages } from './dockerfile.js';
import { describeSizes } from './image-sizes.js';
import { missingPrograms, outputOf, runTool } from './tools.js';

// `npm run image` builds the image with buildah, without an engine, and unpacks it into `.cache/image`.
// test/image/container.test.ts starts it.

const IMAGE = 'fixture-registry';

function main(): void {
  const missing = missingPrograms(['buildah', 'debootstrap', 'npm', 'tar']);
  if (process.getuid?.() !== 0 || missing.length > 0) {
    console.error('npm run image needs root and, on Debian, the packages buildah, debootstrap and runc');
    process.exitCode = 1;
    return;
  }
  mkdirSync(IMAGE_FOLDER, { recursive: true });
  const buildah = openBuildah(join(IMAGE_FOLDER, 'storage'));
  const [name, ...more] = baseImages(readStages());
  if (name === undefined || more.length > 0) throw new Error('the Dockerfile must have one base image');
  const origin = provideBaseImage(buildah, name, IMAGE_FOLDER);
  const { version } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { version: string };
  buildah.run(
    ...['build', '--isolation', 'chroot', '--pull-never', '--format', 'docker', '--layers', '--tag', IMAGE],
    ...['--build-arg', `VERSION=${version}`, ...secretsOfNpm(), CHECKOUT],
  );
  unpack(buildah);
  const image: BuiltImage = {
    dockerfile: digestOfDockerfile(),
    base: { name, origin, layerCount: buildah.layerSizes(`docker.io/library/${name}`).length },
    configuration: buildah.configurationOf(IMAGE),
    layers: { unpacked: buildah.layerSizes(IMAGE), compressed: buildah.compressedSizes(IMAGE) },
  };
  writeFileSync(DESCRIPTION, `${JSON.stringify(image, null, 2)}\n`);
  console.log(describeSizes(image));
}

/** npm's own configuration of this machine, where it has a certificate authority of its own. */
function secretsOfNpm(): string[] {
  const certificates = process.env['NODE_EXTRA_CA_CERTS'];
  if (!certificates) return [];
  const registry = outputOf('npm', ['config', 'get', 'registry']);
  const npmrc = join(IMAGE_FOLDER, 'npmrc');
  writeFileSync(npmrc, `cafile=/run/secrets/certificates\nregistry=${registry}\n`);
  return ['--secret', `id=npmrc,src=${npmrc}`, '--secret', `id=certificates,src=${certificates}`];
}

function unpack(buildah: Buildah): void {
  rmSync(ROOT_FILES, { recursive: true, force: true });
  const container = buildah.output('from', '--pull-never', IMAGE);
  try {
    runTool('cp', ['--archive', buildah.output('mount', container), ROOT_FILES]);
  } finally {
    buildah.run('rm', container);
  }
}

main();
