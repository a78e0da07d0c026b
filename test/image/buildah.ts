import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { outputOf, runTool, succeeds } from './tools.js';

/** The parts of an image's configuration that a container engine reads. */
export interface ImageConfiguration {
  User: string;
  Env: string[];
  Entrypoint: string[];
  Cmd: string[];
  WorkingDir: string;
  Volumes: Record<string, unknown>;
  ExposedPorts: Record<string, unknown>;
  Labels: Record<string, string> | null;
  /** Times are in nanoseconds. */
  Healthcheck: { Test: string[]; Interval: number; Timeout: number; StartPeriod: number; Retries: number };
}

/** Buildah with its own storage. */
export interface Buildah {
  run(...args: string[]): void;
  output(...args: string[]): string;
  tries(...args: string[]): boolean;
  configurationOf(image: string): ImageConfiguration;
  /** Bytes of the layers, the lowest first. */
  layerSizes(image: string): number[];
  /** Bytes of the compressed layers, as a registry sends them. Compresses them, which takes seconds. */
  compressedSizes(image: string): number[];
}

/** @param storage the folder of images and layers */
export function openBuildah(storage: string): Buildah {
  const global = ['--root', join(storage, 'images'), '--runroot', join(storage, 'run')];
  const output = (...args: string[]) => outputOf('buildah', [...global, ...args]);
  const inspect = (image: string) =>
    JSON.parse(output('inspect', '--type', 'image', image)) as {
      Docker: { config: ImageConfiguration };
      Manifest: string;
    };
  return {
    run: (...args) => runTool('buildah', [...global, ...args]),
    output,
    tries: (...args) => succeeds('buildah', [...global, ...args]),
    configurationOf: (image) => inspect(image).Docker.config,
    layerSizes: (image) => sizesIn(inspect(image).Manifest),
    compressedSizes: (image) => {
      const folder = join(storage, 'sent');
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      output('push', '--quiet', '--format', 'v2s2', image, `dir:${folder}`);
      const sizes = sizesIn(readFileSync(join(folder, 'manifest.json'), 'utf8'));
      rmSync(folder, { recursive: true });
      return sizes;
    },
  };
}

function sizesIn(manifest: string): number[] {
  return (JSON.parse(manifest) as { layers: { size: number }[] }).layers.map((layer) => layer.size);
}
