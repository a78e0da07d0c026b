import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../support/registry.js';
import type { BaseOrigin } from './base-image.js';
import type { ImageConfiguration } from './buildah.js';
import { DOCKERFILE } from './dockerfile.js';
import { missingPrograms } from './tools.js';

/** What `npm run image` leaves in `.cache/image`. */
export interface BuiltImage {
  /** The sha256 of the Dockerfile that it was built from. */
  dockerfile: string;
  base: { name: string; origin: BaseOrigin; layerCount: number };
  configuration: ImageConfiguration;
  /** Bytes of its layers, the lowest first: unpacked, and compressed as a registry sends them. */
  layers: { unpacked: number[]; compressed: number[] };
}

/** Everything of the built image is in this folder; git ignores it. */
export const IMAGE_FOLDER = join(CHECKOUT, '.cache', 'image');

/** The files of the built image, as a container sees them. */
export const ROOT_FILES = join(IMAGE_FOLDER, 'root');

export const DESCRIPTION = join(IMAGE_FOLDER, 'image.json');

export const digestOfDockerfile = () => createHash('sha256').update(DOCKERFILE).digest('hex');

/** The built image, or the reason why no container of it can start here. */
export function findBuiltImage(): BuiltImage | { missing: string } {
  if (!existsSync(DESCRIPTION)) return { missing: 'no image is built: run "npm run image" as root' };
  const image = JSON.parse(readFileSync(DESCRIPTION, 'utf8')) as BuiltImage;
  if (image.dockerfile !== digestOfDockerfile()) {
    return { missing: 'the image is of another Dockerfile: run "npm run image" as root' };
  }
  if (process.getuid?.() !== 0) return { missing: 'a container needs root' };
  const missing = missingPrograms(['runc', 'nsenter']);
  return missing.length > 0 ? { missing: `not installed: ${missing.join(', ')}` } : image;
}
